using NetEdit.Agent.Native;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// Gives memory back that a burst of work has left: hours of idling may follow, and the garbage collector and the C
/// library would keep it until they need room.
/// </summary>
internal sealed class SpareMemory
{
    private const long Worthwhile = 1 << 20;

    /* M_MMAP_THRESHOLD, and the value it begins with. */
    private const int MapThreshold = -3;
    private const int MapThresholdBytes = 128 << 10;

    private long _allocated;

    /// <summary>
    /// Has the C library give large blocks back as soon as they are free. By itself it takes the first of them (5 MiB of BTF, which libbpf reads)
    /// for the usual size, and from then on keeps twice that at the end of each thread's heap, where <c>malloc_trim</c> does not look.
    /// </summary>
    public SpareMemory() => _ = SystemCalls.SetHeapOption(MapThreshold, MapThresholdBytes);

    /// <summary>Gives memory back if more than 1 MiB was allocated since it last did; takes some 10 ms.</summary>
    public void ReleaseIfWorthwhile()
    {
        if (GC.GetTotalAllocatedBytes() - Interlocked.Read(ref _allocated) > Worthwhile)
        {
            Release();
        }
    }

    /// <summary>Gives memory back; takes some 10 ms.</summary>
    public void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = SystemCalls.TrimHeap(0); // where the compiler of the runtime works
        Interlocked.Exchange(ref _allocated, GC.GetTotalAllocatedBytes());
    }
}
