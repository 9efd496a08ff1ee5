using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Agent.Policies;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>The step from some policies in force to none, which nobody should take by accident: only with <c>--allow-empty</c>. Pure.</summary>
internal static class Emptying
{
    private const int MostListed = 4;

    /// <summary>Says why the last good policies stay in force.</summary>
    /// <param name="source">What was read, with these policies in place of the newest.</param>
    /// <param name="refused">The newest policies, which give nothing.</param>
    public static string Staying(PolicySnapshot source, PolicySet refused) =>
        $"{NoPolicies.Text(source.Origin, refused, source.NotRead)}; the last good revision, "
        + $"{source.Revision}, stays in force ({Policies([.. source.Set!.Policies.Select(policy => policy.Name)])}); "
        + $"to remove it: netedit apply --policies {source.Origin} --allow-empty";

    /// <summary>Finds why a pass must not be made: it would remove all that is in force, and the policies give nothing in its place.</summary>
    /// <param name="source">Where the policies were read.</param>
    /// <param name="set">The policies.</param>
    /// <param name="observed">What the kernel holds.</param>
    /// <param name="inForce">Names of the policies that were last in force; empty when they are not known.</param>
    /// <returns>What is there, what is in force and what would be removed; null when nothing speaks against the pass.</returns>
    public static string? Refusal(
        PolicySnapshot source,
        PolicySet set,
        ObservedState observed,
        ImmutableArray<string> inForce
    ) =>
        NoPolicies.GivesNothing(set) && Held(observed) is { Count: > 0 } held
            ? $"{NoPolicies.Text(source.Origin, set, source.NotRead)}, but "
                + $"{(inForce.IsEmpty ? "tuning of NetEdit" : Policies(inForce))} "
                + $"{(inForce.Length > 1 ? "are" : "is")} in force; that would remove {Listed(held)}; "
                + "if it is meant, add --allow-empty"
            : null;

    // A cgroup or interface that is gone took along what was attached to it.
    private static List<string> Held(ObservedState observed) =>
        [
            .. observed
                .Chains.Where(chain => chain.CgroupId != 0)
                .Select(chain => $"the chain of {chain.Scope} ({string.Join(", ", chain.Features)})"),
            .. observed
                .Attachments.Where(attachment => attachment.TargetId != 0)
                .Select(attachment => $"the program of {attachment.Key}"),
            .. observed.Sysctls.Select(sysctl => $"{sysctl.Key} = {sysctl.Value}"),
        ];

    private static string Policies(ImmutableArray<string> names) =>
        $"{(names.Length == 1 ? "policy" : "policies")} {Listed(names)}";

    private static string Listed(IReadOnlyList<string> items) =>
        string.Join(", ", items.Take(MostListed))
        + (
            items.Count <= MostListed
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $" and {items.Count - MostListed} more")
        );
}
