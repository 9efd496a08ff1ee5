namespace NetEdit.Lab.Tests;

public sealed class SocketStatisticsTests
{
    [Fact]
    public void Reads_words_with_and_without_values()
    {
        var read = SocketStatistics.Parse(
            "ESTAB 0      0      10.77.1.1:40000 10.77.1.2:443 cgroup:/ne-a/b\t ts sack ecn ecnseen dctcp "
                + "wscale:7,8 rto:204 rtt:0.05/0.02 mss:1448 cwnd:40 "
                + "send 115840000bps lastsnd:4 pacing_rate 231680000bps delivery_rate 5bps delivered:1 "
                + "app_limited minrtt:0.04"
        );
        read.Local.ShouldBe("10.77.1.1:40000");
        read.Remote.ShouldBe("10.77.1.2:443");
        read.Algorithm.ShouldBe("dctcp");
        read.CongestionWindow.ShouldBe(40);
        read.WindowScale.ShouldBe((7, 8));
        read.Cgroup.ShouldBe("/ne-a/b");
        read.Flags.ShouldBe(["app_limited", "ecn", "ecnseen", "sack", "ts"]);
        read.Values["pacing_rate"].ShouldBe("231680000bps");
    }

    [Fact]
    public void A_line_without_details_is_no_fault()
    {
        var read = SocketStatistics.Parse("SYN-SENT 0 1 10.0.0.1:1 10.0.0.2:2");
        read.Algorithm.ShouldBe("");
        read.CongestionWindow.ShouldBe(0);
        read.WindowScale.ShouldBeNull();
        read.Cgroup.ShouldBeNull();
    }
}
