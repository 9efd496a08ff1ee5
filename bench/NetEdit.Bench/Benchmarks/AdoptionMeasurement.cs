using System.Diagnostics;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;

namespace NetEdit.Bench.Benchmarks;

/// <summary>A start that finds everything in place against one that finds nothing.</summary>
internal sealed class AdoptionMeasurement(string root)
{
    private const int Rounds = 30;
    private const int ProcessRounds = 15;
    private const int WarmUp = 3;
    private const int Scopes = 4;
    private const string Ledger = "ne-bench";

    /* What an operator writes for a fleet: every example feature in every scope, one scope inside another. */
    private static readonly string[] Tunings =
    [
        "initial-cwnd: { segments: 40 }",
        "receive-window: { initial: 256KiB, clamp: 4MiB, buffer: 8MiB }",
        "dctcp: {}",
    ];

    internal static string Method =>
        $"""
            Adopting: the three example features in each of {Scopes} cgroups, one inside another, {Tunings.Length
                * Scopes} policies. A pass opens the adapter, reads the policies, decides, observes, plans, executes, and observes and plans again to verify;
            nothing is loaded or attached when the ledger is there. In one process with code that is compiled, so that the work is compared: {Rounds} pairs in turns after {WarmUp} for warming up, capabilities probed before. Then the same as whole processes of the
            The program as packages carry it, {ProcessRounds} times: netedit apply from start to end, and netedit agent from start to the first pass's end; most of their time is the start of .NET, which is the same in both.
            """;

    internal IEnumerable<Figure> Run(Action<string> progress)
    {
        using var outer = LabCgroup.Create();
        using var directory = new TemporaryDirectory();
        using var cache = new TemporaryDirectory();
        var capabilities = cache.File("capabilities.json");
        Write(directory, [outer, .. Enumerable.Range(1, Scopes - 1).Select(_ => outer.CreateChild())]);
        try
        {
            progress("adopting, in one process");
            var cold = true;
            double Time(bool adopts)
            {
                Prepare(
                    adopts,
                    () => Pass.Start(Ledger, capabilities, directory.Path),
                    () => Pass.Uninstall(Ledger),
                    ref cold
                );
                var watch = Stopwatch.StartNew();
                var actions = Pass.Start(Ledger, capabilities, directory.Path);
                var time = watch.Elapsed.TotalMilliseconds;
                cold = false;
                return actions.IsEmpty == adopts
                    ? time
                    : throw new InvalidOperationException($"{actions.Length} actions");
            }

            var times = Interleaved.Run(WarmUp, Rounds, () => Time(true), () => Time(false));
            List<Figure> figures =
            [
                new(
                    "adopt ÷ cold apply, the work of a pass",
                    "",
                    Interleaved.Ratios(times[0], times[1]),
                    Target.Most(0.5)
                ),
                new("adopt: the work of a pass", "ms", times[0]),
                new("cold apply: the work of a pass", "ms", times[1]),
            ];

            progress("adopting, whole processes");
            figures.AddRange(
                Processes(
                    "netedit apply, whole process",
                    directory.Path,
                    arguments => NetEditProcess.Run(root, "apply", arguments)
                )
            );
            figures.AddRange(
                Processes(
                    "netedit agent, start to first pass",
                    directory.Path,
                    arguments => NetEditProcess.RunToFirstPass(root, [.. arguments, "--no-http", "--interval", "1h"])
                )
            );
            return figures;
        }
        finally
        {
            /* The whole processes left policies on disk, too. */
            _ = NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
        }
    }

    private IEnumerable<Figure> Processes(string name, string policies, Func<string[], TimeSpan> run)
    {
        string[] arguments = ["--policies", policies, "--ledger", Ledger];
        Pass.Uninstall(Ledger);
        var cold = true;
        double Time(bool adopts)
        {
            Prepare(
                adopts,
                () => NetEditProcess.Run(root, "apply", arguments),
                () => NetEditProcess.Run(root, "uninstall", "--ledger", Ledger),
                ref cold
            );
            var time = run(arguments).TotalMilliseconds;
            cold = false;
            return time;
        }

        var times = Interleaved.Run(1, ProcessRounds, () => Time(true), () => Time(false));
        yield return new Figure($"{name}, adopt ÷ cold", "", Interleaved.Ratios(times[0], times[1]));
        yield return new Figure($"{name}, adopt", "ms", times[0]);
        yield return new Figure($"{name}, cold", "ms", times[1]);
    }

    /// <summary>Brings the ledger to what a measurement starts from.</summary>
    private static void Prepare(bool adopts, Action apply, Action uninstall, ref bool cold)
    {
        if (adopts == cold)
        {
            (adopts ? apply : uninstall)();
            cold = !adopts;
        }
    }

    private static void Write(TemporaryDirectory directory, LabCgroup[] scopes)
    {
        for (var scope = 0; scope < scopes.Length; scope++)
        {
            for (var tuning = 0; tuning < Tunings.Length; tuning++)
            {
                File.WriteAllText(
                    directory.File($"p{scope}-{tuning}.yaml"),
                    ConnectionsBenchmark.Policy(scopes[scope].Path, $"p{scope}-{tuning}", Tunings[tuning])
                );
            }
        }
    }
}
