using System.Buffers.Binary;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>Bounds what waits unsent in a socket.</summary>
public sealed class UnsentLowWaterFeature : ITuningFeature
{
    private const string Bytes = "bytes";

    private static readonly BpfObject Stage = BpfObject.Embedded(
        typeof(UnsentLowWaterFeature).Assembly,
        "unsent_low_water"
    );

    /// <inheritdoc/>
    public string Name => "unsent-low-water";

    /// <inheritdoc/>
    public string Summary => "a limit of unsent bytes above which a socket is not writable";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Bytes,
            ParameterKind.Bytes,
            1024,
            1 << 30,
            "A socket is writable while fewer bytes than this wait unsent (TCP_NOTSENT_LOWAT), so that "
                + "an application decides late what it sends. Below 1 KiB it would be woken for each segment.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.UnsentLowWater];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established)])];

    /// <inheritdoc/>
    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values) =>
        [new(Knob.UnsentLowWater, (int)values.Number(Bytes)!.Value)];

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        beside.TryGetValue(SocketBuffersFeature.FeatureName, out var buffers)
        && values.Number(Bytes) >= buffers.Number(SocketBuffersFeature.Send)
            ? [$"{Bytes} is not below the send buffer of the same policy, which fills up first, so it has no effect"]
            : [];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        [Expectation.Exactly("unsent low water", values.Number(Bytes)!.Value, socket.Now.UnsentLowWaterBytes, "bytes")];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)values.Number(Bytes)!.Value);
}
