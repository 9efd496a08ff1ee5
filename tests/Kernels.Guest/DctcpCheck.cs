using System.Net.Sockets;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>ECN in the handshake and on data packets, and the algorithm at both ends.</summary>
internal sealed class DctcpCheck : FeatureCheck
{
    private const string Algorithm = "netedit_dctcp";
    private const int WirePort = 4447;

    public override string Feature => "dctcp";

    public override string Tuning => "{}";

    /// <summary>Connections that were opened before any policy agree on ECN only when the host asks.</summary>
    public override void Prepare(LabNetwork network) => network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");

    public override void Check(Scene scene, string? variant, Values values)
    {
        scene.Network.Client.SetSysctl("net.ipv4.tcp_ecn", "2");
        using var capture = PacketCapture.Start(scene.Network.Client, WirePort);
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Port = WirePort,
            }
        );
        pair.SendToServer(200_000);
        var packets = capture.Stop();
        const TcpHeaderFlags Both = TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr;
        var data = packets.Where(packet => packet.Outgoing && packet.PayloadLength > 0);

        if (values == Values.Host)
        {
            (packets.Single(packet => packet.IsSyn).Flags & Both).ShouldBe(TcpHeaderFlags.None, "flags of the SYN");
            data.ShouldAllBe(packet => packet.Ecn == EcnCodepoint.NotCapable);
            pair.Client.GetCongestionControl().ShouldBe(Own(scene.Network.Client));
            return;
        }

        (packets.Single(packet => packet.IsSyn).Flags & Both).ShouldBe(Both, "flags of the SYN");
        (packets.Single(packet => packet.IsSynAck).Flags & Both).ShouldBe(TcpHeaderFlags.Ece, "flags of the SYN-ACK");
        data.ShouldAllBe(packet => packet.Ecn == EcnCodepoint.Capable0);
        pair.Client.GetCongestionControl().ShouldBe(Algorithm, "client");
        pair.Server.GetCongestionControl().ShouldBe(Algorithm, "server");
    }

    public override string Observe(Socket end) => end.GetCongestionControl();

    public override string Expected(Values values) => Algorithm;

    private static string Own(NetworkNamespace host) => host.GetSysctl("net.ipv4.tcp_congestion_control");
}
