using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>How long an acknowledgement may be delayed, told to the peer.</summary>
public sealed class DelayedAckFeature : ITuningFeature
{
    internal const string FeatureName = "delayed-ack";
    internal const string Maximum = "maximum";

    private const int Millisecond = 1000;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(DelayedAckFeature).Assembly, "delayed_ack");

    /// <inheritdoc/>
    public string Name => FeatureName;

    /// <inheritdoc/>
    public string Summary =>
        "longest delay of an acknowledgement, announced to the peer in a TCP option so that the peer "
        + "waits no longer for one";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Maximum,
            ParameterKind.Duration,
            2 * Millisecond,
            200 * Millisecond,
            "Longest delay of an acknowledgement (TCP_BPF_DELACK_MAX). The kernel's default of 200 ms "
                + "is also its maximum; a value below two ticks (2 to 20 ms) is raised to that.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.MaximumAckDelay, Knob.MinimumTimeout];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [CapabilityNames.SockopsTcpSock],
            [
                new SockopsStage(
                    Stage,
                    SockopsOperations.Established
                        | SockopsOperations.HeaderOptionParsing
                        | SockopsOperations.HeaderOptionLength
                        | SockopsOperations.HeaderOptionWriting
                ),
            ]
        ),
    ];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)values.Number(Maximum)!.Value);
}
