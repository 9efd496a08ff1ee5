namespace NetEdit.Adapter.Interop;

/// <summary>The limit of locked memory (RLIMIT_MEMLOCK), against which kernels before 5.11 count BPF maps and programs.</summary>
internal static class LockedMemory
{
    private const int Resource = 8;

    /// <summary>Takes the limit away from this process. Later kernels do not need that, so it is no error when it fails.</summary>
    internal static unsafe void Raise()
    {
        var limits = stackalloc ulong[2] { ulong.MaxValue, ulong.MaxValue };
        _ = LibC.setrlimit(Resource, limits);
    }
}
