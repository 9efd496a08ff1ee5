using System.Text;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// The mounts of a process, read again only when the kernel says that they have changed (proc_pid_mountinfo(5): poll): a host of many
/// containers has hundreds, and every pass asks.
/// </summary>
/// <param name="path">Path of its mountinfo.</param>
internal sealed unsafe class MountList(string path)
{
    private readonly Lock _gate = new();
    private SafeFileHandle? _file;
    private IReadOnlyList<MountInfo> _mounts = [];

    /// <summary>The mounts of this process.</summary>
    internal static MountList Own { get; } = new("/proc/self/mountinfo");

    /// <summary>The mounts of the first process, which are the host's.</summary>
    internal static MountList Host { get; } = new("/proc/1/mountinfo");

    /// <summary>Reads the mounts as they are now.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">They cannot be read.</exception>
    internal IReadOnlyList<MountInfo> Read()
    {
        lock (_gate)
        {
            var isNew = _file is null;
            _file ??= File.OpenHandle(path);
            if (HasChanged(_file) || isNew)
            {
                _mounts = MountInfo.Parse(ReadAll(_file).Split('\n'));
            }

            return _mounts;
        }
    }

    /* The kernel counts a change as told when it answers, so it is asked before the file is read. */
    private static bool HasChanged(SafeFileHandle file)
    {
        var poll = new PollEntry { Descriptor = (int)file.DangerousGetHandle(), Events = PollEntry.Urgent };
        return LibC.poll(&poll, 1, 0) != 0;
    }

    private static string ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[16 << 10];
        for (var length = 0; ;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(length), length);
            if (read == 0)
            {
                return Encoding.UTF8.GetString(bytes, 0, length);
            }

            length += read;
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, 2 * length);
            }
        }
    }
}
