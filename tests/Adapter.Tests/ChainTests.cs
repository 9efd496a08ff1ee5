using NetEdit.Features;
using NetEdit.KernelKit;
using NetEdit.Lab;
using NetEdit.State;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.Adapter.Tests;

[Collection(KernelCollection.Name)]
public sealed class ChainTests
{
    private static readonly InitialCwndFeature InitialCwnd = new();
    private static readonly ReceiveWindowFeature ReceiveWindow = new();
    private static readonly DctcpFeature Dctcp = new();

    [KernelFact]
    public void Tunes_both_ends_of_a_connection_in_the_scope()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));

        using var pair = scene.Connect();

        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        TcpInfo.Read(pair.Server).CongestionWindow.ShouldBe(40u);
    }

    [KernelFact]
    public void Three_features_compiled_apart_act_in_one_program()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty), (InitialCwnd, Segments(40)), (ReceiveWindow, new ParameterValues([new("initial", 14600)])));

        using var capture = PacketCapture.Start(scene.Network.Client, 4444);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup, ServerCgroup = scene.Cgroup, Port = 4444 });
        var packets = capture.Stop();

        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
        pair.Server.GetCongestionControl().ShouldBe("netedit_dctcp");
        packets.Single(packet => packet.IsSyn).Window.ShouldBe(14600);
    }

    private static ParameterValues Segments(int segments) => new([new("segments", segments)]);
}
