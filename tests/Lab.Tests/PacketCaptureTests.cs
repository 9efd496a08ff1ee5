using System.Net.Sockets;
using System.Text;

namespace NetEdit.Lab.Tests;

[Collection<KernelCollection>]
public sealed class PacketCaptureTests : IDisposable
{
    private const int Port = 4711;

    private readonly ResidueGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork, 1460)]
    [InlineData(AddressFamily.InterNetworkV6, 1440)]
    public void Shows_the_handshake_and_the_first_data(AddressFamily family, int mss)
    {
        using var network = LabNetwork.Create();
        network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");
        using var capture = PacketCapture.Start(network.Client, Port, network.ClientInterface);
        using (var pair = TcpPair.Open(network, new TcpPairOptions { Family = family, Port = Port }))
        {
            pair.Client.Send(Encoding.ASCII.GetBytes("hello"));
            pair.Server.Receive(new byte[16]).ShouldBe(5);
        }

        var packets = capture.Stop();
        capture.Dropped.ShouldBe(0);
        var syn = packets[0];
        syn.IsSyn.ShouldBeTrue();
        syn.Outgoing.ShouldBeTrue();
        syn.Flags.ShouldBe(TcpHeaderFlags.Syn | TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr);
        syn.Mss.ShouldBe(mss);
        syn.WindowScale.ShouldNotBeNull();
        syn.Window.ShouldBeGreaterThan(1000);
        syn.OptionKinds.ShouldContain((byte)8);
        var synAck = packets[1];
        synAck.IsSynAck.ShouldBeTrue();
        synAck.Outgoing.ShouldBeFalse();
        synAck.Flags.HasFlag(TcpHeaderFlags.Ece).ShouldBeTrue();
        synAck.Acknowledgement.ShouldBe(syn.Sequence + 1);
        synAck.Source.ShouldBe(syn.Destination);
        var data = packets.First(p => p.PayloadLength > 0);
        data.PayloadLength.ShouldBe(5);
        data.Sequence.ShouldBe(syn.Sequence + 1);
        data.Ecn.ShouldBe(EcnCodepoint.Capable0);
        packets.Last(p => p.Outgoing).Flags.HasFlag(TcpHeaderFlags.Ack).ShouldBeTrue();
        packets.Select(p => p.Time).ShouldBeInOrder();
        (TimeProvider.System.GetUtcNow() - syn.Time).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [KernelFact]
    public void Sees_only_its_port_and_everything_in_bulk()
    {
        using var network = LabNetwork.Create();
        using var capture = PacketCapture.Start(network.Server, Port, network.ServerInterface);
        using (var other = TcpPair.Open(network))
        {
            other.SendToServer(1000);
        }

        using (var pair = TcpPair.Open(network, new TcpPairOptions { Port = Port }))
        {
            pair.SendToServer(50_000_000);
        }

        var packets = capture.Stop();
        capture.Dropped.ShouldBe(0);
        packets.ShouldAllBe(p => p.Source.Port == Port || p.Destination.Port == Port);
        packets.Where(p => !p.Outgoing).Sum(p => (long)p.PayloadLength).ShouldBeGreaterThanOrEqualTo(50_000_000);
    }

    [KernelFact]
    public void Without_offload_a_packet_is_a_segment()
    {
        using var network = LabNetwork.Create(new LabNetworkOptions { SegmentationOffload = false });
        using var capture = PacketCapture.Start(network.Client, Port, network.ClientInterface);
        using (var pair = TcpPair.Open(network, new TcpPairOptions { Port = Port }))
        {
            pair.SendToServer(1_000_000);
        }

        capture.Stop().Max(p => p.PayloadLength).ShouldBe(1448);
    }

    [KernelFact]
    public void A_missing_interface_is_named()
    {
        using var network = LabNetwork.Create();
        Should
            .Throw<LabException>(() => PacketCapture.Start(network.Client, Port, "nothing0"))
            .Message.ShouldContain("nothing0");
    }
}
