using System.Buffers.Binary;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>When a silent peer is asked whether it lives, and when it is given up.</summary>
public sealed class KeepaliveFeature : ITuningFeature
{
    private const string Idle = "idle";
    private const string Interval = "interval";
    private const string Count = "count";
    private const string UserTimeout = "user-timeout";
    private const int Millisecond = 1000;
    private const int Second = 1000 * Millisecond;
    private const long LongestProbe = 32767L * Second;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(KeepaliveFeature).Assembly, "keepalive");

    /// <inheritdoc/>
    public string Name => "keepalive";

    /// <inheritdoc/>
    public string Summary => "keepalive probes, and how long data may stay unacknowledged";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(Idle, ParameterKind.Duration, Second, LongestProbe, "Silence before the first probe, in whole seconds (TCP_KEEPIDLE). It, interval and count turn probes on (SO_KEEPALIVE). The bounds are the kernel's."),
        new(Interval, ParameterKind.Duration, Second, LongestProbe, "Time between probes, in whole seconds (TCP_KEEPINTVL)."),
        new(Count, ParameterKind.Count, 1, 127, "Unanswered probes after which the connection is reset (TCP_KEEPCNT)."),
        new(UserTimeout, ParameterKind.Duration, 100 * Millisecond, 86_400L * Second, "How long data may stay unacknowledged before the connection is reset, in whole milliseconds (TCP_USER_TIMEOUT, RFC 5482)."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } =
    [
        Knob.KeepaliveIdle.For(Idle), Knob.KeepaliveInterval.For(Interval), Knob.KeepaliveCount.For(Count), Knob.UserTimeout.For(UserTimeout),
        Knob.Keepalive.For(Idle), Knob.Keepalive.For(Interval), Knob.Keepalive.For(Count),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } = [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established)])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) => values.Numbers.Count == 0
        ? [$"give at least one of {Idle}, {Interval}, {Count} and {UserTimeout}"]
        : Whole.Units(values, Second, "seconds", Idle, Interval).Concat(Whole.Units(values, Millisecond, "milliseconds", UserTimeout));

    /// <inheritdoc/>
    public IEnumerable<Promise> Promises(ParameterValues values, ExaminedSocket socket)
    {
        var now = socket.Now;
        if (values.Number(Idle) is { } idle)
        {
            yield return Promise.Exactly("keepalive idle", idle / Second, now.KeepAliveIdleSeconds, "s");
        }

        if (values.Number(Interval) is { } interval)
        {
            yield return Promise.Exactly("keepalive interval", interval / Second, now.KeepAliveIntervalSeconds, "s");
        }

        if (values.Number(Count) is { } count)
        {
            yield return Promise.Exactly("keepalive probes", count, now.KeepAliveProbes);
        }

        if (values.Number(UserTimeout) is { } timeout)
        {
            yield return Promise.Exactly("user timeout", timeout / Millisecond, now.UserTimeoutMilliseconds, "ms");
        }

        if (values.Number(Idle) is not null || values.Number(Interval) is not null || values.Number(Count) is not null)
        {
            yield return new Promise("keepalive on", now.KeepAlive ? "keepalive on" : "keepalive off", now.KeepAlive);
        }
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)((values.Number(Idle) ?? 0) / Second));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)((values.Number(Interval) ?? 0) / Second));
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)(values.Number(Count) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((values.Number(UserTimeout) ?? 0) / Millisecond));
    }
}
