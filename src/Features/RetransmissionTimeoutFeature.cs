using System.Buffers.Binary;
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

    /* Before the SYN: the first sample of the round-trip time makes the minimum part of the estimate, from which it goes by a quarter each round trip. */
    private const SockopsOperations Operations = SockopsOperations.Connect | SockopsOperations.PassiveEstablished;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(RetransmissionTimeoutFeature).Assembly, "rto");
    private static readonly BpfObject Live = BpfObject.Embedded(typeof(RetransmissionTimeoutFeature).Assembly, "rto_live");
    private static readonly BpfObject StageWithoutMaximum = BpfObject.Embedded(typeof(RetransmissionTimeoutFeature).Assembly, "rto_no_maximum");
    private static readonly BpfObject LiveWithoutMaximum = BpfObject.Embedded(typeof(RetransmissionTimeoutFeature).Assembly, "rto_live_no_maximum");

    /// <inheritdoc/>
    public string Name => "rto";

    /// <inheritdoc/>
    public string Summary => "shortest and longest retransmission timeout";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(Minimum, ParameterKind.Duration, Millisecond, 200 * Millisecond, "Shortest timeout (TCP_BPF_RTO_MIN). The kernel's own is 200 ms, and it refuses a longer one; its resolution is a tick (1 to 10 ms)."),
        new(Maximum, ParameterKind.Duration, Second, 120 * Second, "Longest timeout, in whole milliseconds (TCP_RTO_MAX_MS, Linux 6.15). The kernel's own is 120 s; it takes none below 1 s."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.MinimumTimeout.For(Minimum), Knob.MaximumTimeout.For(Maximum)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [CapabilityNames.MaximumTimeout], [new SockopsStage(Stage, Operations) { Live = Live }]),
        new("no-maximum", [], [new SockopsStage(StageWithoutMaximum, Operations) { Live = LiveWithoutMaximum }]) { Without = [Maximum] },
    ];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        values.Numbers.Count == 0 ? [$"give at least one of {Minimum} and {Maximum}"] : Whole.Units(values, Millisecond, "milliseconds", Maximum);

    /// <inheritdoc/>
    public IEnumerable<Promise> Promises(ParameterValues values, ExaminedSocket socket)
    {
        if (values.Number(Minimum) is { } minimum && socket.Now.RtoMinimumMilliseconds is { } least)
        {
            yield return InTicks("shortest timeout", minimum, least);
        }

        if (values.Number(Maximum) is { } maximum && socket.Now.RtoMaximumMilliseconds is { } most)
        {
            yield return InTicks("longest timeout", maximum, most);
        }
    }

    // The kernel rounds up to ticks, of 10 ms at most.
    private static Promise InTicks(string what, long microseconds, double found)
    {
        const int LongestTick = 10;
        var promised = microseconds / (double)Millisecond;
        return Promise.Exactly(what, promised, found, "ms") with { IsKept = found >= promised && found < promised + LongestTick };
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Minimum) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)((values.Number(Maximum) ?? 0) / Millisecond));
    }
}
