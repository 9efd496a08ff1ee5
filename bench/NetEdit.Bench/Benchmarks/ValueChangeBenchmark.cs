using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using NetEdit.Adapter;
using NetEdit.Adapter.Kinds;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;

namespace NetEdit.Bench.Benchmarks;

/// <summary>How soon a changed value is in the kernel.</summary>
internal sealed class ValueChangeBenchmark(string root) : Benchmark
{
    private const int Changes = 30;
    private const int WarmUp = 3;
    private const int FirstParameter = sizeof(ulong);
    private const string Ledger = "ne-bench";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /* Longer than a pass takes, so that each change finds an idle agent. */
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    internal override string Name => "value-change";

    internal override string Title => "One value changed: from the policy file's rename to the map written";

    internal override string Method =>
        $"""
            netedit agent (as packages carry it) watches a directory with one policy. A changed copy is written beside the policy and renamed over it; the time runs from before the rename until a look at the profile in the kernel's
            map, taken every 0.1 ms, finds the new value. {Changes} changes after {WarmUp} for warming up, {Pause.TotalMilliseconds} ms between them. Program loads are counted by the kernel's ids of our program and link.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var directory = new TemporaryDirectory();
        using var cgroup = LabCgroup.Create();
        Write(directory, cgroup, 10);
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
        try
        {
            progress("starting the agent");
            using var agent = NetEditProcess.Start(
                root,
                "agent",
                "--policies",
                directory.Path,
                "--ledger",
                Ledger,
                "--no-http"
            );
            agent.WaitUntil(() => adapter.Observe().Chains.Length == 1, "attach the chain");
            var maps = adapter.Maps ?? throw new InvalidOperationException("there are no shared maps");
            var before = adapter.Observe().Chains[0];

            progress("changing the value");
            List<double> times = [];
            List<double> loads = [];
            for (var change = -WarmUp; change < Changes; change++)
            {
                Thread.Sleep(Pause);
                var time = Change(directory, cgroup, maps, (uint)(100 + change));
                if (change >= 0)
                {
                    times.Add(time.TotalMilliseconds);
                    var after = adapter.Observe().Chains[0];
                    loads.Add(after.ProgramId == before.ProgramId && after.LinkId == before.LinkId ? 0 : 1);
                }
            }

            return
            [
                new Figure("rename to map written", "ms", [.. times], Target.Most(20)),
                new Figure("program loads per change", "", [.. loads], Target.Most(0)),
            ];
        }
        finally
        {
            NetEditProcess.Run(root, "uninstall", "--ledger", Ledger);
        }
    }

    private static TimeSpan Change(TemporaryDirectory directory, LabCgroup cgroup, SharedMaps maps, uint segments)
    {
        var id = maps.ProfileTable.Read().Keys.Single();
        var temporary = Write(directory, cgroup, segments, "policy.yaml.tmp");
        var watch = Stopwatch.StartNew();
        File.Move(temporary, directory.File("policy.yaml"), overwrite: true);
        while (Segments(maps.ProfileTable.Read(), id) != segments)
        {
            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"the agent did not write the value within {Limit.TotalSeconds} s");
            }

            _ = Syscalls.usleep(100);
        }

        return watch.Elapsed;
    }

    private static uint Segments(ImmutableSortedDictionary<ulong, ImmutableArray<byte>> profiles, ulong id) =>
        profiles.TryGetValue(id, out var profile)
            ? BinaryPrimitives.ReadUInt32LittleEndian(profile.AsSpan()[FirstParameter..])
            : 0;

    private static string Write(
        TemporaryDirectory directory,
        LabCgroup cgroup,
        uint segments,
        string name = "policy.yaml"
    )
    {
        var path = directory.File(name);
        File.WriteAllText(
            path,
            ConnectionsBenchmark.Policy(
                cgroup.Path,
                "value",
                FormattableString.Invariant($"initial-cwnd: {{ segments: {segments} }}")
            )
        );
        return path;
    }
}
