using System.Buffers.Binary;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Gives sockets buffers of a fixed size.</summary>
public sealed class SocketBuffersFeature : ITuningFeature
{
    private const string Send = "send";
    private const string Receive = "receive";
    private const int KiB = 1024;
    private const int GiB = 1024 * 1024 * KiB;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(SocketBuffersFeature).Assembly, "socket_buffers");

    /// <inheritdoc/>
    public string Name => "socket-buffers";

    /// <inheritdoc/>
    public string Summary => "send and receive buffers of a fixed size";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(Send, ParameterKind.Bytes, 4 * KiB, GiB, "Send buffer (SO_SNDBUF; the kernel doubles it for its own use), at most net.core.wmem_max. It ends autotuning of the send buffer; without it that goes on."),
        new(Receive, ParameterKind.Bytes, 4 * KiB, GiB, "Receive buffer (SO_RCVBUF; the kernel doubles it for its own use), at most net.core.rmem_max. It ends autotuning of the receive buffer; without it that goes on."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.SendBuffer.For(Send), Knob.ReceiveBuffer.For(Receive)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Connect | SockopsOperations.PassiveEstablished)]),
    ];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) => values.Numbers.Count == 0 ? [$"give at least one of {Send} and {Receive}"] : [];

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host) =>
        from buffer in ((string Name, string Limit)[])[(Send, "net.core.wmem_max"), (Receive, "net.core.rmem_max")]
        let bytes = values.Number(buffer.Name)
        where bytes is not null && host.Limits.TryGetValue(buffer.Limit, out var limit) && bytes > limit
        select string.Create(CultureInfo.InvariantCulture, $"the {buffer.Name} buffer of {bytes} bytes is capped to {host.Limits[buffer.Limit]} bytes by {buffer.Limit}; raise that sysctl to give the whole of it");

    /// <inheritdoc/>
    public IEnumerable<Promise> Promises(ParameterValues values, ExaminedSocket socket) =>
        from buffer in ((string Name, string Limit, uint Found)[])[(Send, "net.core.wmem_max", socket.Now.SendBufferBytes), (Receive, "net.core.rmem_max", socket.Now.ReceiveBufferBytes)]
        let bytes = values.Number(buffer.Name)
        where bytes is not null
        let promise = Whole.Buffer($"{buffer.Name} buffer", bytes.Value, buffer.Limit, buffer.Found, socket.Host)
        where promise is not null
        select promise;

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Send) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(values.Number(Receive) ?? 0));
    }
}
