using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Bounds the segments of connections that this host opens.</summary>
public sealed class MssFeature : ITuningFeature
{
    private const string Bytes = "bytes";
    private const int LeastOfAll = 536;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(MssFeature).Assembly, "mss");

    /// <inheritdoc/>
    public string Name => "mss";

    /// <inheritdoc/>
    public string Summary => "largest segment of outbound connections, in both directions";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Bytes,
            ParameterKind.Bytes,
            88,
            32767,
            "Largest segment offered in the SYN and sent (TCP_MAXSEG), at most what the route's MTU allows. "
                + "The kernel has the same bounds.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.MaximumSegment];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [CapabilityNames.MaximumSegment], [new SockopsStage(Stage, SockopsOperations.Connect)])];

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        values.Number(Bytes) < LeastOfAll
            ?
            [
                $"{Bytes} is below 536, which every host accepts (RFC 9293 3.7.1): more of each packet "
                    + $"is header, and more packets carry the same data",
            ]
            : [];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        socket.Direction == Direction.Outbound
            ?
            [
                Expectation.AtMost(
                    "segment offered",
                    values.Number(Bytes)!.Value,
                    socket.Now.AdvertisedSegmentBytes,
                    "bytes"
                ),
            ]
            : [];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)values.Number(Bytes)!.Value);
}
