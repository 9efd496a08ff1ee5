using System.Collections.Immutable;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Finds programs of others on the hooks we use: beside ours, around the scope, and below it, where they run before ours.</summary>
/// <param name="cgroups">The cgroups; null when they are not known.</param>
/// <param name="types">What the host's programs are.</param>
internal sealed class ForeignPrograms(Cgroups? cgroups, ProgramTypes types)
{
    /// <summary>Cgroups below scopes that are looked at for each hook.</summary>
    internal const int MostBelow = 1024;

    private const int Most = 256;

    private readonly ImmutableArray<ForeignProgram>.Builder _found = ImmutableArray.CreateBuilder<ForeignProgram>();

    /// <summary>Those that were found.</summary>
    internal ImmutableArray<ForeignProgram> Found => _found.ToImmutable();

    /// <summary>Cgroups below scopes that were not looked at.</summary>
    internal int NotLookedAt { get; private set; }

    /// <summary>Looks beside chains.</summary>
    internal void Look(ImmutableArray<ObservedChain> chains)
    {
        var ours = chains.Select(chain => chain.ProgramId).ToHashSet();
        var there = chains.Where(chain => chain.CgroupId != 0).ToList();
        foreach (var chain in there)
        {
            _found.AddRange(InCgroup(chain.Scope, Interop.Bpf.AttachCgroupSockOps, chain.ProgramId, ours, "sockops"));
        }

        if (types.AnyOther(Interop.Bpf.ProgramTypeSockOps, ours))
        {
            LookBelow([.. there.Select(chain => chain.Scope)], Interop.Bpf.AttachCgroupSockOps, ours, "sockops");
        }
    }

    /// <summary>Looks beside standalone programs, where the kernel lists programs in the order of running.</summary>
    internal void Look(ImmutableArray<ObservedAttachment> attachments)
    {
        var ours = attachments.Select(attachment => attachment.ProgramId).ToHashSet();
        foreach (var attachment in attachments.Where(attachment => attachment.TargetId != 0))
        {
            var hook = Hook.Find(attachment.Key.Hook)!;
            if (AttachedHookpoints.AttachType(hook) is { } attachType)
            {
                _found.AddRange(
                    hook.Target switch
                    {
                        HookTarget.Cgroup => InCgroup(
                            attachment.Key.Target,
                            attachType,
                            attachment.ProgramId,
                            ours,
                            hook.Name
                        ),
                        HookTarget.Interface when attachment.Mechanism == "tcx" => Listed(
                            (int)attachment.TargetId,
                            attachType,
                            0,
                            attachment.Key.Target,
                            attachment.ProgramId,
                            ours,
                            hook.Name
                        ),
                        _ => [],
                    }
                );
            }
        }

        foreach (
            var hook in attachments
                .Where(attachment => attachment.TargetId != 0)
                .GroupBy(attachment => Hook.Find(attachment.Key.Hook)!)
                .Where(group => group.Key.Target == HookTarget.Cgroup)
        )
        {
            if (AttachedHookpoints.AttachType(hook.Key) is { } attachType)
            {
                LookBelow(
                    [.. hook.Select(attachment => attachment.Key.Target).Distinct(StringComparer.Ordinal)],
                    attachType,
                    ours,
                    hook.Key.Name
                );
            }
        }
    }

    /// <summary>
    /// The program that keeps others from being attached to a cgroup: one that was attached to it, or to one around it, without BPF_F_ALLOW_MULTI.
    /// </summary>
    /// <param name="cgroups">The cgroups; null when they are not known.</param>
    /// <param name="scope">Path of the cgroup.</param>
    /// <param name="attachType">The kernel's number of the hook.</param>
    /// <returns>A clause for a person, with what to do; null when there is none.</returns>
    internal static string? FindExclusive(Cgroups? cgroups, string scope, int attachType)
    {
        foreach (var path in CgroupPath.SelfAndAncestors(scope))
        {
            using var cgroup = cgroups?.Find([path]).ContainsKey(path) == true ? cgroups.Open(path) : null;
            if (cgroup is null || Query(cgroup.Fd, attachType, 0, out var flags) is not [var id, ..])
            {
                continue;
            }

            // A program of a cgroup around may allow another below it in its place.
            if ((flags & Interop.Bpf.AllowMulti) != 0 || ((flags & Interop.Bpf.AllowOverride) != 0 && path != scope))
            {
                return null;
            }

            var how = (flags & Interop.Bpf.AllowOverride) != 0 ? "with BPF_F_ALLOW_OVERRIDE" : "without flags";
            return $"program {id} '{Printable.Line(NameOf(id) ?? "")}', which is not NetEdit's, is attached to {path} "
                + $"{how}, so the kernel allows no other program there; ask its owner to attach it with "
                + $"BPF_F_ALLOW_MULTI, or detach it ('bpftool cgroup show' of {path} lists it)";
        }

        return null;
    }

    private void LookBelow(ImmutableArray<string> scopes, int attachType, HashSet<uint> ours, string hook)
    {
        if (cgroups is null)
        {
            return;
        }

        var room = MostBelow;
        foreach (
            var outer in scopes.Where(scope =>
                !CgroupPath.SelfAndAncestors(scope).Skip(1).Any(path => scopes.Contains(path, StringComparer.Ordinal))
            )
        )
        {
            if (!cgroups.Find([outer]).ContainsKey(outer))
            {
                continue;
            }

            var (looked, left) = cgroups.ForEachBelow(
                outer,
                room,
                (path, cgroup) =>
                {
                    foreach (var id in Query(cgroup.Fd, attachType, 0, out _))
                    {
                        if (!ours.Contains(id) && NameOf(id) is { } name)
                        {
                            var around = CgroupPath
                                .SelfAndAncestors(path)
                                .Skip(1)
                                .Where(scope => scopes.Contains(scope, StringComparer.Ordinal));
                            _found.AddRange(
                                around.Select(scope => new ForeignProgram(scope, id, name, RunsAfterOurs: false)
                                {
                                    Hook = hook,
                                    Below = Printable.Line(path),
                                })
                            );
                        }
                    }
                }
            );
            room -= looked;
            NotLookedAt += left;
        }
    }

    private List<ForeignProgram> InCgroup(string scope, int attachType, uint program, HashSet<uint> ours, string hook)
    {
        if (cgroups is null || !cgroups.Find([scope]).ContainsKey(scope))
        {
            return [];
        }

        /* The effective list is in the order of running: the cgroup's own, then its ancestors'. */
        using var cgroup = cgroups.Open(scope);
        return Listed(cgroup.Fd, attachType, Interop.Bpf.QueryEffective, scope, program, ours, hook);
    }

    private static List<ForeignProgram> Listed(
        int target,
        int attachType,
        uint flags,
        string scope,
        uint program,
        HashSet<uint> ours,
        string hook
    )
    {
        var order = Query(target, attachType, flags, out _);
        var position = Array.IndexOf(order, program);
        var foreign = new List<ForeignProgram>();
        for (var index = 0; index < order.Length; index++)
        {
            if (!ours.Contains(order[index]) && NameOf(order[index]) is { } name)
            {
                foreign.Add(
                    new ForeignProgram(scope, order[index], name, position < 0 ? null : index > position)
                    {
                        Hook = hook,
                    }
                );
            }
        }

        return foreign;
    }

    /// <summary>The programs at a target; none when the kernel does not tell.</summary>
    private static unsafe uint[] Query(int target, int attachType, uint flags, out uint attachFlags)
    {
        var programs = stackalloc uint[Most];
        var count = (uint)Most;
        uint with = 0;
        var result = LibBpf.bpf_prog_query(target, attachType, flags, &with, programs, &count);
        attachFlags = with;
        if (result < 0)
        {
            LibBpfLog.Clear();
            return [];
        }

        return new ReadOnlySpan<uint>(programs, (int)Math.Min(count, Most)).ToArray();
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
