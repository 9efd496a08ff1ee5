using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Marks what connections send with a DSCP (RFC 2474).</summary>
public sealed class DscpFeature : ITuningFeature
{
    private const string Value = "value";
    private const string Asked = "asked";

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(DscpFeature).Assembly, "dscp");

    /// <inheritdoc/>
    public string Name => "dscp";

    /// <inheritdoc/>
    public string Summary => "DSCP of sent packets (IPv4 type of service, IPv6 traffic class)";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Value,
            ParameterKind.Count,
            0,
            63,
            "The DSCP (RFC 2474), 6 bits. The two bits of ECN next to it are not changed.",
            Required: true
        ),
        new(
            Asked,
            ParameterKind.Count,
            0,
            63,
            "Limits the feature to connections whose application asked for this DSCP before it "
                + "connected or listened; 0 selects connections whose application asked for none."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.TypeOfService, Knob.TrafficClass];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [CapabilityNames.SockopsTcpSock],
            [new SockopsStage(Stage, SockopsOperations.Connect | SockopsOperations.PassiveEstablished)]
        ),
    ];

    /// <inheritdoc/>
    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values)
    {
        const int EcnBits = 2;

        // Which one the application asked for is a question to each listener.
        if (values.Number(Asked) is null && values.Number(Value) is { } value)
        {
            yield return new(Knob.TypeOfService, (int)value << EcnBits);
            yield return new(Knob.TrafficClass, (int)value << EcnBits);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        values.Number(Value) is 48 or 56
            ?
            [
                "48 and 56 (CS6, CS7) are for the network's own control (RFC 4594 3.2): networks drop or "
                    + "reset them, or let this traffic crowd out routing",
            ]
            : [];

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        const int EcnBits = 2;

        // Whether the application had asked for it is not to be seen any more.
        yield return Expectation
            .Exactly(
                "DSCP",
                values.Number(Value)!.Value,
                ((socket.IsIPv6 ? socket.Now.TrafficClass : socket.Now.TypeOfService) ?? 0) >> EcnBits
            )
            .InconclusiveIf(values.Number(Asked) is not null);
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        block[0] = (byte)values.Number(Value)!.Value;
        block[1] = values.Number(Asked) is null ? (byte)0 : (byte)1;
        block[2] = (byte)(values.Number(Asked) ?? 0);
    }
}
