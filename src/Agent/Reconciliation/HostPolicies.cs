using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Containers;
using NetEdit.Agent.Host;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>The policies as this host sees them: with its users and cgroups looked up, and with the facts to decide by.</summary>
internal sealed class HostPolicies(
    BpfAdapter adapter,
    IFeatureCatalog catalog,
    CurrentPolicies policies,
    KeptPolicySource kept,
    HostFactsReader host,
    ContainerNames names,
    TimeProvider time
)
{
    private HostFacts? _facts;
    private volatile ImmutableSortedDictionary<string, ReportedContainer> _named = ImmutableSortedDictionary<
        string,
        ReportedContainer
    >.Empty;

    /// <summary>What the runtimes of this host report about their containers.</summary>
    public ContainerNames Names => names;

    /// <summary>The containers that a runtime had named when scopes were last looked for, by path. Any thread may call it.</summary>
    public ImmutableSortedDictionary<string, ReportedContainer> Named => _named;

    /// <summary>Where the policies were last read, and what was passed over.</summary>
    public PolicySnapshot LastRead => policies.Last;

    /// <summary>Whether policies that give nothing to any host are meant.</summary>
    public bool MayBeEmpty => policies.MayBeEmpty;

    /// <summary>Takes policies that give nothing as meant, until there are others. Any thread may call it.</summary>
    public void AcceptEmpty() => policies.AcceptEmpty();

    /// <summary>Starts to tell when there may be newer policies.</summary>
    /// <param name="newer">Called from any thread, also when nothing has changed.</param>
    /// <exception cref="IOException">The host has no room for another watch.</exception>
    public IPolicyWatch Watch(Action newer) => policies.Watch(newer);

    /// <summary>Reads the policies and the facts for a pass. What is invalid is replaced by what was last good.</summary>
    /// <returns>What was read, the facts (null when they were never known), and what is wrong with <c>host.yaml</c>.</returns>
    /// <exception cref="IOException">The device failed.</exception>
    public (PolicySnapshot Source, HostFacts? Facts, ImmutableArray<PolicyError> HostErrors) ReadForPass()
    {
        var source = policies.Read();
        var (facts, errors) = host.Read();
        _facts = errors.IsEmpty ? facts : _facts ?? KeptFacts(facts);
        return (source, _facts, errors);
    }

    /// <summary>Reads the policies of the files, and the facts of this host for them.</summary>
    /// <exception cref="InvalidPoliciesException">The policies or <c>host.yaml</c> are invalid.</exception>
    public (PolicySet Set, HostFacts Facts) Read()
    {
        var source = policies.Read();
        var (facts, errors) = host.Read();
        if (source.Set is null || !source.Errors.IsEmpty || !errors.IsEmpty)
        {
            throw new InvalidPoliciesException([.. source.Errors, .. errors]);
        }

        return Ready(source.Set, facts);
    }

    /// <summary>Finds the policies of the last pass, or those kept on disk, and the facts of this host for them; nulls when none are known.</summary>
    /// <param name="last">The policies of the last pass; null when none was made.</param>
    public (PolicySet? Set, HostFacts? Facts) Known(PolicySet? last)
    {
        if ((last ?? Kept()) is not { } set)
        {
            return (null, null);
        }

        var (facts, errors) = host.Read();
        return (_facts ?? (errors.IsEmpty ? facts : KeptFacts(facts))) is { } known ? Ready(set, known) : (null, null);
    }

    /// <summary>The values that sysctls have now; without those that cannot be read.</summary>
    public ImmutableSortedDictionary<string, string> SysctlValues(IEnumerable<string> names) =>
        host.SysctlValues(names);

    /// <summary>The last good set on disk; null when none was kept.</summary>
    public PolicySet? Kept() => kept.Read().Set;

    /// <summary>Looks up the numbers of users and the cgroups of scopes.</summary>
    public PolicySet Resolve(PolicySet set) => Find(UserNumbers.Resolve(set)).Policies;

    /// <summary>Looks again at what may change while a pass is made: cgroups, sysctls, and the time.</summary>
    /// <param name="set">The policies, resolved.</param>
    /// <param name="facts">The facts.</param>
    public HostFacts Look(PolicySet set, HostFacts facts) =>
        _facts = facts with
        {
            Cgroups = adapter.FindCgroups(set.Scopes),
            Sysctls = host.Sysctls(SysctlsOf(set)),
            Now = time.GetUtcNow(),
        };

    /// <summary>Finds where the policies of a pass are now, and whether they are still where it found them. Changes nothing.</summary>
    /// <param name="set">The policies.</param>
    /// <param name="cgroups">The cgroups it found.</param>
    public (FoundScopes Found, bool Moved) FindScopes(PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        var found = Find(set);
        return (found, !found.AreThoseOf(set) || !adapter.FindCgroups(found.Policies.Scopes).SequenceEqual(cgroups));
    }

    private FoundScopes Find(PolicySet set)
    {
        var sources = set.Policies.Any(policy => policy.Container is not null)
            ? names.For(set) with
            {
                Tasks = ContainerdTasks.Read(),
                Now = time.GetUtcNow(),
            }
            : ContainerSources.None;
        var found = ScopeFinder.Find(set, adapter.CgroupMount, sources);
        names.LookFor(found.Undecided);
        _named = found.Reported;
        return found;
    }

    private (PolicySet Set, HostFacts Facts) Ready(PolicySet read, HostFacts facts)
    {
        var set = Resolve(read);
        return (
            set,
            facts with
            {
                Cgroups = adapter.FindCgroups(set.Scopes),
                Sysctls = host.Sysctls(SysctlsOf(set)),
                Now = time.GetUtcNow(),
            }
        );
    }

    /// <summary>The facts with the labels that <c>host.yaml</c> had when it was last good; null when these are not known.</summary>
    private HostFacts? KeptFacts(HostFacts facts) =>
        kept.Labels is { } labels ? facts with { Labels = facts.Labels.AddRange(labels) } : null;

    /// <summary>The sysctls that policies name.</summary>
    private IEnumerable<string> SysctlsOf(PolicySet set) =>
        from policy in set.Policies
        from tuning in policy.Tuning
        let feature = catalog.Find(tuning.Key)
        where feature is not null && tuning.Value is not null
        from setting in PluginCode.Ask(() => feature.Settings(tuning.Value).ToImmutableArray())
        select setting.Name;
}

/// <summary>Asks the code of plugins, which may throw anything.</summary>
internal static class PluginCode
{
    /// <summary>What a plugin answers, or <paramref name="otherwise"/> when it throws. Deciding asks it more, and says so.</summary>
    public static ImmutableArray<T> Ask<T>(Func<ImmutableArray<T>> ask, ImmutableArray<T>? otherwise = null)
    {
        try
        {
            return ask();
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return otherwise ?? [];
        }
    }
}
