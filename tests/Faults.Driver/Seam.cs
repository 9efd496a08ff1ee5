using System.Runtime.InteropServices;

namespace NetEdit.Faults;

/// <summary>What happens at the call that is hit.</summary>
internal enum Fault
{
    None,
    Fail,
    KillBefore,
    KillAfter,
}

/// <summary>A kind of kernel object, as the seam numbers it.</summary>
internal enum ObjectKind : uint
{
    Program,
    Map,
    Link,
}

/// <summary>An object of the kernel that was made since tracking began.</summary>
internal readonly record struct MadeObject(ObjectKind Kind, uint Id);

/// <summary>The preloaded library between libbpf and the kernel (native/faults.c).</summary>
internal static unsafe partial class Seam
{
    /// <summary>Its file; a process must be started with it in LD_PRELOAD.</summary>
    public const string FileName = "libnetedit-faults.so";

    /// <summary>Exit code of a child that a signal ended, less the signal.</summary>
    public const int Signal = 256;

    /// <summary>Exit code of a child that was killed.</summary>
    public const int Killed = Signal + 9;

    /// <summary>Exit code of a child that did not end by itself in a minute.</summary>
    public const int Hung = -1;

    private static int _collections = -1;
    private static long _allocated;

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, FileName);

    /// <summary>Counts the calls of this thread while something runs.</summary>
    public static Calls Count(Action action) => Run(0, Fault.None, 0, action);

    /// <summary>Has one call of this thread fail while something runs.</summary>
    public static Calls FailAt(int call, int errno, Action action) => Run(call, Fault.Fail, errno, action);

    /// <summary>Runs something in a forked child that is killed at a call. The child is this thread alone: it must not start others.</summary>
    /// <returns>Its exit code, <see cref="Killed"/> or <see cref="Hung"/>.</returns>
    public static int KillAt(int call, Fault fault, Action action) =>
        InChild(() =>
        {
            Arm((uint)call, (int)fault, 0);
            action();
        });

    /// <summary>Runs something in a forked child.</summary>
    public static int InChild(Action action)
    {
        BeAlone();
        var child = Fork();
        if (child == 0)
        {
            try
            {
                action();
                Exit(0);
            }
#pragma warning disable CA1031 // Nothing may return into the child's copy of the caller.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Console.Error.WriteLine(exception);
            }

            Exit(1);
        }

        return child > 0 ? Wait(child, 60_000) : throw new InvalidOperationException("fork failed");
    }

    /// <summary>Starts a program with three arguments.</summary>
    [LibraryImport(FileName, EntryPoint = "faults_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(string path, string first, string second, string third);

    /// <summary>Waits for a child, and kills it when it takes too long.</summary>
    [LibraryImport(FileName, EntryPoint = "faults_wait")]
    public static partial int Wait(int child, int milliseconds);

    /// <summary>Waits for a grace period of the kernel, after which it frees what has lost its last user.</summary>
    [LibraryImport(FileName, EntryPoint = "faults_grace")]
    public static partial void WaitForGracePeriod();

    /// <summary>Ends this process at once, as a crash does.</summary>
    [LibraryImport(FileName, EntryPoint = "faults_die")]
    public static partial void KillThisProcess();

    /// <summary>Records from now on what this thread and its children make in the kernel.</summary>
    [LibraryImport(FileName, EntryPoint = "faults_track")]
    public static partial void Track();

    /// <summary>What was made since <see cref="Track"/>, whether it still exists or not.</summary>
    public static MadeObject[] Made()
    {
        var count = (int)Made(out var made);
        return new ReadOnlySpan<MadeObject>(made, count).ToArray();
    }

    /// <summary>Whether an object still exists, and its name.</summary>
    public static bool Exists(MadeObject made, out string name)
    {
        var text = stackalloc byte[32];
        var exists = Exists(made.Kind, made.Id, text) != 0;
        name = exists ? Marshal.PtrToStringUTF8((nint)text)! : "";
        return exists;
    }

    // A finalizer that runs while this process forks, or a collection in the child, would have the child wait for a thread that it lacks.
    private static void BeAlone()
    {
        const long CollectAfter = 32 << 20; // of the 128 MiB after which the runtime does
        if (_collections != GC.CollectionCount(0) || GC.GetTotalAllocatedBytes() - _allocated > CollectAfter)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            (_collections, _allocated) = (GC.CollectionCount(0), GC.GetTotalAllocatedBytes());
        }
    }

    private static Calls Run(int call, Fault fault, int errno, Action action)
    {
        Arm((uint)call, (int)fault, errno);
        uint count = 0;
        try
        {
            action();
        }
        finally
        {
            count = Disarm();
        }

        return new Calls([.. Enumerable.Range(1, (int)count).Select(number => Command((uint)number))], Fired() != 0);
    }

    [LibraryImport(FileName, EntryPoint = "faults_arm")]
    private static partial void Arm(uint call, int what, int error);

    [LibraryImport(FileName, EntryPoint = "faults_disarm")]
    private static partial uint Disarm();

    [LibraryImport(FileName, EntryPoint = "faults_fired")]
    private static partial int Fired();

    [LibraryImport(FileName, EntryPoint = "faults_command")]
    private static partial uint Command(uint call);

    [LibraryImport(FileName, EntryPoint = "faults_made")]
    private static partial uint Made(out MadeObject* made);

    [LibraryImport(FileName, EntryPoint = "faults_exists")]
    private static partial int Exists(ObjectKind kind, uint id, byte* name);

    [LibraryImport(FileName, EntryPoint = "faults_fork")]
    private static partial int Fork();

    [LibraryImport(FileName, EntryPoint = "faults_exit")]
    private static partial void Exit(int code);
}

/// <summary>The calls that were made while the seam was armed.</summary>
/// <param name="Commands">Their commands, in order.</param>
/// <param name="Hit">Whether the call that was to fail was reached.</param>
internal sealed record Calls(uint[] Commands, bool Hit)
{
    /// <summary>Number of the command MAP_CREATE.</summary>
    public const uint MapCreate = 0;

    /// <summary>Number of the command BTF_LOAD.</summary>
    public const uint BtfLoad = 18;

    private static readonly string[] Names =
    [
        "MAP_CREATE",
        "MAP_LOOKUP_ELEM",
        "MAP_UPDATE_ELEM",
        "MAP_DELETE_ELEM",
        "MAP_GET_NEXT_KEY",
        "PROG_LOAD",
        "OBJ_PIN",
        "OBJ_GET",
        "PROG_ATTACH",
        "PROG_DETACH",
        "PROG_TEST_RUN",
        "PROG_GET_NEXT_ID",
        "MAP_GET_NEXT_ID",
        "PROG_GET_FD_BY_ID",
        "MAP_GET_FD_BY_ID",
        "OBJ_GET_INFO_BY_FD",
        "PROG_QUERY",
        "RAW_TRACEPOINT_OPEN",
        "BTF_LOAD",
        "BTF_GET_FD_BY_ID",
        "TASK_FD_QUERY",
        "MAP_LOOKUP_AND_DELETE_ELEM",
        "MAP_FREEZE",
        "BTF_GET_NEXT_ID",
        "MAP_LOOKUP_BATCH",
        "MAP_LOOKUP_AND_DELETE_BATCH",
        "MAP_UPDATE_BATCH",
        "MAP_DELETE_BATCH",
        "LINK_CREATE",
        "LINK_UPDATE",
        "LINK_GET_FD_BY_ID",
        "LINK_GET_NEXT_ID",
        "ENABLE_STATS",
        "ITER_CREATE",
        "LINK_DETACH",
        "PROG_BIND_MAP",
    ];

    /// <summary>Whether nothing that a call makes outlives the process: it makes a descriptor, and at most what that alone holds.</summary>
    public bool LeavesNothing(int call) =>
        call <= Commands.Length
        && Commands[call - 1] < Names.Length
        && Names[Commands[call - 1]]
            is "MAP_LOOKUP_ELEM"
                or "MAP_GET_NEXT_KEY"
                or "OBJ_GET"
                or "PROG_GET_FD_BY_ID"
                or "MAP_GET_FD_BY_ID"
                or "OBJ_GET_INFO_BY_FD"
                or "PROG_QUERY"
                or "BTF_GET_FD_BY_ID"
                or "LINK_GET_FD_BY_ID"
                or "PROG_LOAD"
                or "MAP_CREATE"
                or "BTF_LOAD"
                or "MAP_FREEZE";

    /// <summary>A call by its number, from 1: <c>call 12 of 80 (MAP_CREATE)</c>.</summary>
    public string Describe(int call) =>
        $"call {call} of {Commands.Length}"
        + (
            call > Commands.Length ? ""
            : Commands[call - 1] < Names.Length ? $" ({Names[Commands[call - 1]]})"
            : $" ({Commands[call - 1]})"
        );
}
