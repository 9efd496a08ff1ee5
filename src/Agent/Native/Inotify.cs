using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NetEdit.Agent.Native;

/// <summary>What the kernel says of an entry of a watched directory.</summary>
[Flags]
internal enum InotifyEvents : uint
{
    None = 0,
    CloseWrite = 0x8,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    Overflow = 0x4000,
    Ignored = 0x8000,
    OnlyDirectory = 0x0100_0000,
    IsDirectory = 0x4000_0000,

    /// <summary>An entry came or went.</summary>
    Names = MovedFrom | MovedTo | Create | Delete,
}

/// <summary>One event; <paramref name="Watch"/> is -1 when the queue overflowed.</summary>
internal readonly record struct InotifyEvent(int Watch, InotifyEvents Events, string Name);

/// <summary>
/// An inotify instance. FileSystemWatcher cannot be used: it does not report that a writer closed a file, and so can't tell
/// a finished file from a half-written one.
/// </summary>
internal sealed class Inotify : IDisposable
{
    private const int HeaderBytes = 16;
    private const short Readable = 1; /* POLLIN */

    private readonly SafeFileHandle _handle;
    private readonly SafeFileHandle _closing;

    /// <summary>Makes an instance that watches nothing.</summary>
    /// <exception cref="IOException">The limit of instances, or of descriptors, is reached.</exception>
    public Inotify()
    {
        _handle = Own(SystemCalls.InotifyInit(SystemCalls.IN_CLOEXEC), "fs.inotify.max_user_instances");
        try
        {
            _closing = Own(SystemCalls.EventDescriptor(0, SystemCalls.IN_CLOEXEC), "the limit of open files");
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>Watches a directory; the same directory gives the same number.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="events">What to report.</param>
    /// <param name="watch">Its number.</param>
    /// <param name="errno">Why it is not watched; ENOENT or ENOTDIR when it does not exist, or is not a directory.</param>
    public bool TryWatch(string directory, InotifyEvents events, out int watch, out int errno)
    {
        watch = SystemCalls.InotifyAddWatch(_handle, directory, (uint)(events | InotifyEvents.OnlyDirectory));
        errno = watch < 0 ? Marshal.GetLastPInvokeError() : 0;
        return watch >= 0;
    }

    /// <summary>Ends a watch; the reader gets an <see cref="InotifyEvents.Ignored"/> for it.</summary>
    public void Remove(int watch) => _ = SystemCalls.InotifyRemoveWatch(_handle, watch);

    /// <summary>Ends the waiting of <see cref="Read"/>, now and from now on.</summary>
    public void Close() => _ = SystemCalls.Write(_closing, BitConverter.GetBytes(1UL), sizeof(ulong));

    /// <summary>Waits for events. Empty when the instance is being closed.</summary>
    public List<InotifyEvent> Read(Span<byte> buffer)
    {
        var events = new List<InotifyEvent>();
        Span<SystemCalls.Polled> polled =
        [
            new SystemCalls.Polled { Descriptor = (int)_closing.DangerousGetHandle(), Events = Readable },
            new SystemCalls.Polled { Descriptor = (int)_handle.DangerousGetHandle(), Events = Readable },
        ];
        if (SystemCalls.Poll(polled, (ulong)polled.Length, Timeout.Infinite) < 0 || polled[0].Returned != 0)
        {
            return events;
        }

        var count = (int)SystemCalls.Read(_handle, buffer, buffer.Length);
        for (var rest = count > 0 ? buffer[..count] : default; rest.Length >= HeaderBytes; )
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(rest);
            var mask = (InotifyEvents)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            var name = rest.Slice(HeaderBytes, length);
            var end = name.IndexOf((byte)0);
            events.Add(new InotifyEvent(watch, mask, Encoding.UTF8.GetString(end < 0 ? name : name[..end])));
            rest = rest[(HeaderBytes + length)..];
        }

        return events;
    }

    public void Dispose()
    {
        _handle.Dispose();
        _closing.Dispose();
    }

    private static SafeFileHandle Own(int descriptor, string limit) =>
        descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                $"inotify cannot be used: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}; raise {limit}"
            );
}
