using System.Collections.Immutable;
using System.Text;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Data Center TCP (RFC 8257) as our own BPF congestion control, for connections whose peer agrees on ECN.</summary>
public sealed class DctcpFeature : ITuningFeature
{
    private const string Algorithm = "netedit_dctcp";

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(DctcpFeature).Assembly, "dctcp");
    private static readonly BpfObject Live = BpfObject.Embedded(typeof(DctcpFeature).Assembly, "dctcp_live");
    private static readonly BpfObject CongestionControl = BpfObject.Embedded(
        typeof(DctcpFeature).Assembly,
        "dctcp_algorithm"
    );
    private static readonly BpfObject CongestionControlWithoutFallback = BpfObject.Embedded(
        typeof(DctcpFeature).Assembly,
        "dctcp_algorithm_no_fallback"
    );

    /// <inheritdoc/>
    public string Name => "dctcp";

    /// <inheritdoc/>
    public string Summary =>
        "Data Center TCP (RFC 8257): ECN requested in the handshake, and the window reduced in "
        + "proportion to the share of marked packets";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters => [];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.CongestionControl, Knob.Ecn];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [CapabilityNames.SockopsTcpSock, CapabilityNames.StructOpsSetsockopt], Programs(CongestionControl)),
        new("no-fallback", [CapabilityNames.SockopsTcpSock], Programs(CongestionControlWithoutFallback)),
    ];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        [
            Expectation.That(
                $"congestion control {Algorithm}",
                $"congestion control {socket.Now.CongestionControl}",
                socket.Now.CongestionControl == Algorithm
            ),
        ];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) => Encoding.ASCII.GetBytes(Algorithm, block);

    private static ImmutableArray<HookProgram> Programs(BpfObject algorithm) =>
        [
            new SockopsStage(Stage, SockopsOperations.NeedsEcn | SockopsOperations.Established) { Live = Live },
            new CongestionControl(algorithm, Algorithm),
        ];
}
