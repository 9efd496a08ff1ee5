using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>Explicit Congestion Notification (RFC 3168) for chosen peers, whatever the sysctl says.</summary>
public sealed class EcnFeature : ITuningFeature
{
    internal const string FeatureName = "ecn";

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(EcnFeature).Assembly, "ecn");

    /// <inheritdoc/>
    public string Name => FeatureName;

    /// <inheritdoc/>
    public string Summary =>
        "ECN (RFC 3168) requested and accepted in the handshake, whatever the value of net.ipv4.tcp_ecn";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.Ecn];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.NeedsEcn)])];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) { }
}
