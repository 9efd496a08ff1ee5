using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What many cgroups cost, and how soon a new one is tuned.</summary>
internal sealed class ScopesBenchmark(string root) : Benchmark
{
    private const string Ledger = "ne-bench";
    private const string Slice = "nebench.slice";
    private const int Scopes = 200;
    private const int Applies = 5;
    private const int WarmUp = 1;
    private const int AtOnce = 30;
    private const int Single = 30;
    private const int Rounds = 5;
    private const uint Segments = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // The agent looks for cgroups that come and go twice a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1200);

    internal override string Name => "scopes";

    internal override string Title =>
        $"netedit apply for {Scopes} cgroups, and the first connection of a new container";

    internal override string Method =>
        $"""
            Cgroups named as Docker names containers, and a policy for all of them: an initial window, and a receive window that open connections get, too.
            Apply: from starting the process on an empty ledger to its end, with {Scopes} cgroups and with one, in turns, {Applies} times after {WarmUp} for warming up.
            New containers: an agent that has tuned one; a cgroup is created, and sockets made in it connect over loopback one after the other until one has the policy's initial window: the time from creating the cgroup
            to the beginning of that connection. {Single} cgroups one by one, and {Rounds} times {AtOnce} created at once, their first tuned connections looked for in turns.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var slice = LabCgroup.Create(Slice);
        using var directory = new TemporaryDirectory();
        var policies = Write(directory);
        return [.. Apply(slice, policies, progress), .. Containers(slice, policies, progress)];
    }

    private IEnumerable<Figure> Apply(LabCgroup slice, string policies, Action<string> progress)
    {
        progress($"{Applies} applies");
        var times = Interleaved.Run(
            WarmUp,
            Applies,
            () => Apply(slice, policies, Scopes),
            () => Apply(slice, policies, 1)
        );
        return
        [
            new Figure($"apply for {Scopes} cgroups", "ms", times[0], Target.Most(2000)),
            new Figure("apply for one", "ms", times[1]),
            new Figure($"{Scopes} over one", "ratio", Interleaved.Ratios(times[0], times[1]), Target.Most(4)),
        ];
    }

    private double Apply(LabCgroup slice, string policies, int scopes)
    {
        var cgroups = Enumerable.Range(0, scopes).Select(number => Container(slice, number)).ToList();
        try
        {
            return NetEditProcess.Run(root, "apply", "--policies", policies, "--ledger", Ledger).TotalMilliseconds;
        }
        finally
        {
            NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
            cgroups.ForEach(cgroup => cgroup.Dispose());
        }
    }

    private IEnumerable<Figure> Containers(LabCgroup slice, string policies, Action<string> progress)
    {
        var number = 0;
        using var first = Container(slice, number++);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        try
        {
            using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
            using var agent = NetEditProcess.Start(
                root,
                "agent",
                "--policies",
                policies,
                "--ledger",
                Ledger,
                "--no-http",
                "--interval",
                "1h"
            );
            agent.WaitUntil(() => adapter.Observe().Chains.Length > 0, "attach a chain");
            progress($"{Single} containers one by one");
            var alone = Enumerable
                .Range(0, Single)
                .Select(_ => FirstTuned(slice, 1, listener, ref number).Single())
                .ToArray();
            progress($"{Rounds} times {AtOnce} containers at once");
            var together = Enumerable
                .Range(0, Rounds)
                .Select(_ => FirstTuned(slice, AtOnce, listener, ref number))
                .ToList();
            return
            [
                new Figure("a new container's first tuned connection", "ms", alone, Target.Most(10)),
                new Figure($"of {AtOnce} at once, each", "ms", [.. together.SelectMany(times => times)]),
                new Figure(
                    $"of {AtOnce} at once, the last",
                    "ms",
                    [.. together.Select(times => times.Max())],
                    Target.Most(100)
                ),
            ];
        }
        finally
        {
            NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
        }
    }

    /// <summary>Creates containers; the milliseconds until a connection of each is tuned.</summary>
    private static double[] FirstTuned(LabCgroup slice, int count, TcpListener listener, ref int number)
    {
        Thread.Sleep(Pause);
        var (watch, start) = (Stopwatch.StartNew(), number);
        number += count;
        var cgroups = Enumerable.Range(start, count).Select(index => Container(slice, index)).ToList();
        var times = new double[count];
        try
        {
            for (var left = count; left > 0; )
            {
                for (var index = 0; index < count; index++)
                {
                    var began = watch.Elapsed;
                    if (times[index] == 0 && IsTuned(cgroups[index], listener))
                    {
                        times[index] = began.TotalMilliseconds;
                        left--;
                    }
                }

                if (watch.Elapsed > Limit)
                {
                    throw new TimeoutException($"{left} of {count} new containers were not tuned");
                }
            }

            return times;
        }
        finally
        {
            cgroups.ForEach(cgroup => cgroup.Dispose());
        }
    }

    private static bool IsTuned(LabCgroup cgroup, TcpListener listener)
    {
        Socket client;
        using (cgroup.Enter())
        {
            client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        }

        using (client)
        {
            client.Connect(listener.LocalEndpoint);
            listener.AcceptSocket().Dispose();
            return TcpInfo.Read(client).CongestionWindow == Segments;
        }
    }

    private static LabCgroup Container(LabCgroup slice, int number) =>
        slice.CreateChild(string.Create(CultureInfo.InvariantCulture, $"docker-{number:x64}.scope"));

    private static string Write(TemporaryDirectory directory)
    {
        var policies = directory.File("policies");
        Directory.CreateDirectory(policies);
        File.WriteAllText(
            Path.Combine(policies, "policy.yaml"),
            $$"""
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: containers }
            spec:
              scope: { container: { runtime: docker } }
              tuning:
                initial-cwnd: { segments: {{Segments}} }
                receive-window: { clamp: 4MiB }
            """
        );
        return policies;
    }
}
