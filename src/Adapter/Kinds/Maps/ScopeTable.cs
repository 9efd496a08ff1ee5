using System.Buffers.Binary;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Kinds;

/// <summary>What scopes have of their own, by the ids of their cgroups.</summary>
/// <param name="map">The map.</param>
internal sealed class ScopeTable(KernelMap map)
{
    private IReadOnlyCollection<ulong> _abandoned = [];

    /// <summary>The record of a scope; null when there is none.</summary>
    /// <param name="cgroup">Id of its cgroup.</param>
    internal byte[]? Find(ulong cgroup)
    {
        var record = new byte[Abi.Scope.Size];
        return map.TryLookup(Key(cgroup), record) ? record : null;
    }

    /// <summary>The scope of a path, which a cgroup that is gone may have had.</summary>
    /// <param name="isWanted">Whether it is this path.</param>
    /// <returns>The id of the cgroup, and the record; null when there is none.</returns>
    internal (ulong Cgroup, byte[] Record)? Find(Predicate<string> isWanted)
    {
        foreach (var cgroup in Cgroups())
        {
            if (Find(cgroup) is { } record && isWanted(ScopeRecord.PathOf(record)))
            {
                return (cgroup, record);
            }
        }

        return null;
    }

    /// <summary>Writes the record of a scope.</summary>
    internal void Write(ulong cgroup, byte[] record) => map.Update(Key(cgroup), record);

    /// <summary>Removes a scope, if it is there.</summary>
    internal void Remove(ulong cgroup) => map.Delete(Key(cgroup));

    /// <summary>Finds the scopes that no chain is attached to.</summary>
    /// <param name="attached">Ids of the cgroups that chains are attached to.</param>
    /// <param name="scopes">Their paths: a chain may outlive its cgroup.</param>
    /// <param name="held">Asked for ids of cgroups that programs are attached to: there may be chains whose pins cannot be seen.</param>
    /// <returns>Whether there are any; <see cref="Finish"/> removes them.</returns>
    internal bool FindAbandoned(
        IReadOnlySet<ulong> attached,
        IReadOnlySet<string> scopes,
        Func<IReadOnlySet<ulong>> held
    )
    {
        List<ulong> without =
        [
            .. Cgroups()
                .Where(cgroup =>
                    !attached.Contains(cgroup)
                    && Find(cgroup) is { } record
                    && !scopes.Contains(ScopeRecord.PathOf(record))
                ),
        ];
        _abandoned = without.Count == 0 ? [] : [.. without.Except(held())];
        return _abandoned.Count > 0;
    }

    /// <summary>Removes the scopes that no chain is attached to.</summary>
    internal void Finish()
    {
        foreach (var cgroup in _abandoned)
        {
            Remove(cgroup);
        }

        _abandoned = [];
    }

    private IEnumerable<ulong> Cgroups() =>
        map.Keys(Abi.Scope.KeySize).Select(key => BinaryPrimitives.ReadUInt64LittleEndian(key));

    private static byte[] Key(ulong cgroup)
    {
        var key = new byte[Abi.Scope.KeySize];
        BinaryPrimitives.WriteUInt64LittleEndian(key, cgroup);
        return key;
    }
}
