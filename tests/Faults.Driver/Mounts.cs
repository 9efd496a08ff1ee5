using NetEdit.Adapter;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Faults;

/// <summary>Has every call fail by which the BPF file system is found, or mounted where a host has none. Runs where this process's mounts are the host's.</summary>
internal static class Mounts
{
    private const string Ledger = "ne-fault-mounts";

    public static void Run() => FileSeam.Run(() =>
    {
        FileSeam.Watch("/sys/fs/bpf", 1);
        var (places, cases) = (0, 0);
        foreach (var isMounted in (bool[])[false, true])
        {
            Begin(isMounted);
            var calls = FileSeam.Count(() => BpfFileSystem.Find(Ledger));
            places += calls.Length;
            for (var number = 1; number <= calls.Length; number++)
            {
                foreach (var errno in calls[number - 1].Errnos)
                {
                    cases++;
                    Begin(isMounted);
                    Play($"{(isMounted ? "mounted" : "not mounted")}, call {number} of {calls.Length} ({calls[number - 1]}) fails with {errno.Name}", number, errno);
                }
            }
        }

        Console.WriteLine($"done {places} {cases} 0");
    });

    private static void Play(string place, int call, (int Number, string Name) errno)
    {
        var error = Find(call, errno.Number);
        if (error is null ? Count() != 1 : Count() > 1)
        {
            Console.WriteLine($"problem {place}: {Count()} BPF file systems are mounted");
        }

        if (error is not null && !(error.Contains("could not", StringComparison.Ordinal) && error.Contains(errno.Name, StringComparison.Ordinal)))
        {
            Console.WriteLine($"problem {place}: the error does not say what was tried, or not {errno.Name}: {error}");
        }

        if (Find(0, 0) is not null || Count() != 1)
        {
            Console.WriteLine($"problem {place}: the next attempt does not leave one: {Count()} are mounted");
        }
    }

    private static string? Find(int call, int errno)
    {
        string? error = null;
        _ = FileSeam.FailAt(call, errno, () =>
        {
            try
            {
                _ = BpfFileSystem.Find(Ledger);
            }
            catch (BpfException failure)
            {
                error = failure.Message;
            }
        });
        return error;
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
