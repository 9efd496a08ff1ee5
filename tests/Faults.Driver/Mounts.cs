using NetEdit.Adapter;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Faults;

/// <summary>Has every call fail by which the BPF file system is found, or mounted where a host has none. Runs where this process's mounts are the host's.</summary>
internal static class Mounts
{
    private const string Ledger = "ne-fault-mounts";

    public static void Run() =>
        FileSeam.Run(() =>
        {
            FileSeam.Watch("/sys/fs/bpf", 1);
            var (places, cases) = (0, 0);
            foreach (var isMounted in (bool[])[false, true])
            {
                Begin(isMounted);
                var calls = FileSeam.Count(() => BpfFileSystem.Find(Ledger));
                places += calls.Length;
                foreach (var call in calls)
                {
                    foreach (var errno in call.Errnos)
                    {
                        cases++;
                        Begin(isMounted);
                        Play($"{(isMounted ? "mounted" : "not mounted")}, {call} fails with {errno.Name}", call, errno);
                    }
                }
            }

            Console.WriteLine($"done {places} {cases} 0");
        });

    private static void Play(string place, FileCall call, (int Number, string Name) errno)
    {
        var error = Find(call, errno.Number);
        if (error is null ? Count() != 1 : Count() > 1)
        {
            Console.WriteLine($"problem {place}: {Count()} BPF file systems are mounted");
        }

        if (
            error is not null
            && !(
                error.Contains("could not", StringComparison.Ordinal)
                && error.Contains(errno.Name, StringComparison.Ordinal)
            )
        )
        {
            Console.WriteLine($"problem {place}: the error does not say what was tried, or not {errno.Name}: {error}");
        }

        if (Find(null, 0) is not null || Count() != 1)
        {
            Console.WriteLine($"problem {place}: the next attempt does not leave one: {Count()} are mounted");
        }
    }

    private static string? Find(FileCall? failing, int errno)
    {
        string? error = null;
        if (failing is null)
        {
            Find();
        }
        else
        {
            _ = FileSeam.FailAt(failing, errno, Find);
        }

        return error;

        void Find()
        {
            try
            {
                _ = BpfFileSystem.Find(Ledger);
            }
            catch (BpfException failure)
            {
                error = failure.Message;
            }
        }
    }

    private static int Count() => MountInfo.Read().Count(mount => mount.Type == "bpf");

    /* Not by a process: it would have to live with the filter of this thread. */
    private static void Begin(bool isMounted)
    {
        while (FileSeam.Unmount("/sys/fs/bpf") == 0)
        {
            // several may be stacked
        }

        if (isMounted)
        {
            _ = BpfFileSystem.Find(Ledger);
        }
    }
}
