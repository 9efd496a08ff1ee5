using System.Net.Sockets;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;

namespace NetEdit.Bench.Benchmarks;

/// <summary>What the same settings cost by NetEdit and by what a user could take instead.</summary>
internal sealed class PeersBenchmark : Benchmark
{
    private const int Rounds = 30;
    private const int WarmUp = 3;
    private const int Connections = 1500;
    private const ushort ListenerPort = 8082;
    private const ushort ApplicationPort = 8083;

    private static readonly Setting[] ByRoute =
    [
        Setting.InitialWindow,
        Setting.Algorithm,
        Setting.WindowBound,
        Setting.Segment,
    ];

    private static readonly Setting[] ByOption =
    [
        Setting.Algorithm,
        Setting.Segment,
        Setting.Keepalive,
        Setting.Pacing,
        Setting.UnsentBytes,
        Setting.Buffers,
        Setting.Dscp,
    ];

    internal override string Name => "peers";

    internal override string Title => "The same settings by NetEdit and by what a user could take instead";

    internal override string Method =>
        $"""
            Each way makes the same settings as the NetEdit line below it; what took effect is read back from both ends of a connection (TCP_INFO, getsockopt) and counted. CPU time of the thread per connection (connect, accept, close, close over
            loopback) over that of a connection nobody tunes; {Rounds} rounds of {Connections} connections for each way in turns, after {WarmUp} for warming up. Routes: metrics of a route, by prefix, for the whole network namespace. Listener: options
            that a service manager sets on the listener; accepted connections inherit them. Application: setsockopt on each socket, as a library that is preloaded would, but for its own cost. None of them can have what depends on peer, port, user
            or cgroup, or change what is open.
            """;

    internal override IEnumerable<Figure> Run(Action<string> progress)
    {
        using var host = new BenchHost();
        using var routeLedger = host.OpenLedger();
        using var optionLedger = host.OpenLedger();
        using var cgroup = routeLedger.OpenCgroup();
        using var routeProgram = Tuning(host, routeLedger, ByRoute).Load(routeLedger);
        using var optionProgram = Tuning(host, optionLedger, ByOption).Load(optionLedger);
        SocketOption[] options = [.. ByOption.SelectMany(setting => setting.Options)];
        using var listener = new ConnectionLoop(host.Namespace, ListenerPort, new SocketOptions(options, [], []));
        using var application = new ConnectionLoop(
            host.Namespace,
            ApplicationPort,
            new SocketOptions([], options, options)
        );
        Arm none = new(host, cgroup),
            sameAsRoutes = new(host, cgroup, routeProgram),
            sameAsOptions = new(host, cgroup, optionProgram);
        Way Ours(string name, Arm arm, Setting[] settings, TunedEnds ends) =>
            new(
                name,
                settings,
                ends,
                () => arm.Connect(Connections, tuned: ends),
                () => arm.Look((client, server) => Count(settings, client, server), ends)
            );
        Way[] ways =
        [
            Ours("none", none, [], TunedEnds.Both),
            Ours("none", none, [], TunedEnds.Accepted),
            new(
                "routes",
                ByRoute,
                TunedEnds.Both,
                () => ByRoutes(host, () => host.Connect(Connections)),
                () => ByRoutes(host, () => host.Look((client, server) => Count(ByRoute, client, server)))
            ),
            Ours("NetEdit, what routes set", sameAsRoutes, ByRoute, TunedEnds.Both),
            new(
                "listener",
                ByOption,
                TunedEnds.Accepted,
                () => listener.Run(Connections),
                () => listener.Look((client, server) => Count(ByOption, client, server))
            ),
            Ours("NetEdit, what the listener sets", sameAsOptions, ByOption, TunedEnds.Accepted),
            new(
                "application",
                ByOption,
                TunedEnds.Both,
                () => application.Run(Connections),
                () => application.Look((client, server) => Count(ByOption, client, server))
            ),
            Ours("NetEdit, what the application sets", sameAsOptions, ByOption, TunedEnds.Both),
        ];

        progress("what takes effect");
        var effects = ways.Select(way => way.Effect()).ToArray();
        if (Array.FindIndex(effects, 2, effect => effect is (0, 0)) is var idle and >= 0)
        {
            throw new InvalidOperationException($"{ways[idle].Name}: nothing of it took effect");
        }

        progress("pairs");
        var costs = Interleaved.Run(WarmUp, Rounds, [.. ways.Select(way => way.Connect)]);
        double[] Cpu(int way) => [.. costs[way].Select(cost => cost.CpuNanoseconds)];
        for (var way = 2; way < ways.Length; way++)
        {
            var over = Interleaved.Differences(Cpu(way), Cpu(ways[way].Ends == TunedEnds.Both ? 0 : 1));
            var (client, server) = effects[way];
            var wanted = ways[way].Settings.Sum(setting => setting.Shows.Length);
            yield return new Figure(
                $"{ways[way].Name}: CPU over none; of {wanted} values {client} at the client, {server} at the server",
                "ns",
                over
            );
            yield return new Figure(
                $"{ways[way].Name}: CPU over none for each value that took effect",
                "ns",
                [.. over.Select(nanoseconds => nanoseconds / (client + server))]
            );
        }

        yield return new Figure("none: CPU time per connection", "ns", Cpu(0));
    }

    private static PolicyTuning Tuning(BenchHost host, BenchLedger ledger, IEnumerable<Setting> settings) =>
        new(
            ledger,
            ConnectionsBenchmark.Policy(
                host.Cgroup.Path,
                "same",
                string.Join("\n    ", settings.Select(setting => setting.Tuning))
            )
        );

    private static (int Client, int Server) Count(IEnumerable<Setting> settings, Socket client, Socket server)
    {
        var shows = settings.SelectMany(setting => setting.Shows).ToArray();
        return (shows.Count(shown => shown(client)), shows.Count(shown => shown(server)));
    }

    private static T ByRoutes<T>(BenchHost host, Func<T> measure)
    {
        const string Loopback = "route change table local local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1";
        host.Namespace.Configure([$"{Loopback} {string.Join(' ', ByRoute.Select(setting => setting.Route))}"]);
        try
        {
            return measure();
        }
        finally
        {
            host.Namespace.Configure([Loopback]);
        }
    }

    /// <summary>A way to make settings.</summary>
    private sealed record Way(
        string Name,
        Setting[] Settings,
        TunedEnds Ends,
        Func<Cost> Connect,
        Func<(int Client, int Server)> Effect
    );
}
