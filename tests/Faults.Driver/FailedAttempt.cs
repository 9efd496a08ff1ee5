using System.Text.RegularExpressions;
using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Faults;

/// <summary>An attempt at the goal of a scenario in which one call fails.</summary>
/// <param name="site">Where it plays.</param>
/// <param name="stage">The scenario.</param>
/// <param name="errno">What the call fails with.</param>
internal sealed partial class FailedAttempt(Site site, Stage stage, (int Number, string Name) errno)
{
    /// <summary>Plays it; what is wrong with what came of it.</summary>
    /// <param name="failing">Runs something in which the call fails.</param>
    /// <param name="mustRetry">Whether the next attempt is made also when this one left the kernel as it was.</param>
    public IEnumerable<string> Play(Action<Action> failing, bool mustRetry)
    {
        BpfAdapter? adapter = null;
        string? error = null;
        try
        {
            failing(() =>
            {
                try
                {
                    adapter = site.Open(stage.Scenario.To.Objects);
                    error = site.Attempt(adapter, stage.Scenario.To).Error;
                }
                catch (BpfException exception)
                {
                    error = exception.Message;
                }
            });
            var inForce = false;
            var state = stage.Look(() => inForce = error is not null && IsInForce());
            if (error is null && state != stage.After)
            {
                yield return $"succeeded, but is not as planned:\n{Stage.Difference(stage.After, state)}";
            }
            else if (
                error is not null
                && state != stage.Before
                && state != stage.After
                && !stage.IsPartlyCollected(state)
                && !inForce
            )
            {
                yield return $"neither as before nor as planned:\n{Stage.Difference(stage.Before, state)}\n  after: "
                    + $"{error}";
            }

            // What libbpf cannot read of the kernel's BTF it says as ESRCH.
            if (error is not null && error.Contains("Error loading vmlinux BTF", StringComparison.Ordinal))
            {
                error = error.Replace("ESRCH", errno.Name, StringComparison.Ordinal);
            }

            // What libbpf cannot read of the types it is given it says as EIO, whatever the read failed with.
            if (error is not null && error.Contains("failed to parse target BTF: -5", StringComparison.Ordinal))
            {
                error = error.Replace("EIO", errno.Name, StringComparison.Ordinal);
            }

            // libbpf tries to make a map without BTF when it cannot with it, and names its first errno by number.
            if (
                error is not null
                && !(
                    (
                        error.Contains(errno.Name, StringComparison.Ordinal)
                        || error.Contains($"(-{errno.Number})", StringComparison.Ordinal)
                    ) && error.Contains("could not", StringComparison.Ordinal)
                )
            )
            {
                yield return $"the error does not say what was tried, or not {errno.Name}: {error}";
            }

            // The kernel's pool of elements may be empty for a moment: such a write is made again (KernelMap).
            if (errno.Name == "ENOMEM" && WriteToMap().IsMatch(error ?? ""))
            {
                yield return $"a write that found no memory was not made again: {error}";
            }

            if (state == stage.Before && !mustRetry)
            {
                yield break;
            }

            adapter ??= site.Open(stage.Scenario.To.Objects);
            if (site.Reach(adapter, stage.Scenario.To, stage.After) is { Length: > 0 } again)
            {
                yield return $"the retry failed: {again}";
            }

            if (stage.CheckDone() is { Length: > 0 } undone)
            {
                yield return undone;
            }
        }
        finally
        {
            adapter?.Dispose();
        }
    }

    /// <summary>
    /// Walks over open connections and removals come last in a plan, among them that of the rules of chains that are gone: when one of them
    /// fails, the new state is in force, and the rest is still to do.
    /// </summary>
    private bool IsInForce()
    {
        using var adapter = site.Open(stage.Scenario.To.Objects);
        var rules = adapter.Observe().Rules;
        return site.Plan(adapter, stage.Scenario.To)
            .Actions.All(action =>
                (action is SwitchRules last && last.Rules.WithChainsOf(rules).Digest == rules.Digest)
                || action is RemoveOrphan or { Undo: UndoRule.Final or UndoRule.FinalWhenDone }
            );
    }

    [GeneratedRegex(
        "could not (write|add) to the map",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex WriteToMap();
}
