using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Sysctls of network namespaces. At every moment the journal tells ours from what somebody else set: a kill between two steps is gone on from.</summary>
internal sealed class SysctlKind(LedgerDirectory ledger) : IKernelKind
{
    /// <inheritdoc/>
    public void Observe(Observation observation) =>
        observation.State = observation.State with { Sysctls = [.. Observe(ledger, observation.Orphans)] };

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.On<SetSysctl>(set => Set(set.Sysctl, set.Paused));
        handlers.On<RestoreSysctl>(restore => Restore(restore.Key));
        handlers.On<ForgetSysctl>(forget => Forget(forget.Key));
    }

    internal Outcome Set(DesiredSysctl sysctl, bool paused)
    {
        using var turn = LedgerTurn.Take(ledger);
        var current =
            SysctlFile.TryRead(sysctl.Key)
            ?? throw BpfError.Create($"read {sysctl.Key.Name}", BpfError.Enoent, "this kernel does not have it");
        var former = Find(sysctl.Key);
        return SysctlJournal
            .OpenOrCreate(ledger)
            .TransferTo(journal =>
            {
                /* What somebody else had set is what a policy's new value is set over, and what comes back after it. */
                var original =
                    former is null || (former with { Current = current }).IsForeign ? current : former.Original;
                var entry = new ObservedSysctl(sysctl.Key, sysctl.Value, original, current)
                {
                    Feature = sysctl.Feature,
                    Policy = sysctl.Policy,
                    Paused = paused,
                    Before = current,
                };
                try
                {
                    journal.Write(entry);
                    WriteIfOther(entry.Key, entry.Target);
                    journal.Write(entry with { Before = entry.Target });
                }
                catch
                {
                    PutBack();
                    throw;
                }

                return Outcome.Undoable(PutBack, journal);

                void PutBack()
                {
                    if (SysctlFile.TryRead(entry.Key) != current)
                    {
                        journal.Write(entry);
                        SysctlFile.Write(entry.Key, current);
                    }

                    if (former is null)
                    {
                        journal.Delete(entry.Key);
                    }
                    else
                    {
                        journal.Write(former);
                    }
                }
            });
    }

    internal Outcome Restore(SysctlKey key)
    {
        using var turn = LedgerTurn.Take(ledger);
        using var journal = SysctlJournal.TryOpen(ledger);
        if (journal?.Find(key) is { } entry)
        {
            if (entry with { Current = SysctlFile.TryRead(key) } is { Current: not null, IsForeign: false })
            {
                WriteIfOther(key, entry.Original);
            }

            journal.Delete(key);
        }

        return Outcome.Done;
    }

    internal Outcome Forget(SysctlKey key)
    {
        using var turn = LedgerTurn.Take(ledger);
        using var journal = SysctlJournal.TryOpen(ledger);
        journal?.Delete(key);
        return Outcome.Done;
    }

    /// <summary>The sysctls in the journal, as they are now.</summary>
    internal static IEnumerable<ObservedSysctl> Observe(LedgerDirectory ledger, List<Orphan> orphans)
    {
        using var journal = SysctlJournal.TryOpen(ledger);
        if (journal is { IsEmpty: true })
        {
            orphans.Add(
                new Orphan(ledger.SysctlJournal, "a sysctl journal without entries, left by an interrupted change")
            );
        }

        return journal is null
            ? []
            : [.. journal.Read().Select(entry => entry with { Current = SysctlFile.TryRead(entry.Key) })];
    }

    private ObservedSysctl? Find(SysctlKey key)
    {
        using var journal = SysctlJournal.TryOpen(ledger);
        return journal?.Find(key);
    }

    /* Writing what is there already may have effects of its own, and needs a right that is not needed then. */
    private static void WriteIfOther(SysctlKey key, string value)
    {
        if (SysctlFile.TryRead(key) != value)
        {
            SysctlFile.Write(key, value);
        }
    }
}
