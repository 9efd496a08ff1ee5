using System.Buffers.Binary;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// A table inside a map of maps. Programs use slot 0. A larger table is filled beside it and put in its place in one write;
/// slot 1 then holds the former one until what programs counted in it is carried over.
/// </summary>
internal sealed unsafe class GrowingTable(KernelMap outer, MapShape inner) : IDisposable
{
    private const uint InUse = 0;
    private const uint Former = 1;

    private (uint Id, KernelMap Map)? _opened;

    /// <summary>The table that programs use, as last looked for.</summary>
    /// <exception cref="BpfException">Somebody took it out.</exception>
    internal KernelMap Current => _opened is { } opened ? opened.Map : Refresh();

    /// <summary>Entries the table has room for.</summary>
    internal int Room => (int)KernelInfo.Map(Current.Handle).MaxEntries;

    /// <summary>Looks which table programs use.</summary>
    internal KernelMap Refresh()
    {
        var id = InnerId(InUse);
        if (_opened is { } opened && opened.Id == id)
        {
            return opened.Map;
        }

        _opened?.Map.Dispose();
        _opened = null;
        _opened = (id, Open(id));
        return _opened.Value.Map;
    }

    /// <summary>Whether a growth was interrupted.</summary>
    internal bool HasFormer => InnerId(Former) != 0;

    /// <summary>Makes the first table.</summary>
    internal void Start(int room)
    {
        using var table = Build(room);
        Put(InUse, table);
    }

    /// <summary>Puts a larger table in the place of the one in use.</summary>
    /// <param name="room">Entries.</param>
    /// <param name="fill">Copies what programs only read, before they see the new table; null when they write it.</param>
    /// <param name="carryOver">Carries over what programs wrote, when none uses the former table any more; may be null.</param>
    internal void Grow(int room, Action<KernelMap, KernelMap>? fill, Action<KernelMap, KernelMap>? carryOver)
    {
        var former = Refresh();
        using var table = Build(room);
        fill?.Invoke(former, table);
        if (carryOver is not null)
        {
            Put(Former, former);
        }

        Put(InUse, table); // waits until programs that read the former one have ended (4.20)
        if (carryOver is not null)
        {
            carryOver(former, table);
            outer.Delete(BitConverter.GetBytes(Former));
        }

        Refresh();
    }

    /// <summary>Ends a growth that was interrupted.</summary>
    internal void Finish(Action<KernelMap, KernelMap> carryOver)
    {
        if (!HasFormer)
        {
            return;
        }

        using (var former = OpenFormer())
        {
            if (former is not null)
            {
                carryOver(former, Current);
            }
        }

        outer.Delete(BitConverter.GetBytes(Former));
    }

    /// <summary>The former table of a growth that was interrupted; null when there is none, or it is still the one in use.</summary>
    internal KernelMap? OpenFormer() => InnerId(Former) is var id and not 0 && id != InnerId(InUse) ? Open(id) : null;

    public void Dispose() => _opened?.Map.Dispose();

    private uint InnerId(uint slot)
    {
        Span<byte> id = stackalloc byte[sizeof(uint)];
        return outer.TryLookup(BitConverter.GetBytes(slot), id) ? BinaryPrimitives.ReadUInt32LittleEndian(id) : 0;
    }

    private void Put(uint slot, KernelMap table) =>
        outer.Update(BitConverter.GetBytes(slot), BitConverter.GetBytes(table.Handle.Fd));

    private KernelMap Open(uint id) =>
        id == 0
            ? throw new BpfException(
                $"the table of {outer.Name} no longer exists; run 'netedit uninstall' and apply again"
            )
            : new KernelMap(
                outer.Name,
                KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the table of {outer.Name} (id {id})")
            );

    private KernelMap Build(int room)
    {
        var options = new LibBpf.MapCreateOptions
        {
            Size = (nuint)sizeof(LibBpf.MapCreateOptions),
            MapFlags = inner.Flags,
        };
        return new KernelMap(
            outer.Name,
            KernelHandle.Of(
                LibBpf.bpf_map_create(
                    inner.Type,
                    outer.Name[..Math.Min(outer.Name.Length, 15)],
                    inner.KeySize,
                    inner.ValueSize,
                    (uint)room,
                    &options
                ),
                $"create the table of {outer.Name} for {room} entries"
            )
        );
    }
}
