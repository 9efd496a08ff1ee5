using System.Diagnostics;
using System.Globalization;
using NetEdit.Bench.Benchmarks;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

const string Minutes = "--minutes";
const string Pages = "--pages";

if (args.Length < 1)
{
    Console.Error.WriteLine("usage: NetEdit.Bench ROOT [NAME…] [--minutes N] | ROOT --pages; use bench/run.sh");
    return 64;
}

var names = args.Skip(1).ToList();
var measures = !names.Remove(Pages);
var minutes = 20.0;
if (names.IndexOf(Minutes) is var option and >= 0)
{
    if (
        option + 1 == names.Count
        || !double.TryParse(names[option + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out minutes)
        || minutes is not (> 0 and <= 600)
    )
    {
        Console.Error.WriteLine($"{Minutes} needs a number of minutes, such as 20: how long churn runs");
        return 64;
    }

    names.RemoveRange(option, 2);
}

Benchmark[] all =
[
    new ChainBenchmark(),
    new ConnectionsBenchmark(),
    new FeaturesBenchmark(),
    new PeersBenchmark(),
    new PoliciesBenchmark(),
    new SwitchBenchmark(),
    new LiveBenchmark(),
    new ClampBenchmark(),
    new ValueChangeBenchmark(args[0]),
    new StartBenchmark(args[0]),
    new LifecycleBenchmark(args[0]),
    new ScopesBenchmark(args[0]),
    new InterruptBenchmark(args[0]),
    new ChurnBenchmark(args[0], TimeSpan.FromMinutes(minutes)),
];

if (names.FirstOrDefault(name => all.All(benchmark => benchmark.Name != name)) is { } unknown)
{
    Console.Error.WriteLine(
        $"there is no benchmark '{unknown}'; there are {string.Join(", ", all.Select(benchmark => benchmark.Name))}"
    );
    return 64;
}

var results = Path.Combine(args[0], "bench", "results");
var failed = false;
foreach (
    var benchmark in all.Where(benchmark =>
        measures && (names.Count == 0 ? !benchmark.OnlyWhenNamed : names.Contains(benchmark.Name))
    )
)
{
    /* One at a time: tests of another checkout may come in between. */
    using var only = new KernelLock();
    var machine = Machine.Current(AttachedSockops.Count());
    var date = TimeProvider.System.GetUtcNow();
    var watch = Stopwatch.StartNew();
    try
    {
        Figure[] figures = [.. benchmark.Run(line => Console.Error.WriteLine($"{benchmark.Name}: {line}"))];
        var result = new BenchmarkResult(
            benchmark.Name,
            benchmark.Title,
            benchmark.Method.ReplaceLineEndings(" "),
            date,
            watch.Elapsed.TotalSeconds,
            machine with
            {
                ForeignSockops = Math.Max(machine.ForeignSockops ?? 0, AttachedSockops.Count()),
            },
            figures
        );
        result.Write(results);
        ConsoleReport.Write(Console.Out, result);
    }
    catch (Exception failure)
        when (failure
                is NetEdit.Adapter.BpfException
                    or NetEdit.Lab.LabException
                    or InvalidOperationException
                    or IOException
                    or TimeoutException
        )
    {
        Console.Error.WriteLine($"{benchmark.Name}: {failure.Message}");
        failed = true;
    }
}

BenchmarkResult[] kept = [.. BenchmarkResult.ReadAll(results)];
foreach (var (path, text) in FeatureCosts.Pages(args[0], kept.Single(result => result.Name == FeatureCosts.Benchmark)))
{
    await File.WriteAllTextAsync(Path.Combine(args[0], path), text);
}

await File.WriteAllTextAsync(Path.Combine(args[0], ChurnSamples.Picture), ChurnPicture.Of(ChurnSamples.Read(args[0])));
var order = all.Select(benchmark => benchmark.Name).ToList();
await File.WriteAllTextAsync(
    Path.Combine(args[0], "docs", "benchmarks.md"),
    MarkdownPage.Of([.. kept.OrderBy(result => order.IndexOf(result.Name))])
);
return failed ? 1 : 0;
