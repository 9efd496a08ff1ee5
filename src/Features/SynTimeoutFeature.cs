using System.Buffers.Binary;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>How soon a lost SYN or SYN-ACK is sent again.</summary>
public sealed class SynTimeoutFeature : ITuningFeature
{
    private const string First = "first";
    private const int Millisecond = 1000;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(SynTimeoutFeature).Assembly, "syn_timeout");

    /// <inheritdoc/>
    public string Name => "syn-timeout";

    /// <inheritdoc/>
    public string Summary => "first timeout of SYN and SYN-ACK, for both ends of a connection";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(First, ParameterKind.Duration, 10 * Millisecond, 60_000 * Millisecond, "Time before the first SYN or SYN-ACK is sent again, in whole milliseconds; doubled each time. The kernel's own is 1 s (RFC 6298), its resolution a tick (1 to 10 ms) and one more.", Required: true),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.HandshakeTimeout];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } = [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.TimeoutInit)])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) => Whole.Units(values, Millisecond, "milliseconds", First);

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(First)!.Value / Millisecond));
}
