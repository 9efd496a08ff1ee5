using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.State;

namespace NetEdit.Adapter.Ledger;

/// <summary>Finds programs of others on the hooks we use.</summary>
internal static class ForeignPrograms
{
    private const int Most = 256;

    internal static unsafe ImmutableArray<ForeignProgram> Find(Cgroups? cgroups, ImmutableArray<ObservedChain> chains)
    {
        var foreign = ImmutableArray.CreateBuilder<ForeignProgram>();
        var ours = chains.Select(chain => chain.ProgramId).ToHashSet();
        var programs = stackalloc uint[Most];
        foreach (var chain in chains.Where(chain => chain.CgroupId != 0))
        {
            if (cgroups is null || !cgroups.Find([chain.Scope]).ContainsKey(chain.Scope))
            {
                continue;
            }

            using var cgroup = cgroups.Open(chain.Scope);
            var count = (uint)Most;
            if (LibBpf.bpf_prog_query(cgroup.Fd, Interop.Bpf.AttachCgroupSockOps, Interop.Bpf.QueryEffective, null, programs, &count) < 0)
            {
                LibBpfLog.Clear();
                continue;
            }

            /* The effective list is in the order of running: the cgroup's own, then its ancestors'. */
            var order = new ReadOnlySpan<uint>(programs, (int)Math.Min(count, Most));
            var position = order.IndexOf(chain.ProgramId);
            for (var index = 0; index < order.Length; index++)
            {
                if (!ours.Contains(order[index]) && NameOf(order[index]) is { } name)
                {
                    foreign.Add(new ForeignProgram(chain.Scope, order[index], name, position < 0 ? null : index > position));
                }
            }
        }

        return foreign.ToImmutable();
    }

    private static string? NameOf(uint programId)
    {
        var result = LibBpf.bpf_prog_get_fd_by_id(programId);
        LibBpfLog.Clear();
        if (result == -BpfError.Enoent)
        {
            return null; // gone meanwhile
        }

        using var program = KernelHandle.Of(result, $"open the program {programId}");
        return KernelInfo.Program(program).Name;
    }
}
