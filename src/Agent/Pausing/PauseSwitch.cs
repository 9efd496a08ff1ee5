using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Model;

namespace NetEdit.Agent.Pausing;

/// <summary>
/// The kill switch behind <c>netedit pause</c> and <c>resume</c>. It writes the kernel's word itself and waits for nobody: not for the
/// ledger's lock, an agent, a pass, a policy, a plugin or a name service. An agent takes over what was written here at its next
/// action.
/// </summary>
/// <param name="ledger">Name of the ledger.</param>
/// <param name="adapter">The kernel.</param>
/// <param name="catalog">Gives the installed features, which are looked for only when a name is given.</param>
/// <param name="state">What is kept.</param>
internal sealed class PauseSwitch(string ledger, BpfAdapter adapter, Func<IFeatureCatalog> catalog, LedgerState state)
{
    /// <summary>Switches tuning off, or on again: in the kernel, and on disk.</summary>
    /// <param name="words">What the user named; see <see cref="PauseNames"/>.</param>
    /// <param name="pause">Whether to pause.</param>
    /// <exception cref="CliException">It is unknown, ambiguous, or one too many.</exception>
    public PauseReport Set(IReadOnlyList<string> words, bool pause)
    {
        // At once, whoever else is at it; what they do at this moment is added below.
        var known = state.ReadPauses() ?? adapter.ReadPauses() ?? [];
        _ = Switch(After(words, known, pause));

        using var turn = PauseTurn.Take(ledger);
        var before = state.ReadPauses() ?? known;
        var after = After(words, before, pause);
        var error = Switch(after);
        var lost = state.KeepUntilRestart(after);

        // An agent that had read the pauses before may have written them back meanwhile; from now on it reads these.
        if (adapter.ReadPauses() is { } now && !now.SetEquals(after))
        {
            error = Switch(after);
        }

        var warning = state.KeepForGood(after);
        error ??= adapter.FindLostChains().FirstOrDefault();
        return new PauseReport(
            [.. after.SymmetricExcept(before)],
            [.. after],
            error,
            lost is null ? warning : $"{lost}{(warning is null ? "" : $"; {warning}")}"
        );
    }

    private ImmutableSortedSet<string> After(IReadOnlyList<string> words, ImmutableSortedSet<string> before, bool pause)
    {
        var kept = words.Count == 0 ? null : state.Policies;
        var target = PauseNames.Resolve(
            words,
            words.Count == 0 ? [] : [.. catalog().Names.Union(kept?.FeatureNames ?? [], StringComparer.Ordinal)],
            [.. kept?.PolicyNames ?? []],
            before,
            preferPaused: !pause
        );
        var after =
            pause ? before.Add(target)
            : target == PauseTarget.Everything ? before.Clear()
            : before.Remove(target);
        return after.Remove(PauseTarget.Everything).Count <= PauseTarget.Most
            ? after
            : throw new CliException(
                ExitCode.Failed,
                $"at most {PauseTarget.Most} features and policies can be paused at once; resume some, or "
                    + $"pause everything"
            );
    }

    private string? Switch(ImmutableSortedSet<string> pauses)
    {
        try
        {
            adapter.SetPauses(pauses);
            return null;
        }
        catch (BpfException exception)
        {
            return exception.Message;
        }
    }
}
