using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Which types the programs of this host are of. Each is opened once: the kernel gives a number again only after it has given all 2^31 of them
/// (<c>idr_alloc_cyclic</c>, kernel/bpf/syscall.c), and hosts hold a hundred programs of systemd's alone.
/// </summary>
internal sealed class ProgramTypes
{
    private Dictionary<uint, int> _types = [];

    /// <summary>Whether there is a program of a type that is not ours: most hosts have none, and their cgroups need not be looked at.</summary>
    internal unsafe bool AnyOther(int type, HashSet<uint> ours)
    {
        var there = new Dictionary<uint, int>(_types.Count);
        for (uint id = 0; LibBpf.bpf_prog_get_next_id(id, &id) >= 0; )
        {
            if (_types.TryGetValue(id, out var known) || TryAsk(id, out known))
            {
                there[id] = known;
            }
        }

        LibBpfLog.Clear();
        _types = there;
        return there.Any(program => program.Value == type && !ours.Contains(program.Key));
    }

    /// <summary>Asks the kernel; one that is gone meanwhile is none.</summary>
    private static bool TryAsk(uint id, out int type)
    {
        type = 0;
        var fd = LibBpf.bpf_prog_get_fd_by_id(id);
        if (fd < 0)
        {
            return false;
        }

        using var program = new KernelHandle(fd);
        type = KernelInfo.ProgramType(program);
        return true;
    }
}
