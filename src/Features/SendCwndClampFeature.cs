using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Bounds what a connection may have in flight.</summary>
public sealed class SendCwndClampFeature : ITuningFeature
{
    private const string Segments = "segments";
    private const int FewForRepair = 4;

    private static readonly BpfObject Stage = BpfObject.Embedded(
        typeof(SendCwndClampFeature).Assembly,
        "send_cwnd_clamp"
    );
    private static readonly BpfObject Live = BpfObject.Embedded(
        typeof(SendCwndClampFeature).Assembly,
        "send_cwnd_clamp_live"
    );

    /// <inheritdoc/>
    public string Name => "send-cwnd-clamp";

    /// <inheritdoc/>
    public string Summary => "upper bound of the congestion window, also of the initial one";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Segments,
            ParameterKind.Count,
            2,
            1_000_000,
            "Maximum number of segments in flight (TCP_BPF_SNDCWND_CLAMP, which also ends slow start "
                + "there). Below 2, loss is found by timeout alone; 1,000,000 segments of 1448 bytes exceed "
                + "the largest window of RFC 7323.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.SendWindowClamp, Knob.InitialWindow];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [CapabilityNames.SockopsTcpSock],
            [new SockopsStage(Stage, SockopsOperations.Established) { Live = Live }]
        ),
    ];

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        values.Number(Segments) < FewForRepair
            ?
            [
                "with fewer than 4 segments in flight a loss has fewer than 3 duplicate acknowledgements "
                    + "(RFC 5681): it is repaired by a probe or a timeout, a round trip or more later",
            ]
            : [];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        [
            Expectation.Exactly(
                "bound of the congestion window",
                values.Number(Segments)!.Value,
                socket.Now.CongestionWindowClamp,
                "segments"
            ),
        ];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)values.Number(Segments)!.Value);
}
