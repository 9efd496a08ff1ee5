using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

[Collection<KernelCollection>]
public sealed class InitialCwndTests
{
    private static readonly InitialCwndFeature Feature = new();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void The_window_is_there_at_establishment_at_both_ends(AddressFamily family)
    {
        using var scene = new KernelScene();
        using (var before = scene.Connect(Inside(scene, family)))
        {
            TcpInfo.Read(before.Client).CongestionWindow.ShouldBe(10u);
        }

        scene.Tune((Feature, Segments(40)));
        using var pair = scene.Connect(Inside(scene, family));

        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        TcpInfo.Read(pair.Server).CongestionWindow.ShouldBe(40u);
    }

    /// <summary>The peer falls silent after the handshake: what leaves without an acknowledgement is the window.</summary>
    [KernelTheory]
    [InlineData(0, 10)]
    [InlineData(32, 32)]
    public void That_many_segments_leave_before_the_first_acknowledgement(int segments, int expected)
    {
        using var scene = new KernelScene(new LabNetworkOptions { SegmentationOffload = false });
        if (segments > 0)
        {
            scene.Tune((Feature, Segments(segments)));
        }

        /* A tail loss probe would be one segment more. */
        scene.Network.Client.SetSysctl("net.ipv4.tcp_early_retrans", "0");
        using var capture = PacketCapture.Start(scene.Network.Client, 4445);
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        using var pair = scene.Connect(
            Inside(scene, AddressFamily.InterNetwork) with
            {
                Port = 4445,
                ClientSetup = socket => socket.SetCongestionControl("cubic"),
            }
        );
        pair.Client.SendBufferSize = 1 << 20;
        pair.Client.Blocking = false; // nobody will acknowledge
        pair.Client.Send(new byte[60_000]);
        Thread.Sleep(100); // below the first retransmission timeout of 200 ms

        capture
            .Stop()
            .Where(packet => packet.Outgoing && packet.PayloadLength > 0)
            .Select(packet => packet.Sequence)
            .Distinct()
            .Count()
            .ShouldBe(expected);
    }

    [KernelFact]
    public void Sockets_outside_the_scope_are_untouched()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Segments(40)));

        using var pair = scene.Connect(new TcpPairOptions { ServerCgroup = scene.Cgroup });

        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(10u);
        TcpInfo.Read(pair.Server).CongestionWindow.ShouldBe(40u);
    }

    internal static TcpPairOptions Inside(KernelScene scene, AddressFamily family) =>
        new()
        {
            ClientCgroup = scene.Cgroup,
            ServerCgroup = scene.Cgroup,
            Family = family,
        };

    internal static ParameterValues Segments(int segments) => new([new("segments", segments)]);
}
