using System.Buffers.Binary;
using System.Collections.Immutable;
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
    private const SockopsOperations WithoutClamp =
        SockopsOperations.ReceiveWindowInit | SockopsOperations.Connect | SockopsOperations.Established;
    private const int BitsPerByte = 8;
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const int GiB = 1024 * MiB;

    // The window of a SYN (RFC 7323), which kernels before 6.10 do not exceed at first.
    private const int SynWindow = 64 * KiB;

    private static readonly ImmutableSortedDictionary<string, long> SmallStart = ImmutableSortedDictionary.CreateRange([
        KeyValuePair.Create(Initial, (long)SynWindow),
    ]);
    private static readonly BufferLimit Limit = BufferLimit.Receive(Buffer);
    private static readonly BpfObject Stage = BpfObject.Embedded(
        typeof(ReceiveWindowFeature).Assembly,
        "receive_window"
    );
    private static readonly BpfObject StageWithoutClamp = BpfObject.Embedded(
        typeof(ReceiveWindowFeature).Assembly,
        "receive_window_no_clamp"
    );
    private static readonly BpfObject Live = BpfObject.Embedded(
        typeof(ReceiveWindowFeature).Assembly,
        "receive_window_live"
    );
    private static readonly SockopsStage WithClamp = new(Stage, WithoutClamp | SockopsOperations.HeaderOptionLength)
    {
        Live = Live,
    };

    /// <inheritdoc/>
    public string Name => "receive-window";

    /// <inheritdoc/>
    public string Summary => "initial receive window, its upper bound, and the receive buffer";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Initial,
            ParameterKind.Bytes,
            2 * KiB,
            16 * MiB,
            "Window offered before any data arrives, rounded up to segments. A SYN carries at most 64 "
                + "KiB of it (RFC 7323); the rest is offered from the first acknowledgement on, since Linux "
                + "6.10. It cannot exceed the buffer."
        ),
        new(
            Clamp,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Upper bound of the window (TCP_WINDOW_CLAMP), held for the life of the connection although "
                + "autotuning lifts it. 1 GiB is the largest window of RFC 7323."
        ),
        new(
            ClampRate,
            ParameterKind.Rate,
            1_000_000,
            34_000_000_000,
            "A clamp that follows the connection's smoothed round-trip time: the amount that this rate "
                + "carries in one round trip, at least 4 KiB and at most the clamp. It is set again when it "
                + "is off by more than an eighth."
        ),
        new(
            Buffer,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Receive buffer (SO_RCVBUF; the kernel doubles it for its own use), at most "
                + "net.core.rmem_max. A larger value is capped to that, or left to autotuning where "
                + "autotuning gives more. It ends autotuning of the receive buffer."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } =
    [
        Knob.InitialReceiveWindow.For(Initial),
        Knob.InitialReceiveWindow.For(Clamp),
        Knob.ReceiveWindowClamp.For(Clamp),
        Knob.ReceiveWindowClamp.For(ClampRate),
        Knob.ReceiveBuffer.For(Buffer),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [CapabilityNames.SockopsTcpSock, CapabilityNames.WindowClamp, CapabilityNames.LargeInitialWindow],
            [WithClamp]
        ),
        new("small-start", [CapabilityNames.SockopsTcpSock, CapabilityNames.WindowClamp], [WithClamp])
        {
            AtMost = SmallStart,
        },
        new("no-clamp", [CapabilityNames.SockopsTcpSock], [new SockopsStage(StageWithoutClamp, WithoutClamp)])
        {
            Without = [Clamp, ClampRate],
            AtMost = SmallStart,
        },
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
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        if (values.Number(Buffer) is not { } buffer)
        {
            yield break;
        }

        if (values.Number(Initial) > buffer)
        {
            yield return $"{Initial} is above {Buffer}, which bounds every window: the first one is that of {Buffer}";
        }

        if (values.Number(Clamp) > buffer)
        {
            yield return $"{Clamp} is above {Buffer}, which bounds every window, so it has no effect";
        }
    }

    /// <inheritdoc/>
    public ParameterValues Fit(ParameterValues values, HostFacts host) =>
        Limit.IsWorseThanNone(values, host) ? values.Except(Buffer) : values;

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host)
    {
        if (Limit.Notice(values, host) is { } lost)
        {
            yield return lost;
        }

        // Half of a buffer is for the kernel's own use, before a socket knows its packets (tcp_win_from_space).
        if (
            values.Number(Initial) is { } initial
            && !(initial > values.Number(Buffer))
            && First(Fit(values, host), host) is { } room
            && initial > room
        )
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{Initial} of {initial} bytes is cut to {room}, because the receive buffer has no room "
                    + $"for more at first; give a {Buffer} of {initial}, or raise the second number of "
                    + $"net.ipv4.tcp_rmem to {2 * initial}"
            );
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        // Data lifts the clamp, until the next segment leaves. A rate alone gives one that moves.
        if (values.Number(Clamp) is { } clamp)
        {
            yield return Expectation
                .AtMost("window clamp", clamp, socket.Now.WindowClampBytes, "bytes")
                .InconclusiveIf(socket.Now.ReceivedBytes > 0);
        }

        if (Limit.Expect("receive buffer", values, socket.Now.ReceiveBufferBytes, socket.Host) is { } size)
        {
            yield return size;
        }
    }

    // Bytes of window that a socket has room for before autotuning; null when that is not known.
    private static long? First(ParameterValues values, HostFacts host) =>
        values.Number(Buffer) is { } buffer
            ? Math.Min(buffer, host.Limits.GetValueOrDefault(HostLimits.ReceiveBuffer, long.MaxValue))
        : host.Limits.TryGetValue(HostLimits.FirstReceiveBuffer, out var first) ? first / 2
        : null;

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(Initial) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(values.Number(Clamp) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], (uint)(values.Number(Buffer) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((values.Number(ClampRate) ?? 0) / BitsPerByte));
    }
}
