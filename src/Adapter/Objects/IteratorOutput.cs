using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;

namespace NetEdit.Adapter.Objects;

/// <summary>Reads what iterators write. Opening a pin starts a walk in the network namespace of the opening thread.</summary>
internal static class IteratorOutput
{
    private const int BufferBytes = 64 * 1024;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    /// <summary>
    /// One walk, in the network namespace of this thread, by a program that writes nothing, or a byte when it has seen enough. It may run
    /// in other namespaces, where nothing may start a thread, so it calls little; see <see cref="NetworkNamespaces"/>.
    /// </summary>
    /// <param name="pin">The pinned iterator.</param>
    /// <exception cref="BpfException">The walk cannot be begun, or the kernel ends it early.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Walk(string pin)
    {
        if (!SocketCounts.AnyTcp())
        {
            return;
        }

        var fd = LibC.open(pin, LibC.OpenRead);
        if (fd < 0)
        {
            throw BpfError.Create($"open the iterator {pin}", Marshal.GetLastPInvokeError());
        }

        try
        {
            byte nothing;
            nint read;
            /* After a million sockets the kernel asks to read on. */
            while ((read = LibC.read(fd, &nothing, 1)) <= 0)
            {
                if (read == 0)
                {
                    return;
                }

                if (Marshal.GetLastPInvokeError() is var errno and not (TryAgain or Interrupted))
                {
                    throw BpfError.Create("walk the sockets of a network namespace", errno);
                }
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <summary>Reads what a walk writes, to its end.</summary>
    /// <param name="walk">The walk, which was begun in its network namespace.</param>
    /// <param name="size">Bytes of a record.</param>
    /// <param name="each">Called for each record.</param>
    /// <exception cref="BpfException">The kernel ends it early.</exception>
    internal static unsafe void ReadRecords(KernelHandle walk, int size, Action<ReadOnlySpan<byte>> each)
    {
        var buffer = new byte[BufferBytes];
        var kept = 0;
        while (true)
        {
            nint read;
            fixed (byte* start = &buffer[kept])
            {
                read = LibC.read(walk.Fd, start, (nuint)(buffer.Length - kept));
            }

            if (read < 0)
            {
                /* After a million sockets the kernel asks to read on. */
                if (Marshal.GetLastPInvokeError() is var errno and not (TryAgain or Interrupted))
                {
                    throw BpfError.Create("walk the sockets of a network namespace", errno);
                }

                continue;
            }

            if (read == 0)
            {
                return;
            }

            var filled = buffer.AsSpan(0, kept + (int)read);
            for (; filled.Length >= size; filled = filled[size..])
            {
                each(filled[..size]);
            }

            kept = filled.Length;
            filled.CopyTo(buffer);
        }
    }

    /// <summary>The 8-byte numbers a walk writes.</summary>
    /// <exception cref="BpfException">The walk cannot be begun, or the kernel ends it early.</exception>
    internal static unsafe List<ulong> ReadUInt64(string pin)
    {
        var numbers = new List<ulong>();
        var fd = LibC.open(pin, LibC.OpenRead);
        if (fd < 0)
        {
            throw BpfError.Create($"open the iterator {pin}", Marshal.GetLastPInvokeError());
        }

        using var handle = new KernelHandle(fd);
        Span<byte> buffer = stackalloc byte[4096];
        var kept = 0;
        while (true)
        {
            nint read;
            fixed (byte* start = buffer[kept..])
            {
                read = LibC.read(fd, start, (nuint)(buffer.Length - kept));
            }

            if (read < 0)
            {
                if (Marshal.GetLastPInvokeError() is var errno and not (TryAgain or Interrupted))
                {
                    throw BpfError.Create($"read the iterator {pin}", errno);
                }

                continue;
            }

            if (read == 0)
            {
                return numbers;
            }

            var filled = buffer[..(kept + (int)read)];
            while (filled.Length >= sizeof(ulong))
            {
                numbers.Add(BitConverter.ToUInt64(filled));
                filled = filled[sizeof(ulong)..];
            }

            kept = filled.Length;
            filled.CopyTo(buffer);
        }
    }
}
