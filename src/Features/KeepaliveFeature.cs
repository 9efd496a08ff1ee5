using System.Buffers.Binary;
using System.Globalization;
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

    // RFC 1122 4.2.3.5 (R2) and RFC 5482 3.1: data may stay unacknowledged for this long at least.
    private const long ShortestGivingUp = 100L * Second;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(KeepaliveFeature).Assembly, "keepalive");

    /// <inheritdoc/>
    public string Name => "keepalive";

    /// <inheritdoc/>
    public string Summary => "keepalive probes, and how long data may stay unacknowledged";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Idle,
            ParameterKind.Duration,
            Second,
            LongestProbe,
            "Silence before the first probe, in whole seconds (TCP_KEEPIDLE). Each of idle, interval "
                + "and count turns probes on (SO_KEEPALIVE). The kernel has the same bounds."
        ),
        new(
            Interval,
            ParameterKind.Duration,
            Second,
            LongestProbe,
            "Time between probes, in whole seconds (TCP_KEEPINTVL)."
        ),
        new(Count, ParameterKind.Count, 1, 127, "Unanswered probes after which the connection is reset (TCP_KEEPCNT)."),
        new(
            UserTimeout,
            ParameterKind.Duration,
            100 * Millisecond,
            86_400L * Second,
            "How long data may stay unacknowledged before the connection is reset, in whole "
                + "milliseconds (TCP_USER_TIMEOUT, RFC 5482); also how long the peer may keep its window "
                + "closed or, in place of count, stay silent."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } =
    [
        Knob.KeepaliveIdle.For(Idle),
        Knob.KeepaliveInterval.For(Interval),
        Knob.KeepaliveCount.For(Count),
        Knob.UserTimeout.For(UserTimeout),
        Knob.Keepalive.For(Idle),
        Knob.Keepalive.For(Interval),
        Knob.Keepalive.For(Count),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established)])];

    /// <inheritdoc/>
    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values)
    {
        if (values.Number(Idle) is { } idle)
        {
            yield return new(Knob.KeepaliveIdle, (int)(idle / Second));
        }

        if (values.Number(Interval) is { } interval)
        {
            yield return new(Knob.KeepaliveInterval, (int)(interval / Second));
        }

        if (values.Number(Count) is { } count)
        {
            yield return new(Knob.KeepaliveCount, (int)count);
        }

        if (values.Number(UserTimeout) is { } timeout)
        {
            yield return new(Knob.UserTimeout, (int)(timeout / Millisecond));
        }

        if ((values.Number(Idle) ?? values.Number(Interval) ?? values.Number(Count)) is not null)
        {
            yield return new(Knob.Keepalive, 1);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        values.Numbers.Count == 0
            ? [$"give at least one of {Idle}, {Interval}, {Count} and {UserTimeout}"]
            : Whole
                .Units(values, Second, "seconds", Idle, Interval)
                .Concat(Whole.Units(values, Millisecond, "milliseconds", UserTimeout));

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        if (values.Number(UserTimeout) is not { } timeout)
        {
            yield break;
        }

        if (timeout < ShortestGivingUp)
        {
            var seconds = timeout / (double)Second;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{UserTimeout} also ends a connection whose peer reads nothing for {seconds} s "
                    + $"although it answers every probe: the kernel counts from when the window closed, and "
                    + $"an answer does not restart the timer; RFC 5482 asks for at least 100 s"
            );
        }

        if (
            (values.Number(Idle), values.Number(Interval), values.Number(Count)) is ({ } idle, { } interval, { } count)
            && ProbesBefore(timeout, idle, interval) is var probes
            && probes != count
        )
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{UserTimeout} replaces {Count}: an idle peer is given up after {probes} unanswered "
                    + $"probes, not after {count}; {UserTimeout} of {Idle} + {Interval} × {Count} = "
                    + $"{(idle + (interval * count)) / Second}s gives both"
            );
        }
    }

    // The kernel looks when the next probe is due: silent for the timeout, and at least one unanswered (tcp_keepalive_timer).
    private static long ProbesBefore(long timeout, long idle, long interval) =>
        Math.Max(1, (timeout - idle + interval - 1) / interval);

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        var now = socket.Now;
        if (values.Number(Idle) is { } idle)
        {
            yield return Expectation.Exactly("keepalive idle", idle / Second, now.KeepAliveIdleSeconds, "s");
        }

        if (values.Number(Interval) is { } interval)
        {
            yield return Expectation.Exactly(
                "keepalive interval",
                interval / Second,
                now.KeepAliveIntervalSeconds,
                "s"
            );
        }

        if (values.Number(Count) is { } count)
        {
            yield return Expectation.Exactly("keepalive probes", count, now.KeepAliveProbes);
        }

        if (values.Number(UserTimeout) is { } timeout)
        {
            yield return Expectation.Exactly("user timeout", timeout / Millisecond, now.UserTimeoutMilliseconds, "ms");
        }

        if (values.Number(Idle) is not null || values.Number(Interval) is not null || values.Number(Count) is not null)
        {
            yield return Expectation.That(
                "keepalive on",
                now.KeepAlive ? "keepalive on" : "keepalive off",
                now.KeepAlive
            );
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
