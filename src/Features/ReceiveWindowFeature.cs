using System.Buffers.Binary;
using System.Globalization;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Sets what a peer may send at once: at the start, at most, and how much the socket can hold.</summary>
public sealed class ReceiveWindowFeature : ITuningFeature
{
    private const string Initial = "initial";
    private const string Clamp = "clamp";
    private const string ClampRate = "clamp-rate";
    private const string Buffer = "buffer";
    private const string BufferLimit = "net.core.rmem_max";
    private const SockopsOperations WithoutClamp = SockopsOperations.ReceiveWindowInit | SockopsOperations.Connect | SockopsOperations.Established;
    private const int BitsPerByte = 8;
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const int GiB = 1024 * MiB;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(ReceiveWindowFeature).Assembly, "receive_window");
    private static readonly BpfObject StageWithoutClamp = BpfObject.Embedded(typeof(ReceiveWindowFeature).Assembly, "receive_window_no_clamp");
    private static readonly BpfObject Live = BpfObject.Embedded(typeof(ReceiveWindowFeature).Assembly, "receive_window_live");

    /// <inheritdoc/>
    public string Name => "receive-window";

    /// <inheritdoc/>
    public string Summary => "initial receive window, its upper bound, and the receive buffer";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(Initial, ParameterKind.Bytes, 2 * KiB, 16 * MiB, "Window offered before any data came, rounded up to segments. A SYN carries at most 64 KiB of it (RFC 7323); the rest shows from the first acknowledgement on. It cannot exceed the buffer."),
        new(Clamp, ParameterKind.Bytes, 4 * KiB, GiB, "Upper bound of the window (TCP_WINDOW_CLAMP), kept up for the life of the connection although autotuning lifts it. 1 GiB is the largest window of RFC 7323."),
        new(ClampRate, ParameterKind.Rate, 1_000_000, 34_000_000_000, "A clamp that follows the connection's smoothed round-trip time: what this rate carries in one, at least 4 KiB and at most the clamp. Set anew when it is off by more than an eighth."),
        new(Buffer, ParameterKind.Bytes, 4 * KiB, GiB, "Receive buffer (SO_RCVBUF; the kernel doubles it for its own use), at most net.core.rmem_max. It ends autotuning for the socket."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } =
        [Knob.InitialReceiveWindow.For(Initial), Knob.InitialReceiveWindow.For(Clamp), Knob.ReceiveWindowClamp.For(Clamp), Knob.ReceiveWindowClamp.For(ClampRate), Knob.ReceiveBuffer.For(Buffer)];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new("bpf", [CapabilityNames.SockopsTcpSock, CapabilityNames.WindowClamp], [new SockopsStage(Stage, WithoutClamp | SockopsOperations.HeaderOptionLength) { Live = Live }]),
        new("no-clamp", [CapabilityNames.SockopsTcpSock], [new SockopsStage(StageWithoutClamp, WithoutClamp)]) { Without = [Clamp, ClampRate] },
    ];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values)
    {
        if (values.Numbers.Count == 0)
        {
            yield return $"give at least one of {Initial}, {Clamp}, {ClampRate} and {Buffer}";
        }

        if (values.Number(Initial) is { } initial && values.Number(Clamp) is { } clamp && initial > clamp)
        {
            yield return $"{Initial} is above {Clamp}, which bounds it";
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host)
    {
        if (values.Number(Buffer) is { } buffer && host.Limits.TryGetValue(BufferLimit, out var limit) && buffer > limit)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the receive buffer of {buffer} bytes is capped to {limit} bytes by {BufferLimit}; raise that sysctl to give the whole of it");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Promise> Promises(ParameterValues values, ExaminedSocket socket)
    {
        // Data lifts the clamp, until the next segment leaves. A rate alone gives one that moves.
        if (values.Number(Clamp) is { } clamp && Promise.AtMost("window clamp", clamp, socket.Now.WindowClampBytes, "bytes") is var bound && (bound.IsKept || socket.Now.ReceivedBytes == 0))
        {
            yield return bound;
        }

        if (values.Number(Buffer) is { } buffer && Whole.Buffer("receive buffer", buffer, BufferLimit, socket.Now.ReceiveBufferBytes, socket.Host) is { } size)
        {
            yield return size;
        }
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Initial) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(values.Number(Clamp) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)(values.Number(Buffer) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((values.Number(ClampRate) ?? 0) / BitsPerByte));
    }
}
