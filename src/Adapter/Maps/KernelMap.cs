using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Maps;

/// <summary>Reads and writes of a map by descriptor, with errors that name the map.</summary>
internal sealed unsafe class KernelMap(string name, KernelHandle handle) : IDisposable
{
    internal string Name => name;

    internal KernelHandle Handle => handle;

    /// <summary>Writes many entries; in one call where the kernel can (hashes 5.6, tries 5.13), else one by one.</summary>
    /// <param name="keys">The keys, side by side.</param>
    /// <param name="keySize">Size of one.</param>
    /// <param name="values">The values, side by side.</param>
    /// <param name="valueSize">Size of one.</param>
    internal void UpdateAll(byte[] keys, int keySize, byte[] values, int valueSize)
    {
        var count = (uint)(keys.Length / keySize);
        fixed (byte* keysStart = keys)
        fixed (byte* valuesStart = values)
        {
            var done = count;
            if (count == 0 || LibBpf.bpf_map_update_batch(handle.Fd, keysStart, valuesStart, &done, null) >= 0)
            {
                return;
            }
        }

        LibBpfLog.Clear();
        for (var index = 0; index < count; index++)
        {
            Update(keys.AsSpan(index * keySize, keySize), values.AsSpan(index * valueSize, valueSize));
        }
    }

    /// <summary>False when the key is not there.</summary>
    internal bool TryLookup(ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            return Expect(LibBpf.bpf_map_lookup_elem(handle.Fd, keyStart, valueStart), BpfError.Enoent, "read");
        }
    }

    /// <summary>Whether a key is there.</summary>
    internal bool Contains(ReadOnlySpan<byte> key, int valueSize) => TryLookup(key, new byte[valueSize]);

    /// <summary>Writes an entry, whether it exists or not.</summary>
    internal void Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Expect(Write(key, value, Interop.Bpf.Any), 0, "write to");

    /// <summary>False when the key is there already.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Expect(Write(key, value, Interop.Bpf.NoExist), BpfError.Eexist, "add to");

    /// <summary>False when the key was not there.</summary>
    internal bool Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* keyStart = key)
        {
            return Expect(LibBpf.bpf_map_delete_elem(handle.Fd, keyStart), BpfError.Enoent, "delete from");
        }
    }

    /// <summary>All keys, in the map's order. Meant for maps that only we write.</summary>
    internal List<byte[]> Keys(int keySize)
    {
        var keys = new List<byte[]>();
        byte[]? previous = null;
        while (true)
        {
            var next = new byte[keySize];
            fixed (byte* previousStart = previous)
            fixed (byte* nextStart = next)
            {
                if (!Expect(LibBpf.bpf_map_get_next_key(handle.Fd, previousStart, nextStart), BpfError.Enoent, "list"))
                {
                    return keys;
                }
            }

            keys.Add(next);
            previous = next;
        }
    }

    /// <summary>Makes the map unchangeable from this side, so that what was read of it once stays true (5.2).</summary>
    internal void Freeze() => Expect(LibBpf.bpf_map_freeze(handle.Fd), 0, "freeze");

    public void Dispose() => handle.Dispose();

    /// <summary>
    /// Writes an entry. The kernel takes a new one from a pool that it refills in the background, and does not wait for that
    /// (kernel/bpf/memalloc.c): ENOMEM passes within milliseconds where elements hold memory of each CPU, seen on Linux 6.18 while
    /// several processes made such maps. So does this: up to 31 ms.
    /// </summary>
    private int Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong flags)
    {
        const int MostPauses = 5;
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            for (var pause = 0; ; pause++)
            {
                var result = LibBpf.bpf_map_update_elem(handle.Fd, keyStart, valueStart, flags);
                if (-result != BpfError.Enomem || pause == MostPauses)
                {
                    return result;
                }

                Thread.Sleep(1 << pause);
            }
        }
    }

    private bool Expect(int result, int expected, string verb)
    {
        if (result >= 0)
        {
            return true;
        }

        if (-result == expected)
        {
            return false;
        }

        LibBpfLog.Clear();
        throw BpfError.Create($"{verb} the map {name}", -result, -result == 7 ? "the map is full" : "");
    }
}
