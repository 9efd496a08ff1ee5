using System.Net.Sockets;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What a program before each segment costs a bulk transfer.</summary>
internal sealed class ClampBenchmark : Benchmark
{
    private const int Rounds = 20;
    private const int WarmUp = 2;
    private const int ReceiveBuffer = 1 << 20;
    private const int LargeMiB = 256;
    private const int SmallMiB = 48;

    internal override string Name => "clamp";

    internal override string Title =>
        "Throughput of one bulk transfer with receive-window: { clamp: 4MiB } against none";

    internal override string Method =>
        $"""
            One connection over a veth pair between two namespaces, both ends in the scope, a new one for each transfer. The application fixes its receive buffer in both cases, below the clamp, so that the windows are the same and
            what differs is the chain that keeps the clamp up before each segment either end sends. {LargeMiB} MiB with segmentation offload (packets up to 64 KiB), {SmallMiB} MiB without (packets of one segment). {Rounds} pairs in turns after {WarmUp} for warming up;
            then the time per run of the chain by the kernel's statistics.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress) =>
        [
            .. Measure(true, (long)LargeMiB << 20, "64 KiB packets", progress),
            .. Measure(false, (long)SmallMiB << 20, "packets of one segment", progress),
        ];

    private static List<Figure> Measure(bool offload, long bytes, string what, Action<string> progress)
    {
        progress(what);
        using var network = LabNetwork.Create(new LabNetworkOptions { SegmentationOffload = offload });
        using var scope = LabCgroup.Create();
        using var ledger = new BenchLedger(scope);
        using var cgroup = ledger.OpenCgroup();
        using var programs = new PolicyTuning(
            ledger,
            ConnectionsBenchmark.Policy(scope.Path, "clamp", "receive-window: { clamp: 4MiB }")
        ).Load(ledger);
        var program = programs[0];

        double Clamped()
        {
            using var link = program.Attach(cgroup);
            return Transfer(network, scope, bytes);
        }

        double Plain() => Transfer(network, scope, bytes);

        var rates = Interleaved.Run(WarmUp, Rounds, Clamped, Plain);
        List<Figure> figures =
        [
            new($"throughput, {what}, clamped ÷ not clamped", "", Interleaved.Ratios(rates[0], rates[1])),
            new($"throughput, {what}, clamped", "Gbit/s", rates[0]),
        ];

        using var statistics = new RunTimeStatistics();
        var perRun = new List<double>();
        var runsPerMebibyte = new List<double>();
        for (var round = 0; round < Rounds / 2; round++)
        {
            var before = program.Statistics;
            Clamped();
            var after = program.Statistics;
            perRun.Add((double)(after.Nanoseconds - before.Nanoseconds) / (after.Runs - before.Runs));
            runsPerMebibyte.Add((after.Runs - before.Runs) / (double)(bytes >> 20));
        }

        figures.Add(new($"time per run of the chain, {what}", "ns", [.. perRun]));
        figures.Add(new($"runs of the chain per MiB, {what}", "", [.. runsPerMebibyte]));
        return figures;
    }

    private static double Transfer(LabNetwork network, LabCgroup scope, long bytes)
    {
        static void FixWindow(Socket socket) => socket.ReceiveBufferSize = ReceiveBuffer;

        using var pair = TcpPair.Open(
            network,
            new TcpPairOptions
            {
                ClientCgroup = scope,
                ServerCgroup = scope,
                ClientSetup = FixWindow,
                ServerSetup = FixWindow,
            }
        );
        return TcpTransfer.Run(pair.Client, pair.Server, bytes).BitsPerSecond / 1e9;
    }
}
