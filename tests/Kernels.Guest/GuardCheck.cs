using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>What an application gets that asks for a buffer and a clamp.</summary>
internal sealed class GuardCheck : FeatureCheck
{
    private const int KiB = 1024;

    public override string Feature => "setsockopt-guard";

    public override string Tuning => "{ buffers-limit: 20KiB, window-clamp: deny, congestion-control: deny }";

    public override string? ChangedTuning => "{ buffers: deny, window-clamp-limit: 10KiB, congestion-control: allow }";

    public override void Check(Scene scene, string? variant, Values values)
    {
        var (buffer, clamp, algorithm) = values switch
        {
            Values.Policy => ("40960", "AccessDenied", "AccessDenied"),
            Values.Changed => ("AccessDenied", "10240", "reno"),
            _ => ("102400", "20480", "reno"),
        };
        Guarded.SendBuffer(scene, 50 * KiB).ShouldBe(buffer, "send buffer");
        Guarded.Clamp(scene, 20 * KiB).ShouldBe(clamp, "window clamp");
        Guarded.Algorithm(scene, "reno").ShouldBe(algorithm, "congestion control");
    }
}
