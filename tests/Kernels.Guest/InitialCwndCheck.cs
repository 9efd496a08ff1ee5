using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>The window at establishment, at both ends, as TCP_INFO gives it.</summary>
internal sealed class InitialCwndCheck : FeatureCheck
{
    public override string Feature => "initial-cwnd";

    public override string Tuning => "{ segments: 40 }";

    public override string? ChangedTuning => "{ segments: 25 }";

    public override void Check(Scene scene, string? variant, Values values)
    {
        var expected = values switch
        {
            Values.Policy => 40u,
            Values.Changed => 25u,
            _ => 10u,
        };
        using var pair = scene.Connect();
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(expected, "client");
        TcpInfo.Read(pair.Server).CongestionWindow.ShouldBe(expected, "server");
    }
}
