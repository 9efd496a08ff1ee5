using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What the ledger costs: adopting it, sweeping it, and changing values in it.</summary>
internal sealed class LifecycleBenchmark(string root) : Benchmark
{
    private readonly AdoptionMeasurement _adoption = new(root);

    internal override string Name => "lifecycle";

    internal override string Title => "Adopting, sweeping and changing what is in the kernel already";

    internal override string Method =>
        string.Join(' ', AdoptionMeasurement.Method, SweepMeasurement.Method, ValueCallsMeasurement.Method);

    internal override IEnumerable<Figure> Run(Action<string> progress) =>
        [.. _adoption.Run(progress), .. SweepMeasurement.Run(progress), .. ValueCallsMeasurement.Run(progress)];
}
