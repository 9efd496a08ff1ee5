using System.Diagnostics;
using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;

namespace NetEdit.Bench.Kernel;

/// <summary>A walk over all sockets that does nothing with them.</summary>
internal sealed class BareWalk : IDisposable
{
    private readonly LedgerDirectory _ledger;
    private readonly string _pin;

    internal BareWalk(BenchLedger ledger)
    {
        _ledger = new LedgerDirectory(ledger.Adapter.LedgerPath);
        _pin = Path.Combine(ledger.Adapter.LedgerPath, "bare");
        using var loaded = LoadedObject.Open(
            "bench_walk",
            BpfObject.Embedded(typeof(BareWalk).Assembly, "bench_walk").Image.ToArray()
        );
        loaded.Load();
        new LinkPin(_pin).Keep(
            new IterTcpHookpoint().Choose(ledger.Adapter.Capabilities).Attach(loaded, AttachPoint.None)
        );
    }

    /// <summary>Walks every network namespace.</summary>
    internal TimeSpan Run()
    {
        var watch = Stopwatch.StartNew();
        NetworkNamespaces.ForEach(() => IteratorOutput.Walk(_pin));
        return watch.Elapsed;
    }

    public void Dispose() => _ledger.Remove(_pin);
}
