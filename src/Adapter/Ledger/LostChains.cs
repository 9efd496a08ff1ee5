using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// Chains of ours without a pin that can be seen from here: their pins are on a BPF file system that another lies over, or that another
/// mount namespace has. They are known by their read-only data.
/// </summary>
internal static unsafe class LostChains
{
    private const int Most = 64;

    /// <summary>Makes sure that no such chain is attached to a cgroup.</summary>
    /// <param name="ledger">The ledger; those beside it count as seen.</param>
    /// <param name="cgroup">Descriptor of the cgroup.</param>
    /// <param name="scope">Its path.</param>
    /// <exception cref="BpfException">There is one, or the kernel does not tell; the message says what to do.</exception>
    internal static void RequireNone(LedgerDirectory ledger, int cgroup, string scope)
    {
        var programs = stackalloc uint[Most];
        var count = (uint)Most;
        var result = LibBpf.bpf_prog_query(cgroup, Interop.Bpf.AttachCgroupSockOps, 0, null, programs, &count);
        if (result < 0)
        {
            throw BpfError.Create($"list the programs of the cgroup {scope}", -result);
        }

        HashSet<uint>? seen = null;
        for (var index = 0; index < count; index++)
        {
            var id = programs[index];
            if (IsChainOf(scope, id) && !(seen ??= Seen(ledger)).Contains(id))
            {
                throw new BpfException(
                    $"a chain of netedit is attached to {scope} already (program {id}), and its pins cannot be seen from here; where another BPF file system lies over theirs, unmount that one; "
                    + "if they are in another mount namespace, uninstall there; else find its link by 'bpftool link' and detach it by 'bpftool link detach id ID'");
            }
        }
    }

    private static bool IsChainOf(string scope, uint programId)
    {
        var result = LibBpf.bpf_prog_get_fd_by_id(programId);
        if (result == -BpfError.Enoent)
        {
            LibBpfLog.Clear();
            return false; // gone meanwhile
        }

        using var program = KernelHandle.Of(result, $"open the program {programId}");
        return ChainObserver.ReadRecord(KernelInfo.Program(program))?.Scope == scope;
    }

    /// <summary>The programs of the chains of all ledgers on the file system.</summary>
    private static HashSet<uint> Seen(LedgerDirectory ledger)
    {
        var seen = new HashSet<uint>();
        foreach (var pin in LedgerDirectory.Directories(Path.GetDirectoryName(ledger.Root)!).SelectMany(root => PinLocator.Chains(new LedgerDirectory(root))))
        {
            using var handle = Path.GetFileName(pin.Place) == LedgerDirectory.Link ? LedgerDirectory.TryGet(pin.Path) : null;
            if (handle is not null)
            {
                seen.Add(KernelInfo.Link(handle).ProgramId);
            }
        }

        return seen;
    }
}
