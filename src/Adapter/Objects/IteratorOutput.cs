using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Objects;

/// <summary>Reads pinned iterators. Opening the pin starts a walk in the network namespace of the opening thread.</summary>
internal static class IteratorOutput
{
    /// <summary>The 8-byte numbers a walk writes.</summary>
    internal static unsafe List<ulong> ReadUInt64(string pin)
    {
        var numbers = new List<ulong>();
        var fd = LibC.open(pin, LibC.OpenRead);
        if (fd < 0)
        {
            throw BpfError.Create($"open the iterator {pin}", System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
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

            if (read <= 0)
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
