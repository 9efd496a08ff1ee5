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
    public string Summary => "DSCP of what is sent: IPv4 type of service and IPv6 traffic class";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(Value, ParameterKind.Count, 0, 63, "The DSCP (RFC 2474), 6 bits. ECN's two bits beside it are left alone.", Required: true),
        new(Asked, ParameterKind.Count, 0, 63, "Only connections whose application asked for this DSCP before it connected or listened; 0 are those that asked for none."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.TypeOfService, Knob.TrafficClass];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [CapabilityNames.SockopsTcpSock], [new SockopsStage(Stage, SockopsOperations.Connect | SockopsOperations.PassiveEstablished)]),
    ];

    /// <inheritdoc/>
    public IEnumerable<Promise> Promises(ParameterValues values, ExaminedSocket socket)
    {
        const int EcnBits = 2;
        var promise = Promise.Exactly("DSCP", values.Number(Value)!.Value, ((socket.IsIPv6 ? socket.Now.TrafficClass : socket.Now.TypeOfService) ?? 0) >> EcnBits);

        // Whether the application had asked for it is not to be seen any more.
        return promise.IsKept || values.Number(Asked) is null ? [promise] : [];
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        block[0] = (byte)values.Number(Value)!.Value;
        block[1] = values.Number(Asked) is null ? (byte)0 : (byte)1;
        block[2] = (byte)(values.Number(Asked) ?? 0);
    }
}
