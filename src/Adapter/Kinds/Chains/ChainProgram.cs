using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The program of a chain, or of several, in the kernel.</summary>
internal sealed class ChainProgram : IDisposable
{
    private readonly ProgramInfo _info;
    private readonly KernelMap? _scopes;

    private ChainProgram(ProgramInfo info, ChainRecord? record, KernelMap? scopes) =>
        (_info, Record, _scopes) = (info, record, scopes);

    /// <summary>The kernel's id of it.</summary>
    internal uint Id => _info.Id;

    /// <summary>What it is; null when this version cannot tell.</summary>
    internal ChainRecord? Record { get; }

    /// <summary>Opens a program.</summary>
    /// <exception cref="BpfException">It is gone.</exception>
    internal static ChainProgram Open(uint id)
    {
        using var program = ChainObserver.OpenProgram(id);
        var info = KernelInfo.Program(program);
        var record = ChainObserver.ReadRecord(info);
        return new ChainProgram(info, record, record is { Program: not 0 } ? ScopesOf(info) : null);
    }

    /// <summary>Whether it uses a map.</summary>
    internal bool Uses(uint map) => _info.MapIds.Contains(map);

    /// <summary>The chain that it is in one scope; null when this version cannot tell.</summary>
    /// <param name="cgroup">Id of the scope's cgroup; 0 when that is gone.</param>
    /// <param name="isScope">Tells the scope by its path, when its cgroup is gone.</param>
    internal AttachedChain? In(ulong cgroup, Predicate<string> isScope)
    {
        if (Record is null)
        {
            return null;
        }

        var scope =
            _scopes is null ? null
            : cgroup == 0 ? new ScopeTable(_scopes).Find(isScope)?.Record
            : new ScopeTable(_scopes).Find(cgroup);
        if (scope is null)
        {
            /* A version before this one said it in the program; or a change was interrupted. */
            return new AttachedChain(Record, Record.Scope, Record.Key, []);
        }

        var (key, former) = ScopeRecord.ChainOf(scope, Record);
        return new AttachedChain(Record, ScopeRecord.PathOf(scope), key, former) { ScopeRecord = scope };
    }

    public void Dispose() => _scopes?.Dispose();

    private static KernelMap? ScopesOf(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            if (
                KernelHandle
                    .Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}")
                    .DisposeUnless(map =>
                        KernelInfo.Map(map) is { Name: SharedMaps.Scopes, ValueSize: Abi.Scope.Size }
                    ) is
                { } found
            )
            {
                return new KernelMap(SharedMaps.Scopes, found);
            }
        }

        return null;
    }
}

/// <summary>A chain that is attached.</summary>
/// <param name="Program">What its program is.</param>
/// <param name="Scope">Path of its scope; empty when the kernel holds no record of it.</param>
/// <param name="Key">The key of its rules; 0 when the kernel holds no record of the scope.</param>
/// <param name="Former">Chains by whose slots sockets may remember what was applied, the last one first.</param>
internal sealed record AttachedChain(ChainRecord Program, string Scope, uint Key, ImmutableArray<FormerChain> Former)
{
    /// <summary>The record of the scope; null when the kernel holds none.</summary>
    internal byte[]? ScopeRecord { get; init; }

    /// <summary>The chain itself and those before it, as those of its successor.</summary>
    internal IEnumerable<FormerChain> AsFormer => Former.Prepend(new FormerChain(Key, [.. Program.Features]));
}
