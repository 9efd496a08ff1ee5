using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What it costs to tune connections that are open already, and to take it back.</summary>
internal sealed class LiveBenchmark : Benchmark
{
    private const int Rounds = 20;
    private const int WarmUp = 3;
    private const int Connections = 9000;
    private const double Sockets = 2 * Connections;

    internal override string Name => "live";

    internal override string Title =>
        $"Walks over {Sockets:#,0} open sockets that set dctcp, a clamp, or both, and take them back, against "
        + $"a walk that does nothing";

    internal override string Method =>
        $"""
            {Connections} connections over loopback in one network namespace, both ends in the scope, ECN agreed, classified by a rule; none was tuned when it opened. A round tunes all of them (and makes their socket storage), walks once more with nothing to change,
            and releases all of them (and frees the storage); in turns with an iterator whose program does nothing. Time of the whole walk over every network namespace of the machine, looking for them included, per socket. The net figures are without
            the walk that does nothing. {Rounds} rounds after {WarmUp} for warming up.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        (ITuningFeature Feature, ParameterValues Values) dctcp = (new DctcpFeature(), ParameterValues.Empty),
            clamp = (new ReceiveWindowFeature(), new ParameterValues([new("clamp", 32 << 10)]));
        using var host = NetworkNamespace.Create();
        using var scope = LabCgroup.Create();
        using var ledger = new BenchLedger(scope);
        progress("open connections");
        using var connections = new DisposableList<Socket>(Open(host, scope));
        ledger.Execute(
            new RegisterAlgorithm(
                new DesiredAlgorithm("dctcp", "bpf", dctcp.Feature.Variants[0].CongestionControls.Single()),
                null,
                "bench"
            )
        );
        using var bare = new BareWalk(ledger);
        return
        [
            .. Measure(ledger, bare, "dctcp", progress, dctcp),
            .. Measure(ledger, bare, "clamp", progress, clamp),
            .. Measure(ledger, bare, "both", progress, dctcp, clamp),
        ];
    }

    private static List<Figure> Measure(
        BenchLedger ledger,
        BareWalk bare,
        string what,
        Action<string> progress,
        params (ITuningFeature Feature, ParameterValues Values)[] tuning
    )
    {
        progress(what);
        var chain = Prepare(ledger, tuning);
        var walked = new WalkedState("bench", "bench");
        double Walk(PlanAction action, int changed)
        {
            var walk = ledger.Walk(action);
            return walk.Changed == changed && walk.Failed + walk.Skipped == 0
                ? walk.Elapsed.TotalMicroseconds / Sockets
                : throw new InvalidOperationException(
                    $"{action.GetType().Name} changed {walk.Changed} sockets, skipped {walk.Skipped}, failed "
                        + $"at {walk.Failed}"
                );
        }

        double[] Cycle() =>
            [
                Walk(new TuneSockets(chain, walked, "bench"), 2 * Connections),
                Walk(new TuneSockets(chain, walked, "bench"), 0),
                Walk(new ReleaseSockets(chain.Scope, null, "bench"), 2 * Connections),
            ];
        var rounds = Interleaved.Run(WarmUp, Rounds, Cycle, () => [bare.Run().TotalMicroseconds / Sockets]);
        double[] nothing = [.. rounds[1].Select(values => values[0])];
        string[] names = ["tune", "nothing to change", "release"];
        var arms = names.Select((_, index) => rounds[0].Select(values => values[index]).ToArray()).ToArray();
        return
        [
            .. names.Select(
                (name, index) => new Figure($"{what}: {name}, per socket", "µs", arms[index], Target.Most(2))
            ),
            new Figure($"{what}: a walk that does nothing, per socket", "µs", nothing),
            .. names.Select(
                (name, index) =>
                    new Figure($"{what}: {name}, per socket, net", "µs", Interleaved.Differences(arms[index], nothing))
            ),
        ];
    }

    private static DesiredChain Prepare(BenchLedger ledger, (ITuningFeature Feature, ParameterValues Values)[] tuning)
    {
        var chain = ledger.Chain(
            tuning.Select(item => new ChainStage(
                item.Feature.Name,
                item.Feature.Variants[0].Name,
                item.Feature.Variants[0].Stage!
            ))
        );
        var entries = tuning.Select(
            (item, slot) =>
            {
                var block = new byte[FeatureLimits.ParameterBytes];
                item.Feature.Encode(item.Values, block);
                return new ProfileEntry(slot, item.Feature.Name, "bench", [.. block]);
            }
        );
        var profile = new DesiredProfile(chain.Key, [.. entries]);
        ledger.Execute(
            new WriteProfile(profile, false, "bench"),
            new SwitchRules(new RuleTable([], BenchLedger.Everything(chain.Key, profile.Id)), "bench")
        );
        return chain;
    }

    private static List<Socket> Open(NetworkNamespace host, LabCgroup scope)
    {
        host.SetSysctl("net.ipv4.tcp_ecn", "1");
        var sockets = new List<Socket>(2 * Connections);
        using var listener = LabListener.Open(host, new IPEndPoint(IPAddress.Loopback, 0), scope);
        using var membership = scope.Enter();
        for (var index = 0; index < Connections; index++)
        {
            var client = host.CreateSocket(AddressFamily.InterNetwork);
            sockets.Add(client);
            client.Connect(listener.EndPoint);
            sockets.Add(listener.Accept());
        }

        return sockets;
    }
}
