using System.Diagnostics;
using NetEdit.Adapter;
using NetEdit.Adapter.Ledger;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Bench.Benchmarks;

/// <summary>Looking through a large ledger, and collecting what belongs to nothing.</summary>
internal static class SweepMeasurement
{
    private const int Objects = 1000;
    private const int PinsPerChain = 2;
    private const int Orphans = 100;
    private const int Rounds = 20;
    private const int WarmUp = 3;
    private const string Ledger = "ne-bench";

    internal static string Method =>
        $"""
            Sweeping: a ledger of {Objects} pins: a link and a program for each of some 500 cgroups, and the shared maps. Marking is observing the kernel and planning, with policies for all of these scopes; {Rounds} times after {WarmUp}, nothing to be done.
            Collecting: {Orphans} programs pinned in chains' directories, as interrupted changes leave them, found and removed by a plan of their own: observe, plan and execute; in turns with one orphan.
            """;

    internal static IEnumerable<Figure> Run(Action<string> progress)
    {
        progress("sweep: attaching");
        using var outer = LabCgroup.Create();
        using var directory = new TemporaryDirectory();
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
        var features = new InstalledFeatures();
        List<LabCgroup> scopes = [];
        void AddScope()
        {
            var scope = outer.CreateChild();
            File.WriteAllText(
                directory.File($"p{scopes.Count}.yaml"),
                ConnectionsBenchmark.Policy(scope.Path, $"p{scopes.Count}", "initial-cwnd: { segments: 40 }")
            );
            scopes.Add(scope);
        }

        try
        {
            AddScope();
            Pass.Run(adapter, features, directory.Path);
            for (var count = Count(adapter); count < Objects; count += PinsPerChain)
            {
                AddScope();
            }

            Pass.Run(adapter, features, directory.Path);
            var desired = Pass.Decide(adapter, features, directory.Path);
            var pins = Count(adapter);

            progress("sweep: marking");
            List<double> observing = [];
            List<double> planning = [];
            for (var round = -WarmUp; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                var observed = adapter.Observe();
                var afterObserving = watch.Elapsed.TotalMilliseconds;
                var plan = Planner.Plan(desired, observed, adapter.ChainObjectDigest);
                if (!plan.IsEmpty)
                {
                    throw new InvalidOperationException($"there is something to be done: {plan.Actions[0].Why}");
                }

                if (round >= 0)
                {
                    observing.Add(afterObserving);
                    planning.Add(watch.Elapsed.TotalMilliseconds - afterObserving);
                }
            }

            progress("sweep: collecting");
            var collecting = Interleaved.Run(
                WarmUp,
                Rounds,
                () => Collect(adapter, desired, Orphans),
                () => Collect(adapter, desired, 1)
            );
            return
            [
                new Figure(
                    $"sweep of {pins} pins, nothing to be done",
                    "ms",
                    [.. observing.Zip(planning, (first, second) => first + second)],
                    Target.Most(200)
                ),
                new Figure("of that, observing", "ms", [.. observing]),
                new Figure("of that, planning", "ms", [.. planning]),
                new Figure(
                    $"sweep of {pins} pins that collects {Orphans} orphans more",
                    "ms",
                    collecting[0],
                    Target.Most(200)
                ),
                new Figure(
                    "per orphan",
                    "ms",
                    [.. Interleaved.Differences(collecting[0], collecting[1]).Select(time => time / (Orphans - 1))]
                ),
            ];
        }
        finally
        {
            progress("sweep: detaching");
            Pass.Uninstall(Ledger);
        }
    }

    private static double Collect(BpfAdapter adapter, DesiredState desired, int orphans)
    {
        foreach (
            var chain in LedgerDirectory
                .Directories(new LedgerDirectory(adapter.LedgerPath).Chains)
                .Take(orphans)
                .ToList()
        )
        {
            using var program = SockopsProgram.Empty();
            program.Pin(Path.Combine(chain, $"{GenerationPin.Program}-g9-0123456789abcdef-orphan"));
        }

        var watch = Stopwatch.StartNew();
        var plan = Pass.Plan(adapter, desired, adapter.Observe());
        var result = adapter.Execute(plan);
        var time = watch.Elapsed.TotalMilliseconds;
        return result.Success && result.Done.Length == orphans && result.Done.All(action => action is RemoveOrphan)
            ? time
            : throw new InvalidOperationException(
                result.Error ?? $"{result.Done.Length} of {orphans} orphans were removed"
            );
    }

    private static int Count(BpfAdapter adapter) =>
        Directory.EnumerateFiles(adapter.LedgerPath, "*", SearchOption.AllDirectories).Count();
}
