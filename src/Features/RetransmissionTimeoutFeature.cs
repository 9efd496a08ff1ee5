using System.Buffers.Binary;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Bounds of the retransmission timeout.</summary>
public sealed class RetransmissionTimeoutFeature : ITuningFeature
{
    private const string Minimum = "minimum";
    private const string Maximum = "maximum";
    private const int Millisecond = 1000;
    private const int Second = 1000 * Millisecond;
    private const int OwnRetries = 15; // net.ipv4.tcp_retries2

    /* Before the SYN: the first sample of the round-trip time makes the minimum part of the estimate, from which it goes by a quarter each round trip. */
    private const SockopsOperations Operations = SockopsOperations.Connect | SockopsOperations.PassiveEstablished;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(RetransmissionTimeoutFeature).Assembly, "rto");
    private static readonly BpfObject Live = BpfObject.Embedded(
        typeof(RetransmissionTimeoutFeature).Assembly,
        "rto_live"
    );
    private static readonly BpfObject StageWithoutMaximum = BpfObject.Embedded(
        typeof(RetransmissionTimeoutFeature).Assembly,
        "rto_no_maximum"
    );
    private static readonly BpfObject LiveWithoutMaximum = BpfObject.Embedded(
        typeof(RetransmissionTimeoutFeature).Assembly,
        "rto_live_no_maximum"
    );

    /// <inheritdoc/>
    public string Name => "rto";

    /// <inheritdoc/>
    public string Summary => "shortest and longest retransmission timeout";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Minimum,
            ParameterKind.Duration,
            Millisecond,
            200 * Millisecond,
            "Shortest timeout (TCP_BPF_RTO_MIN). The kernel's default of 200 ms is also its maximum; "
                + "the resolution is a tick (1 to 10 ms), and a value below two ticks is raised to that."
        ),
        new(
            Maximum,
            ParameterKind.Duration,
            Second,
            120 * Second,
            "Longest timeout, in whole milliseconds (TCP_RTO_MAX_MS, Linux 6.15). The kernel's default "
                + "is 120 s, and its minimum is 1 s."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.MinimumTimeout.For(Minimum), Knob.MaximumTimeout.For(Maximum)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [CapabilityNames.MaximumTimeout], [new SockopsStage(Stage, Operations) { Live = Live }]),
        new("no-maximum", [], [new SockopsStage(StageWithoutMaximum, Operations) { Live = LiveWithoutMaximum }])
        {
            Without = [Maximum],
        },
    ];

    /// <inheritdoc/>
    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values)
    {
        if (values.Number(Minimum) is { } minimum)
        {
            yield return new(Knob.MinimumTimeout, (int)minimum);
        }

        if (values.Number(Maximum) is { } maximum)
        {
            yield return new(Knob.MaximumTimeout, (int)(maximum / Millisecond));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        values.Numbers.Count == 0
            ? [$"give at least one of {Minimum} and {Maximum}"]
            : Whole.Units(values, Millisecond, "milliseconds", Maximum);

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        // Of Linux: TCP_ATO_MIN, 40 ms, and TCP_DELACK_MAX, 200 ms.
        const long ShortestAckDelay = 40 * Millisecond;
        const double ShortestGivingUp = 100;
        if (
            values.Number(Maximum) is { } maximum
            && GivesUpAfter(maximum, SysctlFeature.Given(beside, SysctlParameters.Retries) ?? OwnRetries)
                is var patience
            && patience < ShortestGivingUp
        )
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{Maximum} also shortens how long data may stay unacknowledged, to {patience:0} s: the "
                    + $"kernel counts {SysctlParameters.Retries} timeouts, none longer than this; RFC 1122 "
                    + $"4.2.3.5 asks for at least 100 s, and the kernel's default gives 924 s"
            );
        }

        if (values.Number(Minimum) is not { } minimum)
        {
            yield break;
        }

        if (
            beside.TryGetValue(DelayedAckFeature.FeatureName, out var delay)
            && delay.Number(DelayedAckFeature.Maximum) is { } longest
        )
        {
            if (longest >= minimum)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Minimum} is not above the {longest / (double)Millisecond} ms that delayed-ack "
                        + $"lets a peer with this policy wait, so data that has already arrived is sent again"
                );
            }
        }
        else if (minimum < ShortestAckDelay)
        {
            yield return $"{Minimum} is below 40 ms, the shortest delay of an acknowledgement on Linux (the longest "
                + $"is 200 ms), so data that has already arrived is sent again; delayed-ack in the same "
                + $"policy, at both ends, shortens the delay";
        }
    }

    /// <summary>Raises a minimum that the kernel refuses: it takes no less than two ticks (TCP_TIMEOUT_MIN).</summary>
    public ParameterValues Fit(ParameterValues values, HostFacts host) =>
        Raised(values, host) is { } raised
            ? new ParameterValues(
                values.Numbers.Select(number => number.Key == Minimum ? KeyValuePair.Create(Minimum, raised) : number)
            )
            : values;

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host) =>
        Raised(values, host) is { } raised
            ?
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Minimum} is raised to {raised / (double)Millisecond} ms, two ticks of this "
                        + $"kernel ({HostLimits.TicksPerSecond}={host.Limits[HostLimits.TicksPerSecond]}), "
                        + $"which is the minimum"
                ),
            ]
            : [];

    // Seconds until a peer that acknowledges nothing is given up (tcp_model_timeout): doubled from 200 ms on until they are the longest.
    private static double GivesUpAfter(long maximum, long retries)
    {
        const double Base = 0.2;
        var longest = maximum / (double)Second;
        var doublings = Math.Min(retries, (long)Math.Log2(longest / Base));
        return (((2L << (int)doublings) - 1) * Base) + ((retries - doublings) * longest);
    }

    // What takes the place of the minimum, microseconds; null when the kernel takes it.
    private static long? Raised(ParameterValues values, HostFacts host) =>
        values.Number(Minimum) is { } minimum
        && host.Limits.TryGetValue(HostLimits.TicksPerSecond, out var ticks)
        && minimum <= Second / ticks
            ? 2 * (Second / ticks)
            : null;

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        if (Fit(values, socket.Host).Number(Minimum) is { } minimum && socket.Now.RtoMinimumMilliseconds is { } least)
        {
            yield return InTicks("shortest timeout", minimum, least);
        }

        if (values.Number(Maximum) is { } maximum && socket.Now.RtoMaximumMilliseconds is { } most)
        {
            yield return InTicks("longest timeout", maximum, most);
        }
    }

    // The kernel rounds up to ticks, of 10 ms at most.
    private static Expectation InTicks(string what, long microseconds, double found)
    {
        const int LongestTick = 10;
        var expected = microseconds / (double)Millisecond;
        return Expectation.Exactly(what, expected, found, "ms") with
        {
            Result =
                found >= expected && found < expected + LongestTick
                    ? ExpectationResult.Confirmed
                    : ExpectationResult.Contradicted,
        };
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Minimum) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)((values.Number(Maximum) ?? 0) / Millisecond));
    }
}
