using System.Globalization;

namespace NetEdit.Lab.Tests;

[Collection<KernelCollection>]
public sealed class TcpInfoTests : IDisposable
{
    private readonly ResidueGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [KernelFact]
    public void Agrees_with_ss()
    {
        using var network = LabNetwork.Create();
        using var pair = TcpPair.Open(
            network,
            new TcpPairOptions { ClientSetup = s => s.SetCongestionControl("reno") }
        );
        pair.SendToServer(500_000);
        Thread.Sleep(50);
        var info = TcpInfo.Read(pair.Client);
        var ss = SocketStatistics.Read(network.Client, pair.ClientPort, pair.ServerPort).ShouldHaveSingleItem();

        ss.Algorithm.ShouldBe("reno");
        pair.Client.GetCongestionControl().ShouldBe("reno");
        info.State.ShouldBe(TcpConnectionState.Established);
        info.Options.ShouldBe(TcpAgreedOptions.Timestamps | TcpAgreedOptions.Sack | TcpAgreedOptions.WindowScale);
        ss.CongestionWindow.ShouldBe((int)info.CongestionWindow, ss.Text);
        ss.WindowScale.ShouldBe((info.SendWindowScale, info.ReceiveWindowScale), ss.Text);
        Number(ss, "mss").ShouldBe(info.SendMss);
        Number(ss, "advmss").ShouldBe(info.AdvertisedMss);
        Number(ss, "pmtu").ShouldBe(info.PathMtu);
        Number(ss, "rcv_space").ShouldBe(info.ReceiveSpace);
        Number(ss, "rcv_ssthresh").ShouldBe(info.ReceiveSlowStartThreshold);
        Number(ss, "bytes_acked").ShouldBe(info.BytesAcknowledged);
        Number(ss, "bytes_sent").ShouldBe(info.BytesSent);
        Number(ss, "data_segs_out").ShouldBe(info.DataSegmentsSent);
        Number(ss, "delivered").ShouldBe(info.Delivered);
        Number(ss, "rto").ShouldBe(info.RetransmissionTimeout.TotalMilliseconds, 0.5);
        double.Parse(ss.Values["minrtt"], CultureInfo.InvariantCulture)
            .ShouldBe(info.MinimumRoundTripTime.TotalMilliseconds, 0.01);
        info.TotalRetransmits.ShouldBe(0u);
        info.DeliveredMarked.ShouldBe(0u);
    }

    [KernelFact]
    public void The_windows_of_both_ends_agree()
    {
        using var network = LabNetwork.Create();
        using var pair = TcpPair.Open(
            network,
            new TcpPairOptions { ServerSetup = s => s.SetKernelOption(TcpSocketOptions.SocketLevel, 8, 50_000) }
        );
        pair.SendToServer(1000);
        Thread.Sleep(100);
        pair.Server.GetReceiveBuffer().ShouldBe(100_000);
        var server = TcpInfo.Read(pair.Server);
        if (server.ReceiveWindow is { } window)
        {
            ((double)TcpInfo.Read(pair.Client).SendWindow).ShouldBe(window, 1 << server.ReceiveWindowScale);
        }

        pair.Server.SetKernelOption(TcpSocketOptions.TcpLevel, 10, 20_000);
        pair.Server.GetWindowClamp().ShouldBe(20_000);
    }

    private static double Number(SocketStatistics statistics, string key) =>
        double.Parse(statistics.Values[key], CultureInfo.InvariantCulture);
}
