using System.Runtime.InteropServices;
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
    private KernelHandle? _watched;
    private IReadOnlyList<MountInfo>? _mounts;

    /// <summary>The mounts of this process.</summary>
    internal static MountList Own { get; } = new("/proc/self/mountinfo");

    /// <summary>The mounts of the first process, which are the host's.</summary>
    internal static MountList Host { get; } = new("/proc/1/mountinfo");

    /// <summary>Reads the mounts as they are now.</summary>
    /// <exception cref="BpfException">They cannot be read.</exception>
    internal IReadOnlyList<MountInfo> Read()
    {
        lock (_gate)
        {
            _watched ??= Watch();

            // The kernel counts a change as told when it answers, so it is asked before the file is read.
            if (HasChanged(_watched))
            {
                _mounts = null;
            }

            return _mounts ??= MountInfo.Parse(HostFiles.ReadText(path).Split('\n'));
        }
    }

    private KernelHandle Watch() =>
        LibC.open(path, LibC.OpenRead) is var descriptor and >= 0
            ? new KernelHandle(descriptor)
            : throw BpfError.OfFile($"open {path}", Marshal.GetLastPInvokeError());

    private static bool HasChanged(KernelHandle file)
    {
        var poll = new PollEntry { Descriptor = file.Fd, Events = PollEntry.Urgent };
        return LibC.poll(&poll, 1, 0) != 0;
    }
}
