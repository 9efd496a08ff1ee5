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
    private readonly SafeFileHandle _handle;

    public Inotify()
    {
        var descriptor = Libc.InotifyInit(Libc.IN_CLOEXEC);
        if (descriptor < 0)
        {
            throw new IOException("inotify cannot be used: " + new Win32Exception(Marshal.GetLastPInvokeError()).Message + "; raise fs.inotify.max_user_instances");
        }

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Watches a directory; the same directory gives the same number.</summary>
    /// <returns>False when it is gone, or is none.</returns>
    public bool TryWatch(string directory, InotifyEvents events, out int watch)
    {
        watch = Libc.InotifyAddWatch(_handle, directory, (uint)(events | InotifyEvents.OnlyDirectory));
        return watch >= 0;
    }

    /// <summary>Ends a watch; the reader gets an <see cref="InotifyEvents.Ignored"/> for it.</summary>
    public void Remove(int watch) => _ = Libc.InotifyRemoveWatch(_handle, watch);

    /// <summary>Waits for events. Empty when the instance was closed.</summary>
    public List<InotifyEvent> Read(Span<byte> buffer)
    {
        var events = new List<InotifyEvent>();
        var count = (int)Libc.Read(_handle, buffer, buffer.Length);
        for (var rest = count > 0 ? buffer[..count] : default; rest.Length >= HeaderBytes;)
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

    public void Dispose() => _handle.Dispose();
}
