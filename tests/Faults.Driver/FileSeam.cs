using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace NetEdit.Faults;

/// <summary>A system call on a file, a mount or a netlink socket.</summary>
/// <param name="Name">What it does: <c>unlink</c>, whichever form of the call was used.</param>
/// <param name="Path">What it was made on.</param>
/// <param name="Kind">The same without numbers, which differ from run to run.</param>
/// <param name="Number">The how manieth of its name and kind it is, from 1: what others on the host do changes how many calls there are in all.</param>
internal sealed record FileCall(string Name, string Path, string Kind, int Number)
{
    private const int Perm = 1,
        Intr = 4,
        Io = 5,
        NoMem = 12,
        Acces = 13,
        Busy = 16,
        NFile = 23,
        MFile = 24,
        NoSpc = 28,
        RoFs = 30,
        NoLck = 37,
        NoBufs = 105;

    private static readonly Dictionary<int, string> Names = new()
    {
        [Perm] = "EPERM",
        [Intr] = "EINTR",
        [Io] = "EIO",
        [NoMem] = "ENOMEM",
        [Acces] = "EACCES",
        [Busy] = "EBUSY",
        [NFile] = "ENFILE",
        [MFile] = "EMFILE",
        [NoSpc] = "ENOSPC",
        [RoFs] = "EROFS",
        [NoLck] = "ENOLCK",
        [NoBufs] = "ENOBUFS",
    };

    /// <summary>
    /// What the kernel may answer to it at any time. Refusals (EACCES) are left out where they mean that others closed what is theirs: the first
    /// process that hides itself, a user's cgroup.
    /// </summary>
    public (int Number, string Name)[] Errnos =>
        [
            .. (
                Name switch
                {
                    "open" when Path.StartsWith("/proc/1/", StringComparison.Ordinal) => new[]
                    {
                        MFile,
                        NFile,
                        NoMem,
                        Io,
                    },
                    "open" => [MFile, NFile, NoMem, Acces, Io],
                    "openat2" => [MFile, NFile, NoMem, Io],
                    "memfd" => [MFile, NFile, NoMem],
                    "socket" => [MFile, NFile, NoBufs, NoMem],
                    "unlink" or "rmdir" => [RoFs, Acces, Io, Busy, NoMem],
                    "mkdir" => [NoSpc, RoFs, Acces, NoMem, Io],
                    "rename" => [NoSpc, RoFs, Acces, Busy, Io],
                    "mount" => [Busy, Perm, NoMem, Acces],
                    "setns" => [Perm, NoMem],
                    "flock" => [NoLck, NoMem],
                    "send" or "recv" => [NoBufs, NoMem],
                    "write" => [NoSpc, Io, NoMem],
                    "fsync" => [Io, NoSpc, RoFs],
                    "readlink" when Path.StartsWith("/proc/", StringComparison.Ordinal) => [NoMem, Io],
                    _ => [Io, NoMem],
                }
            ).Select(number => (number, Names[number])),
        ];

    /// <summary>Whether it only looks.</summary>
    public bool OnlyReads =>
        Name is "open" or "openat2" or "stat" or "statfs" or "access" or "readlink" or "getdents" or "read" or "recv";

    public override string ToString() => $"{Name} {Path} ({Number})";
}

/// <summary>Stands between the calling thread and the kernel for such calls (native/files.c).</summary>
internal static unsafe partial class FileSeam
{
    /// <summary>Counts calls on a path as the product's.</summary>
    /// <param name="path">The path.</param>
    /// <param name="below">1 for what is below it, too.</param>
    [LibraryImport(Seam.FileName, EntryPoint = "files_watch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Watch(string path, int below);

    /// <summary>Takes a mount away; 0 when there was one.</summary>
    [LibraryImport("libc", EntryPoint = "umount", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target);

    /// <summary>Runs something on a thread whose calls, and those of the threads that it starts, can be counted and can fail.</summary>
    public static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var errno = Confine();
                if (errno != 0)
                {
                    throw new InvalidOperationException($"no seccomp filter: errno {errno}");
                }

                action();
            }
#pragma warning disable CA1031 // It is thrown again by the thread that waits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException("the confined thread failed", failure);
        }
    }

    /// <summary>The calls that are made while something runs.</summary>
    public static ImmutableArray<FileCall> Count(Action action)
    {
        Play(null, 0, action, out var count);
        var numbers = new Dictionary<(string, string), int>();
        var calls = ImmutableArray.CreateBuilder<FileCall>(count);
        for (var index = 1; index <= count; index++)
        {
            var (name, kind) = (Text(Name(index)), Text(KindOf(index)));
            var number = numbers[(name, kind)] = numbers.GetValueOrDefault((name, kind)) + 1;
            calls.Add(new FileCall(name, Text(PathOf(index)), kind, number));
        }

        return calls.MoveToImmutable();

        static string Text(nint text) => Marshal.PtrToStringUTF8(text)!;
    }

    /// <summary>Has a call fail while something runs; whether it was reached.</summary>
    public static bool FailAt(FileCall call, int errno, Action action) => Play(call, errno, action, out _);

    private static bool Play(FileCall? failing, int errno, Action action, out int count)
    {
        Arm(failing?.Name ?? "", failing?.Kind ?? "", failing?.Number ?? 0, errno);
        int hit;
        try
        {
            action();
        }
        finally
        {
            count = Disarm(&hit);
        }

        return hit != 0;
    }

    [LibraryImport(Seam.FileName, EntryPoint = "files_confine")]
    private static partial int Confine();

    [LibraryImport(Seam.FileName, EntryPoint = "files_arm", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void Arm(string name, string kind, int nth, int errno);

    [LibraryImport(Seam.FileName, EntryPoint = "files_disarm")]
    private static partial int Disarm(int* hit);

    [LibraryImport(Seam.FileName, EntryPoint = "files_name")]
    private static partial nint Name(int call);

    [LibraryImport(Seam.FileName, EntryPoint = "files_path")]
    private static partial nint PathOf(int call);

    [LibraryImport(Seam.FileName, EntryPoint = "files_kind")]
    private static partial nint KindOf(int call);
}
