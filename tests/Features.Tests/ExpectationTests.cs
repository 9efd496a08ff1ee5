using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Host;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

/// <summary>What features say that an open connection shows: real sockets keep it, also in use, and one whose application changes it does not.</summary>
[Collection<KernelCollection>]
public sealed class ExpectationTests
{
    private const int KiB = 1024;
    private const int Second = 1_000_000;
    private const int IpLevel = 0;
    private const int Ipv6Level = 41;

    private static readonly HostFacts Host = new()
    {
        KernelRelease = "",
        Limits = ((string[])["rmem_max", "wmem_max"]).ToImmutableSortedDictionary(
            name => "net.core." + name,
            name => long.Parse(File.ReadAllText("/proc/sys/net/core/" + name), CultureInfo.InvariantCulture)
        ),
    };

    private static readonly ImmutableSortedDictionary<string, Sample> Samples = (
        (Sample[])
            [
                new(
                    new CongestionControlFeature(),
                    Texts(("algorithm", "reno")),
                    socket => socket.SetCongestionControl("cubic")
                ),
                new(
                    new CongestionControlFeature(),
                    Texts(("algorithm", "nobody"), ("otherwise", "reno")),
                    socket => socket.SetCongestionControl("cubic")
                )
                {
                    Name = "congestion-control otherwise",
                },
                new(new DctcpFeature(), ParameterValues.Empty, socket => socket.SetCongestionControl("cubic")),
                new(new DscpFeature(), Numbers(("value", 10)), socket => socket.SetKernelOption(IpLevel, 1, 12 << 2)),
                new(new DscpFeature(), Numbers(("value", 10)), socket => socket.SetKernelOption(Ipv6Level, 67, 12 << 2))
                {
                    Name = "dscp IPv6",
                    Family = AddressFamily.InterNetworkV6,
                },
                new(new InitialCwndFeature(), Numbers(("segments", 40))) { Other = Numbers(("segments", 41)) },
                new(
                    new KeepaliveFeature(),
                    Numbers(
                        ("idle", 70 * Second),
                        ("interval", 7 * Second),
                        ("count", 5),
                        ("user-timeout", 90 * Second)
                    ),
                    socket => socket.SetKernelOption(TcpSocketOptions.TcpLevel, 4, 71)
                ),
                new(
                    new KeepaliveFeature(),
                    Numbers(("count", 5)),
                    socket => socket.SetKernelOption(TcpSocketOptions.SocketLevel, 9, 0)
                )
                {
                    Name = "keepalive off",
                },
                new(new MssFeature(), Numbers(("bytes", 1000))) { Other = Numbers(("bytes", 900)), Inbound = false },
                new(
                    new PacingFeature(),
                    Numbers(("rate", 2_000_000_001)),
                    socket => socket.SetKernelOption(TcpSocketOptions.SocketLevel, 47, 1_000_000)
                ),
                new(
                    new ReceiveWindowFeature(),
                    Numbers(("initial", 20 * KiB), ("clamp", 48 * KiB), ("buffer", 90 * KiB)),
                    socket => socket.SetKernelOption(TcpSocketOptions.TcpLevel, 10, 60 * KiB)
                ),
                new(
                    new ReceiveWindowFeature(),
                    Numbers(("buffer", 90 * KiB)),
                    socket => socket.SetKernelOption(TcpSocketOptions.SocketLevel, 8, 80 * KiB)
                )
                {
                    Name = "receive-window buffer",
                },
                new(new RetransmissionTimeoutFeature(), Numbers(("minimum", 33_333), ("maximum", 7 * Second)))
                {
                    Other = Numbers(("minimum", 50_000)),
                },
                new(
                    new RetransmissionTimeoutFeature(),
                    Numbers(("maximum", 7 * Second)),
                    socket => socket.SetKernelOption(TcpSocketOptions.TcpLevel, 44, 8000)
                )
                {
                    Name = "rto maximum",
                },
                new(new SendCwndClampFeature(), Numbers(("segments", 4))) { Other = Numbers(("segments", 5)) },
                new(
                    new SocketBuffersFeature(),
                    Numbers(("send", 100 * KiB), ("receive", 90 * KiB)),
                    socket => socket.SetKernelOption(TcpSocketOptions.SocketLevel, 7, 60 * KiB)
                ),
                new(
                    new UnsentLowWaterFeature(),
                    Numbers(("bytes", 16 * KiB)),
                    socket => socket.SetKernelOption(TcpSocketOptions.TcpLevel, 25, 32 * KiB)
                ),
            ]
    ).ToImmutableSortedDictionary(sample => sample.Name, sample => sample, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Samples.Keys];

    [KernelTheory]
    [MemberData(nameof(Names))]
    public void A_connection_keeps_what_it_was_given_until_its_application_changes_it(string name)
    {
        var sample = Samples[name];
        using var scene = new KernelScene();
        scene.Tune((sample.Feature, sample.Values));
        var options = new TcpPairOptions
        {
            ClientCgroup = scene.Cgroup,
            ServerCgroup = scene.Cgroup,
            Family = sample.Family,
            Timeout = TimeSpan.FromMinutes(1),
        };
        using var pair = TcpPair.Open(scene.Network, options);
        Expectations(scene, pair.Client, sample.Values).ShouldNotBeEmpty();
        Expectations(scene, pair.Server, sample.Values).Any().ShouldBe(sample.Inbound);
        Broken(scene, pair, sample.Values).ShouldBeEmpty("when it was opened");
        for (var round = 0; round < 20; round++)
        {
            pair.SendToServer(100 * KiB, TimeSpan.FromMinutes(1));
            pair.SendToClient(100 * KiB, TimeSpan.FromMinutes(1));
            Broken(scene, pair, sample.Values).ShouldBeEmpty("in use");
        }

        using var fresh = TcpPair.Open(scene.Network, options);
        sample.Change(fresh.Client);
        Expectations(scene, fresh.Client, sample.Other ?? sample.Values)
            .ShouldContain(expectation => expectation.Result == ExpectationResult.Contradicted);

        IEnumerable<Expectation> Expectations(KernelScene scene, Socket socket, ParameterValues values)
        {
            var found = new List<OpenConnection>();
            scene.Adapter.ReadConnections(found.Add).Remembers.ShouldBeTrue();
            var connection = found.Last(candidate =>
                candidate.Local.Equals(socket.LocalEndPoint) && candidate.Peer.Equals(socket.RemoteEndPoint)
            );
            return sample.Feature.Expectations(
                values,
                new ExaminedSocket(
                    connection.Now,
                    connection.Direction!.Value,
                    sample.Family == AddressFamily.InterNetworkV6,
                    Host
                )
            );
        }

        IEnumerable<string> Broken(KernelScene scene, TcpPair pair, ParameterValues values) =>
            Expectations(scene, pair.Client, values)
                .Concat(Expectations(scene, pair.Server, values))
                .Where(expectation => expectation.Result == ExpectationResult.Contradicted)
                .Select(expectation => $"{expectation.Found} instead of {expectation.Expected}");
    }

    private static ParameterValues Numbers(params (string Name, long Value)[] values) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private static ParameterValues Texts(params (string Name, string Value)[] values) =>
        new([], values.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    /// <summary>A feature, and how an application undoes it; where none can, values that were not given.</summary>
    private sealed record Sample(ITuningFeature Feature, ParameterValues Values, Action<Socket>? Undo = null)
    {
        public string Name { get; init; } = Feature.Name;

        public ParameterValues? Other { get; init; }

        public bool Inbound { get; init; } = true;

        public AddressFamily Family { get; init; } = AddressFamily.InterNetwork;

        public void Change(Socket socket) => Undo?.Invoke(socket);
    }
}
