using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// Chains of ours without a pin that can be seen from here: their pins are on a BPF file system that another lies over, or that another
/// mount namespace has. They are known by their read-only data.
/// </summary>
internal static unsafe class LostChains
{
    private const int Most = 64;

    /// <summary>Makes sure that no such chain is attached to a cgroup.</summary>
    /// <param name="ledger">The ledger. A chain of a version that does not say which one it belongs to counts as its own, unless one beside it has it.</param>
    /// <param name="cgroup">Descriptor of the cgroup.</param>
    /// <param name="chain">The chain that is to be attached there.</param>
    /// <exception cref="BpfException">There is one, or the kernel does not tell; the message says what to do.</exception>
    internal static void RequireNone(LedgerDirectory ledger, int cgroup, DesiredChain chain)
    {
        var programs = stackalloc uint[Most];
        var count = (uint)Most;
        var result = LibBpf.bpf_prog_query(cgroup, Interop.Bpf.AttachCgroupSockOps, 0, null, programs, &count);
        if (result < 0)
        {
            throw BpfError.Create($"list the programs of the cgroup {chain.Scope}", -result);
        }

        HashSet<uint>? seen = null;
        for (var index = 0; index < count; index++)
        {
            var id = programs[index];
            if (
                LedgerOf(id) is { } owner
                && (owner == ledger.Id || owner == 0)
                && Links()
                    .Any(link =>
                        link.ProgramId == id
                        && link.CgroupId == chain.CgroupId
                        && !(seen ??= Seen(ledger)).Contains(link.Id)
                    )
            )
            {
                throw new BpfException(Describe(chain.Scope, id));
            }
        }
    }

    /// <summary>The chains of a ledger that go on without a pin that can be seen, wherever they are attached.</summary>
    /// <returns>A sentence for a person about each.</returns>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    internal static ImmutableArray<string> Find(LedgerDirectory ledger)
    {
        var lost = ImmutableArray.CreateBuilder<string>();
        HashSet<uint>? seen = null;
        foreach (var link in Links())
        {
            if (!(seen ??= Seen(ledger)).Contains(link.Id) && LedgerOf(link.ProgramId) == ledger.Id)
            {
                lost.Add(Describe(ScopeOf(link), link.ProgramId));
            }
        }

        return lost.ToImmutable();
    }

    /// <summary>Ids of the cgroups that links hold a program at, whoever made them.</summary>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    internal static IReadOnlySet<ulong> HeldCgroups() => Links().Select(link => link.CgroupId).ToHashSet();

    /// <summary>The links to cgroups. One whose last pin is gone stays attached for a moment, and is not among them.</summary>
    private static List<LinkInfo> Links()
    {
        var links = new List<LinkInfo>();
        for (uint id = 0; ; )
        {
            var result = LibBpf.bpf_link_get_next_id(id, &id);
            if (result == -BpfError.Enoent)
            {
                LibBpfLog.Clear();
                return links;
            }

            if (result < 0)
            {
                throw BpfError.Create("list the links of this host", -result);
            }

            var fd = LibBpf.bpf_link_get_fd_by_id(id);
            if (fd is -BpfError.Enoent or -BpfError.Eagain)
            {
                LibBpfLog.Clear();
                continue; // gone meanwhile, or being made
            }

            using var handle = KernelHandle.Of(fd, $"open the link {id}");
            if (KernelInfo.Link(handle) is { Type: Interop.Bpf.LinkTypeCgroup, CgroupId: not 0 } link)
            {
                links.Add(link);
            }
        }
    }

    private static string ScopeOf(LinkInfo link)
    {
        using var program = ChainProgram.Open(link.ProgramId);
        return program.In(link.CgroupId, _ => false) is { Scope: { Length: > 0 } scope }
            ? scope
            : $"the cgroup with the id {link.CgroupId}";
    }

    private static string Describe(string scope, uint program) =>
        $"a chain of netedit is already attached to {scope} (program {program}), and its pins cannot be "
        + $"seen from here; if another BPF file system is mounted over them, unmount that one; if they "
        + $"are in another mount namespace, uninstall there; else find the link with 'bpftool link' and "
        + $"detach it with 'bpftool link detach id ID'";

    /// <summary>Id of the ledger that a program is a chain of; null when it is none.</summary>
    private static ulong? LedgerOf(uint programId)
    {
        var result = LibBpf.bpf_prog_get_fd_by_id(programId);
        if (result == -BpfError.Enoent)
        {
            LibBpfLog.Clear();
            return null; // gone meanwhile
        }

        using var program = KernelHandle.Of(result, $"open the program {programId}");
        return ChainObserver.ReadRecord(KernelInfo.Program(program))?.Ledger;
    }

    /// <summary>Ids of the links of all ledgers on the file system that hold chains. What users made there is no ledger, and may be closed to this process.</summary>
    private static HashSet<uint> Seen(LedgerDirectory ledger)
    {
        var seen = new HashSet<uint>();
        foreach (
            var pin in LedgerDirectory
                .Directories(Path.GetDirectoryName(ledger.Root)!)
                .Where(root => TrustedPath.ProblemOfEntry(root) is not { Errno: 0 })
                .SelectMany(root => PinLocator.Chains(new LedgerDirectory(root)))
        )
        {
            using var handle =
                Path.GetFileName(pin.Place) == LedgerDirectory.Link ? LedgerDirectory.TryGet(pin.Path) : null;
            if (handle is not null)
            {
                seen.Add(KernelInfo.Link(handle).Id);
            }
        }

        return seen;
    }
}
