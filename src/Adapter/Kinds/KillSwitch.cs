using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Pauses and resumes what a ledger holds, without a plan and without waiting for whoever else works on that ledger, in this process or
/// another. It opens everything by its pin and keeps nothing open.
/// </summary>
internal sealed class KillSwitch(LedgerDirectory ledger, ProgramKind attachments, SysctlKind sysctls)
{
    private readonly AttachmentObserver _attachments = new(ledger);

    /// <summary>What the shared maps say is paused; null while the ledger has none.</summary>
    internal ImmutableSortedSet<string>? Read()
    {
        ImmutableSortedSet<string>? pauses = null;
        foreach (var state in States())
        {
            using (state)
            {
                pauses = (pauses ?? []).Union(ReadPauses(state));
            }
        }

        return pauses;
    }

    /// <summary>Pauses exactly these. Every part is tried, the chains first, whatever becomes of the parts before it.</summary>
    /// <exception cref="BpfException">Some part could not be switched; the message says which.</exception>
    internal void Set(ImmutableSortedSet<string> pauses)
    {
        var errors = new List<string>();
        Try(() =>
        {
            foreach (var state in States())
            {
                using (state)
                {
                    Try(() => Write(state, pauses));
                }
            }
        });
        Try(() =>
        {
            foreach (var attachment in _attachments.Observe([]))
            {
                var paused = PauseTarget.IsPaused(pauses, attachment.Key.Feature, attachment.Policy);
                if (paused != attachment.Paused)
                {
                    Try(() => Release(attachments.Write(attachment.Key, record => record with { Paused = paused })));
                }
            }
        });
        Try(() =>
        {
            foreach (var sysctl in SysctlKind.Observe(ledger, []))
            {
                var paused = PauseTarget.IsPaused(pauses, sysctl.Feature, sysctl.Policy);
                if (paused != sysctl.Paused && !sysctl.IsForeign && sysctl.Current is not null)
                {
                    Try(() =>
                        Release(
                            sysctls.Set(
                                new DesiredSysctl(sysctl.Key, sysctl.Value, sysctl.Feature, sysctl.Policy),
                                paused
                            )
                        )
                    );
                }
            }
        });

        // Last, for it takes longer: connections that are accepted begin with what their listeners have.
        foreach (var pin in Sets().Select(set => Path.Combine(set, LedgerDirectory.Listeners)).Where(HostFiles.Exists))
        {
            Try(() => ConnectionRecords.Walk(pin));
        }

        if (errors.Count > 0)
        {
            throw new BpfException(string.Join("\n  ", errors));
        }

        void Try(Action part)
        {
            try
            {
                part();
            }
            catch (BpfException failure)
            {
                errors.Add(failure.Message);
            }
        }
    }

    /// <summary>The state map of every set of shared maps: while a version takes over from another, chains of both are attached.</summary>
    private IEnumerable<KernelMap> States() =>
        Sets()
            .Select(directory => LedgerDirectory.TryGet(Path.Combine(directory, SharedMaps.State)))
            .OfType<KernelHandle>()
            .Select(handle => new KernelMap(SharedMaps.State, handle));

    private IEnumerable<string> Sets() => LedgerDirectory.Directories(ledger.Maps).Append(ledger.Maps);

    private static ImmutableSortedSet<string> ReadPauses(KernelMap map) => StateRecord.ReadPauses(ReadState(map));

    private static byte[] ReadState(KernelMap map)
    {
        var state = new byte[KernelInfo.Map(map.Handle).ValueSize];
        _ = map.TryLookup(BitConverter.GetBytes(0u), state);
        return state;
    }

    private static void Write(KernelMap map, ImmutableSortedSet<string> pauses)
    {
        if ((KernelInfo.Map(map.Handle).Flags & Interop.Bpf.Mmapable) != 0)
        {
            using var mapped = new StateMap(map);
            mapped.Pauses = pauses;
            return;
        }

        // Of a version before: nothing switches its rules any more.
        var state = ReadState(map);
        if (state.Length >= Abi.State.Listeners)
        {
            StateRecord.WritePauses(state, pauses);
        }
        else
        {
            state[Abi.State.Paused] = pauses.Contains(PauseTarget.Everything) ? (byte)1 : (byte)0;
        }

        map.Update(BitConverter.GetBytes(0u), state);
    }

    private static void Release(Outcome outcome)
    {
        foreach (var held in outcome.Held)
        {
            held.Dispose();
        }
    }
}
