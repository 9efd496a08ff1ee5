using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

[Collection<KernelCollection>]
public sealed class DctcpTests
{
    private const string Algorithm = "netedit_dctcp";
    private const int MiB = 1024 * 1024;

    private static readonly DctcpFeature Feature = new();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Ecn_is_agreed_on_the_wire_and_both_ends_run_the_algorithm(AddressFamily family)
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, ParameterValues.Empty));
        using var capture = PacketCapture.Start(scene.Network.Client, 4447);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, family) with { Port = 4447 });
        pair.SendToServer(200_000);
        var packets = capture.Stop();

        const TcpHeaderFlags Both = TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr;
        (packets.Single(packet => packet.IsSyn).Flags & Both).ShouldBe(Both);
        (packets.Single(packet => packet.IsSynAck).Flags & Both).ShouldBe(TcpHeaderFlags.Ece);
        packets
            .Where(packet => packet.Outgoing && packet.PayloadLength > 0)
            .ShouldAllBe(packet => packet.Ecn == EcnCodepoint.Capable0);
        var seen = SocketStatistics.Read(scene.Network.Client, remotePort: 4447).Single();
        seen.Text.ShouldContain(Algorithm);
        seen.Text.ShouldContain(" ecn");
        pair.Server.GetCongestionControl().ShouldBe(Algorithm);
    }

    [KernelFact]
    public void A_peer_without_ecn_keeps_the_hosts_algorithm_and_is_counted()
    {
        using var scene = new KernelScene();
        scene.Network.Server.SetSysctl("net.ipv4.tcp_ecn", "0");
        scene.Tune((Feature, ParameterValues.Empty));

        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });

        pair.Client.GetCongestionControl().ShouldBe(scene.Network.Client.GetSysctl("net.ipv4.tcp_congestion_control"));
        var counter = scene.Adapter.ReadUsage().Counters.Single();
        (counter.Kind, counter.Errno, counter.Count).ShouldBe((CounterKind.Failed, "EPROTO", 1ul));
    }

    [KernelFact]
    public void An_application_that_chooses_it_without_ecn_gets_cubic_and_is_counted()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, ParameterValues.Empty));
        using var pair = scene.Connect(new TcpPairOptions());

        pair.Client.SetCongestionControl(Algorithm);

        pair.Client.GetCongestionControl().ShouldBe("cubic");
        scene.Adapter.ReadUsage().Algorithms.Single().Counters["no_ecn"].ShouldBe(1ul);
    }

    [KernelFact]
    public void Without_marks_the_window_grows()
    {
        using var scene = new KernelScene();
        Window(scene, every: 0, out _).ShouldBeGreaterThan(20);
    }

    [KernelFact]
    public void With_every_packet_marked_the_window_falls_to_the_minimum()
    {
        using var scene = new KernelScene();
        Window(scene, every: 1, out var share).ShouldBeInRange(2, 4);
        share.ShouldBeGreaterThan(0.95);
    }

    /// <summary>The receiver echoes marks packet by packet, delayed acknowledgements notwithstanding (RFC 8257 section 3.2).</summary>
    [KernelTheory]
    [InlineData(4u)]
    [InlineData(16u)]
    public void The_sender_learns_the_share_of_marked_packets(uint every)
    {
        using var scene = new KernelScene(new LabNetworkOptions { SegmentationOffload = false });
        Window(scene, every, out var share);
        share.ShouldBeInRange(0.8 / every, 1.2 / every);
    }

    [KernelFact]
    public void Few_marks_cut_the_window_less_than_many()
    {
        using var scene = new KernelScene(new LabNetworkOptions { SegmentationOffload = false });
        scene.Tune((Feature, ParameterValues.Empty));
        Typical(scene, 64).ShouldBeGreaterThan(2 * Typical(scene, 4));
    }

    private static int Window(KernelScene scene, uint every, out double share)
    {
        scene.Tune((Feature, ParameterValues.Empty));
        return Transfer(scene, every, out share);
    }

    /// <summary>The median of several transfers: one may end just after its window was cut.</summary>
    private static int Typical(KernelScene scene, uint every) =>
        Enumerable.Range(0, 5).Select(number => Transfer(scene, every, out _)).Order().ElementAt(2);

    private static int Transfer(KernelScene scene, uint every, out double share)
    {
        using var marker = PacketHook.MarkEvery(scene.Network.Client, scene.Network.ClientInterface, every);
        using var pair = scene.Connect();
        pair.SendToServer(8 * MiB);
        var info = TcpInfo.Read(pair.Client);
        share = (double)info.DeliveredMarked / info.Delivered;
        return (int)info.CongestionWindow;
    }
}
