using NetEdit.Adapter;
using NetEdit.Adapter.Interop;

namespace NetEdit.Bench.Kernel;

/// <summary>The kernel counts the runs of every program, and their time, while this lasts.</summary>
internal sealed class RunTimeStatistics : IDisposable
{
    private readonly KernelHandle _handle = KernelHandle.Of(
        LibBpf.bpf_enable_stats(NetEdit.Adapter.Interop.Bpf.StatsRunTime),
        "switch run-time statistics on"
    );

    public void Dispose() => _handle.Dispose();
}
