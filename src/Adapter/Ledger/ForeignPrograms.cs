using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Bpf;
using NetEdit.State;

namespace NetEdit.Adapter.Ledger;

/// <summary>Finds programs of others on the hooks we use.</summary>
internal static class ForeignPrograms
{
    private const int Most = 256;

    /// <summary>Those beside chains.</summary>
    internal static ImmutableArray<ForeignProgram> Find(Cgroups? cgroups, ImmutableArray<ObservedChain> chains)
    {
        var ours = chains.Select(chain => chain.ProgramId).ToHashSet();
        return [.. chains.Where(chain => chain.CgroupId != 0).SelectMany(chain => InCgroup(cgroups, chain.Scope, Interop.Bpf.AttachCgroupSockOps, chain.ProgramId, ours, "sockops"))];
    }

    /// <summary>Those beside programs that are attached by themselves, where the kernel lists programs in the order of running.</summary>
    internal static ImmutableArray<ForeignProgram> Find(Cgroups? cgroups, ImmutableArray<ObservedAttachment> attachments)
    {
        var ours = attachments.Select(attachment => attachment.ProgramId).ToHashSet();
        return
        [
            .. from attachment in attachments
               where attachment.TargetId != 0
               let hook = Hook.Find(attachment.Key.Hook)
               let attachType = AttachedHookpoints.AttachType(hook)
               where attachType is not null
               from foreign in hook.Target switch
               {
                   HookTarget.Cgroup => InCgroup(cgroups, attachment.Key.Target, attachType.Value, attachment.ProgramId, ours, hook.Name),
                   HookTarget.Interface when attachment.Mechanism == "tcx" => Listed((int)attachment.TargetId, attachType.Value, 0, attachment.Key.Target, attachment.ProgramId, ours, hook.Name),
                   _ => [],
               }
               select foreign,
        ];
    }

    private static List<ForeignProgram> InCgroup(Cgroups? cgroups, string scope, int attachType, uint program, HashSet<uint> ours, string hook)
    {
        if (cgroups is null || !cgroups.Find([scope]).ContainsKey(scope))
        {
            return [];
        }

        /* The effective list is in the order of running: the cgroup's own, then its ancestors'. */
        using var cgroup = cgroups.Open(scope);
        return Listed(cgroup.Fd, attachType, Interop.Bpf.QueryEffective, scope, program, ours, hook);
    }

    private static unsafe List<ForeignProgram> Listed(int target, int attachType, uint flags, string scope, uint program, HashSet<uint> ours, string hook)
    {
        var programs = stackalloc uint[Most];
        var count = (uint)Most;
        if (LibBpf.bpf_prog_query(target, attachType, flags, null, programs, &count) < 0)
        {
            LibBpfLog.Clear();
            return [];
        }

        var order = new ReadOnlySpan<uint>(programs, (int)Math.Min(count, Most));
        var position = order.IndexOf(program);
        var foreign = new List<ForeignProgram>();
        for (var index = 0; index < order.Length; index++)
        {
            if (!ours.Contains(order[index]) && NameOf(order[index]) is { } name)
            {
                foreign.Add(new ForeignProgram(scope, order[index], name, position < 0 ? null : index > position) { Hook = hook });
            }
        }

        return foreign;
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
