using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Gives sockets buffers of a fixed size.</summary>
public sealed class SocketBuffersFeature : ITuningFeature
{
    internal const string FeatureName = "socket-buffers";
    internal const string Send = "send";
    private const string Receive = "receive";
    private const int KiB = 1024;
    private const int GiB = 1024 * 1024 * KiB;

    private static readonly BufferLimit SendLimit = BufferLimit.Send(Send);
    private static readonly BufferLimit ReceiveLimit = BufferLimit.Receive(Receive);
    private static readonly BufferLimit[] Limits = [SendLimit, ReceiveLimit];
    private static readonly BpfObject Stage = BpfObject.Embedded(
        typeof(SocketBuffersFeature).Assembly,
        "socket_buffers"
    );

    /// <inheritdoc/>
    public string Name => FeatureName;

    /// <inheritdoc/>
    public string Summary => "send and receive buffers of a fixed size";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Send,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Send buffer (SO_SNDBUF; the kernel doubles it for its own use), at most "
                + "net.core.wmem_max. A larger value is capped to that, or left to autotuning where "
                + "autotuning gives more. It ends autotuning of the send buffer, which goes on without it."
        ),
        new(
            Receive,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Receive buffer (SO_RCVBUF; the kernel doubles it for its own use), at most "
                + "net.core.rmem_max, with the same rule for larger values. It ends autotuning of the "
                + "receive buffer, which goes on without it."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.SendBuffer.For(Send), Knob.ReceiveBuffer.For(Receive)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Connect | SockopsOperations.PassiveEstablished)])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        values.Numbers.Count == 0 ? [$"give at least one of {Send} and {Receive}"] : [];

    /// <inheritdoc/>
    public ParameterValues Fit(ParameterValues values, HostFacts host) =>
        values.Except([.. Limits.Where(limit => limit.IsWorseThanNone(values, host)).Select(limit => limit.Parameter)]);

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host) =>
        Limits.Select(limit => limit.Notice(values, host)).OfType<string>();

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) =>
        (
            (Expectation?[])
                [
                    SendLimit.Expect("send buffer", values, socket.Now.SendBufferBytes, socket.Host),
                    ReceiveLimit.Expect("receive buffer", values, socket.Now.ReceiveBufferBytes, socket.Host),
                ]
        ).OfType<Expectation>();

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Send) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(values.Number(Receive) ?? 0));
    }
}
