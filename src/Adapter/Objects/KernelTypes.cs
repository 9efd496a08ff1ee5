using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Objects;

/// <summary>
/// The few of the kernel's types by which an object is relocated (CO-RE). libbpf reads all of them, some 150,000, for each object that it loads, and walks through
/// all of them for each type that the object mentions: half of the time it takes to load a chain. With these it reads some hundred.
/// </summary>
internal static unsafe class KernelTypes
{
    private const string All = "/sys/kernel/btf/vmlinux";

    /* One per set of names: a chain, the walk over open connections, a congestion control, and what plugins bring. */
    private const int MostKept = 32;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, byte[]> Kept = new(StringComparer.Ordinal);

    /// <summary>The kernel's types that an object is relocated by, as BTF.</summary>
    /// <param name="owner">Whose object it is.</param>
    /// <param name="image">The object.</param>
    /// <returns>Null where libbpf has to look itself: in a module, for the number of a type, or where the kernel says nothing of its types.</returns>
    /// <exception cref="BpfException">The object is damaged.</exception>
    internal static byte[]? For(string owner, ReadOnlySpan<byte> image)
    {
        if (Relocations.Types(owner, image) is not { Count: > 0 } names)
        {
            return null;
        }

        var key = string.Join('\n', names);
        lock (Gate)
        {
            if (Kept.TryGetValue(key, out var kept))
            {
                return kept.Length > 0 ? kept : null;
            }
        }

        // Read twice rather than waited for when two ask at once.
        if (Read(names) is not { } types)
        {
            return null;
        }

        lock (Gate)
        {
            if (Kept.Count == MostKept)
            {
                Kept.Clear();
            }

            Kept[key] = types;
        }

        return types.Length > 0 ? types : null;
    }

    /// <summary>Types of these names, with all that they are made of but what pointers lead to.</summary>
    /// <param name="kernel">All types.</param>
    /// <param name="names">The names.</param>
    /// <returns>BTF; empty when there is none of a name, or the types are of a form that is not known here.</returns>
    internal static byte[] Extract(ReadOnlySpan<byte> kernel, IReadOnlyCollection<string> names)
    {
        if (!Btf.TryRead(kernel, out var btf))
        {
            return [];
        }

        // Not of the collector's memory, which would keep it: a megabyte, for some milliseconds.
        var starts = (int*)NativeMemory.Alloc((nuint)btf.MostTypes, sizeof(int));
        try
        {
            var index = new Span<int>(starts, btf.MostTypes);
            var count = btf.Index(index);
            var extract = new TypeExtract(btf, index[..count]);
            return extract.TryAdd(names) ? extract.Write() : [];
        }
        finally
        {
            NativeMemory.Free(starts);
        }
    }

    /// <summary>Extracts from the kernel's types; null when they cannot be read: libbpf then tries, and says why.</summary>
    private static byte[]? Read(IReadOnlyCollection<string> names)
    {
        void* content = null;
        try
        {
            using var file = File.OpenHandle(All, share: FileShare.ReadWrite); // other shares lock the file
            var length = RandomAccess.GetLength(file);
            content = NativeMemory.Alloc((nuint)length);
            var kernel = new Span<byte>(content, checked((int)length));
            for (var read = 0; read < kernel.Length; )
            {
                var more = RandomAccess.Read(file, kernel[read..], read);
                if (more == 0)
                {
                    return null;
                }

                read += more;
            }

            return Extract(kernel, names);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return null;
        }
        finally
        {
            NativeMemory.Free(content);
        }
    }
}
