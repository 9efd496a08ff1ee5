using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using NetEdit.Host;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

[Collection<KernelCollection>]
public sealed class ReceiveWindowTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>On an end that sends, every acknowledgement is a sample; one that only receives has that of its handshake.</summary>
    [KernelTheory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_clamp_of_a_rate_follows_the_round_trip(int trips)
    {
        const long Rate = 20_000_000_000;
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("clamp-rate", Rate))));
        using var pair = scene.Connect();
        for (var trip = 0; trip < trips; trip++)
        {
            pair.SendToServer(1);
            pair.SendToClient(1);
        }

        pair.SendToClient(MiB);

        // Autotuning may lift the clamp after the last segment, when the reader takes what came: the next one has it again.
        var (clamp, carried) = (0.0, 0.0);
        SpinWait
            .SpinUntil(
                () =>
                {
                    pair.SendToClient(1);
                    (clamp, carried) = (
                        pair.Client.GetWindowClamp(),
                        Rate / 8 * TcpInfo.Read(pair.Client).RoundTripTime.TotalSeconds
                    );
                    return clamp >= carried * 0.85 && clamp <= carried * 1.15;
                },
                TimeSpan.FromSeconds(20)
            )
            .ShouldBeTrue($"the clamp is {clamp:f0}, and the rate carries {carried:f0} in a round trip");
    }

    [KernelFact]
    public void The_largest_window_is_what_the_rate_carries()
    {
        const long Rate = 4_000_000_000;
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("clamp-rate", Rate))));
        using var capture = PacketCapture.Start(scene.Network.Client, 4446);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = 4446 });
        pair.SendToClient(16 * MiB);
        var sent = capture.Stop().Where(packet => packet.Outgoing).ToList();
        var scale = sent.Single(packet => packet.IsSyn).WindowScale!.Value;

        // What a SYN offered is not taken back at once.
        var carried = Rate / 8 * TcpInfo.Read(pair.Client).RoundTripTime.TotalSeconds;
        sent.Skip(sent.Count / 2)
            .Max(packet => packet.Window << scale)
            .ShouldBeLessThanOrEqualTo((int)Math.Max(carried * 1.15, 64 * KiB));
    }

    [KernelFact]
    public void A_fixed_clamp_bounds_that_of_a_rate()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("clamp-rate", 34_000_000_000), ("clamp", 16 * KiB))));
        using var pair = scene.Connect();
        pair.SendToClient(MiB);

        pair.Client.GetWindowClamp().ShouldBeInRange(14 * KiB, 16 * KiB);
    }

    private static readonly ReceiveWindowFeature Feature = new();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork, 1448)]
    [InlineData(AddressFamily.InterNetworkV6, 1428)]
    public void The_syn_and_the_syn_ack_offer_the_initial_window(AddressFamily family, int segment)
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("initial", 20 * KiB))));

        var packets = Handshake(scene, family, out var pair);
        using (pair)
        {
            packets.Single(packet => packet.IsSyn).Window.ShouldBeInRange(20 * KiB, (20 * KiB) + segment + 200);
            packets.Single(packet => packet.IsSynAck).Window.ShouldBeInRange(20 * KiB, (20 * KiB) + segment + 200);
        }
    }

    [KernelFact]
    public void The_first_acknowledgement_offers_what_a_syn_cannot()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("buffer", 4 * MiB), ("initial", 256 * KiB))));

        var packets = Handshake(scene, AddressFamily.InterNetwork, out var pair);
        using (pair)
        {
            var syn = packets.Single(packet => packet.IsSyn);
            syn.Window.ShouldBe(65535);
            var firstAck = packets.First(packet => packet.Outgoing && !packet.IsSyn);
            (firstAck.Window << syn.WindowScale!.Value).ShouldBeInRange(256 * KiB, 262 * KiB);
        }
    }

    [KernelFact]
    public void The_initial_window_counts_jumbo_segments()
    {
        using var scene = new KernelScene(new LabNetworkOptions { Mtu = 9000 });
        scene.Tune((Feature, Values(("initial", 27 * KiB))));

        var packets = Handshake(scene, AddressFamily.InterNetwork, out var pair);
        using (pair)
        {
            packets.Single(packet => packet.IsSyn).Window.ShouldBe(4 * 8960);
        }
    }

    /// <summary>Of a request socket the window is rounded to its own segments: on links that are larger or smaller than Ethernet's.</summary>
    [KernelTheory]
    [InlineData(9000, AddressFamily.InterNetwork)]
    [InlineData(9000, AddressFamily.InterNetworkV6)]
    [InlineData(1500, AddressFamily.InterNetwork)]
    [InlineData(1280, AddressFamily.InterNetwork)]
    [InlineData(1280, AddressFamily.InterNetworkV6)]
    public void The_window_of_a_syn_ack_counts_segments_of_its_own_link(int mtu, AddressFamily family)
    {
        using var scene = new KernelScene(new LabNetworkOptions { Mtu = mtu });
        scene.Tune((Feature, Values(("initial", 27 * KiB))));

        var packets = Handshake(scene, family, out var pair);
        using (pair)
        {
            packets.Single(packet => packet.IsSynAck).Window.ShouldBe(Rounded(27 * KiB, DataOf(mtu, family)));
        }
    }

    /// <summary>What the peer's link takes says nothing of ours; connections before it do.</summary>
    [KernelTheory]
    [InlineData(9000, 1500)]
    [InlineData(1500, 9000)]
    public void Between_unlike_links_the_second_syn_ack_counts_segments_of_its_own_one(int client, int server)
    {
        using var scene = new KernelScene();
        scene.Network.Client.Configure([$"link set {scene.Network.ClientInterface} mtu {client}"]);
        scene.Network.Server.Configure([$"link set {scene.Network.ServerInterface} mtu {server}"]);
        scene.Tune((Feature, Values(("initial", 27 * KiB))));
        Handshake(scene, AddressFamily.InterNetwork, out var first);
        first.Dispose();

        var packets = Handshake(scene, AddressFamily.InterNetwork, out var pair);
        using (pair)
        {
            packets
                .Single(packet => packet.IsSynAck)
                .Window.ShouldBe(Rounded(27 * KiB, DataOf(server, AddressFamily.InterNetwork)));
        }
    }

    [KernelFact]
    public void The_buffer_is_set_and_holds()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Values(("buffer", 1 * MiB))));

        using var pair = scene.Connect();
        pair.SendToServer(20 * MiB);

        pair.Client.GetReceiveBuffer().ShouldBe(2 * MiB);
        pair.Server.GetReceiveBuffer().ShouldBe(2 * MiB);
    }

    /// <summary>The kernel caps such a buffer without a word, and what it then has is all it ever gets.</summary>
    [KernelFact]
    public void A_buffer_above_the_hosts_limit_is_left_to_autotuning_where_that_gives_more()
    {
        using var scene = new KernelScene();
        var cap = long.Parse(File.ReadAllText("/proc/sys/net/core/rmem_max"), CultureInfo.InvariantCulture);
        var host = HostWith((HostLimits.ReceiveBuffer, cap), (HostLimits.TunedReceiveBuffer, 8 * cap));
        var values = Values(("buffer", 4 * cap));
        foreach (var space in (NetworkNamespace[])[scene.Network.Client, scene.Network.Server])
        {
            space.SetSysctl("net.ipv4.tcp_rmem", string.Create(CultureInfo.InvariantCulture, $"4096 131072 {8 * cap}"));
        }

        scene.Tune((Feature, Feature.Fit(values, host)));
        Feature.Review(values, host).Single().ShouldContain($"autotuning gives up to {8 * cap}");
        using var pair = scene.Connect();
        pair.SendToServer(64 * MiB);

        // As much as the kernel finds it needs: neither where it began nor, which it would never leave, the cap.
        pair.Server.GetReceiveBuffer().ShouldBeGreaterThan(131_072);
        pair.Server.GetReceiveBuffer().ShouldNotBe((int)(2 * cap));
        pair.Client.GetReceiveBuffer().ShouldBe(131_072);
    }

    [KernelFact]
    public void A_long_transfer_without_a_clamp_grows_the_window_beyond_it()
    {
        using var scene = new KernelScene();

        LargestWindow(scene).ShouldBeGreaterThan(200 * KiB);
    }

    /// <summary>The kernel lifts TCP_WINDOW_CLAMP when it tunes the buffer and, since 6.10, when the first full segment comes.</summary>
    [KernelTheory]
    [InlineData(16, 0)]
    [InlineData(128, 0)]
    [InlineData(512, 0)]
    [InlineData(128, 1024)]
    public void A_long_transfer_never_sees_a_window_beyond_the_clamp(int clamp, int buffer)
    {
        using var scene = new KernelScene();
        scene.Tune(
            (
                Feature,
                buffer == 0 ? Values(("clamp", clamp * KiB)) : Values(("buffer", buffer * KiB), ("clamp", clamp * KiB))
            )
        );

        LargestWindow(scene).ShouldBeInRange(clamp * KiB / 2, clamp * KiB);
    }

    /// <summary>Bytes of data in a segment with timestamps.</summary>
    private static int DataOf(int mtu, AddressFamily family) =>
        mtu - (family == AddressFamily.InterNetworkV6 ? 60 : 40) - 12;

    private static int Rounded(int bytes, int segment) => (bytes + segment - 1) / segment * segment;

    private static int LargestWindow(KernelScene scene)
    {
        using var capture = PacketCapture.Start(scene.Network.Server, 4446);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = 4446 });
        pair.SendToServer(64 * MiB);
        var packets = capture.Stop();
        var scale = packets.Single(packet => packet.IsSynAck).WindowScale!.Value;
        return packets
            .Where(packet => packet.Outgoing)
            .Max(packet => packet.IsSynAck ? packet.Window : packet.Window << scale);
    }

    private static ImmutableArray<TcpPacket> Handshake(KernelScene scene, AddressFamily family, out TcpPair pair)
    {
        using var capture = PacketCapture.Start(scene.Network.Client, 4446);
        pair = scene.Connect(InitialCwndTests.Inside(scene, family) with { Port = 4446 });
        return capture.Stop();
    }

    private static HostFacts HostWith(params (string Name, long Value)[] limits) =>
        new()
        {
            KernelRelease = "",
            Limits = limits.ToImmutableSortedDictionary(
                limit => limit.Name,
                limit => limit.Value,
                StringComparer.Ordinal
            ),
        };

    private static ParameterValues Values(params (string Name, long Value)[] values) =>
        new(values.Select(value => new KeyValuePair<string, long>(value.Name, value.Value)));
}
