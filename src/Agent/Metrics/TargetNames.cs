using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>
/// Names cgroups and interfaces as policies write them, so that a label has as many values as policies have scopes,
/// however many containers and interfaces these select.
/// </summary>
internal sealed class TargetNames
{
    /// <summary>What no policy in force selects.</summary>
    public const string Other = "other";

    private readonly Dictionary<string, string> _scopes = new(StringComparer.Ordinal);
    private readonly Policy[] _policies;

    /// <summary>Collects the names.</summary>
    /// <param name="policies">
    /// The policies in force with the paths of their scopes; null when there never were any.
    /// </param>
    public TargetNames(PolicySet? policies)
    {
        _policies = [.. policies?.Policies ?? []];

        // What several policies select has one name, or a sum over all names would count it twice.
        foreach (var policy in _policies.OrderBy(Breadth).ThenBy(Written, StringComparer.Ordinal))
        {
            foreach (var path in policy.Scopes)
            {
                _scopes.TryAdd(path, Written(policy));
            }
        }
    }

    /// <summary>
    /// Names the scope that a cgroup belongs to: its path, its unit, or which containers, as a policy writes it.
    /// </summary>
    public string Scope(string cgroup) => _scopes.GetValueOrDefault(cgroup, Other);

    /// <summary>Names what a program at a hook is attached to; empty where the hook has one target.</summary>
    public string Target(string hook, string target) =>
        (Hook.Find(hook)?.Target ?? HookTarget.Cgroup) switch
        {
            HookTarget.Cgroup => Scope(target),
            HookTarget.Interface => Interface(target),
            _ => target,
        };

    /// <summary>Names a standalone program for people.</summary>
    public string Program(AttachmentKey key) => (key with { Target = Target(key.Hook, key.Target) }).ToString();

    private string Interface(string name) =>
        _policies
            .Select(policy => policy.InterfaceEntry(name))
            .OfType<string>()
            .OrderBy(entry => entry.EndsWith('*'))
            .ThenByDescending(entry => entry.Length)
            .FirstOrDefault(Other);

    private static int Breadth(Policy policy) =>
        policy.Container is not null ? 2
        : policy.Unit is not null ? 1
        : 0;

    /// <summary>The scope of a policy as it writes it: a path, a unit, or which containers.</summary>
    public static string Written(Policy policy) => policy.Unit ?? policy.ScopeText;
}
