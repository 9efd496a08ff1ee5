using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Whether connections look for another path when theirs loses packets.</summary>
public sealed class PathRehashFeature : ITuningFeature
{
    private const string OnTimeout = "on-timeout";
    private const int On = 0; // place of the word among the choices
    private const string FlowLabel = "flow-label";

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(PathRehashFeature).Assembly, "path_rehash");

    /// <inheritdoc/>
    public string Name => "path-rehash";

    /// <inheritdoc/>
    public string Summary => "another path after a retransmission timeout, through another hash and IPv6 flow label";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        ParameterSpec.OneOf(
            OnTimeout,
            "Whether a retransmission timeout chooses another hash, and so another path (SO_TXREHASH). "
                + "The kernel's default is net.core.txrehash.",
            "on",
            "off"
        ),
        ParameterSpec.OneOf(
            FlowLabel,
            "Whether IPv6 segments carry a flow label made of that hash (IPV6_AUTOFLOWLABEL). The "
                + "kernel's default is net.ipv6.auto_flowlabels.",
            "on",
            "off"
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } =
    [Knob.TransmitRehash.For(OnTimeout), Knob.AutomaticFlowLabel.For(FlowLabel)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [CapabilityNames.TransmitRehash],
            [new SockopsStage(Stage, SockopsOperations.Connect | SockopsOperations.PassiveEstablished)]
        ),
    ];

    /// <inheritdoc/>
    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values)
    {
        if (values.Number(OnTimeout) is { } rehash)
        {
            yield return new(Knob.TransmitRehash, rehash == On ? 1 : 0);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        values.Numbers.Count == 0 ? [$"give at least one of {OnTimeout} and {FlowLabel}"] : [];

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        // 0: as it is; otherwise the place of the word among the choices, from 1.
        block[0] = (byte)((values.Number(OnTimeout) ?? -1) + 1);
        block[1] = (byte)((values.Number(FlowLabel) ?? -1) + 1);
    }
}
