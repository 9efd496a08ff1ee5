using System.Buffers.Binary;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>Bounds how fast a connection sends.</summary>
public sealed class PacingFeature : ITuningFeature
{
    private const string Rate = "rate";
    private const int BitsPerByte = 8;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(PacingFeature).Assembly, "pacing");
    private static readonly BpfObject Live = BpfObject.Embedded(typeof(PacingFeature).Assembly, "pacing_live");

    /// <inheritdoc/>
    public string Name => "pacing";

    /// <inheritdoc/>
    public string Summary => "a maximum sending rate, with packets spread over time";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Rate,
            ParameterKind.Rate,
            64_000,
            34_000_000_000,
            "Maximum sending rate (SO_MAX_PACING_RATE), headers included. Programs pass it to the "
                + "kernel as 32 bits of bytes per second, at most 34.4 Gbit.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.PacingRate];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established) { Live = Live }])];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        [
            Expectation.Exactly(
                "pacing rate",
                values.Number(Rate)!.Value / BitsPerByte * BitsPerByte,
                socket.Now.MaximumPacingBitsPerSecond,
                "bit/s"
            ),
        ];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Rate)!.Value / BitsPerByte));
}
