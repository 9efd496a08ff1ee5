using System.Buffers.Binary;
using System.Globalization;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>Sets the window a connection may send before the first acknowledgement.</summary>
public sealed class InitialCwndFeature : ITuningFeature
{
    internal const string FeatureName = "initial-cwnd";
    private const string Segments = "segments";

    // Of an Ethernet path with timestamps.
    private const int Segment = 1448;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(InitialCwndFeature).Assembly, "initial_cwnd");

    /// <inheritdoc/>
    public string Name => FeatureName;

    /// <inheritdoc/>
    public string Summary => "initial congestion window, for both ends of a connection";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Segments,
            ParameterKind.Count,
            1,
            1000,
            "Segments that may be sent before the first acknowledgement. The kernel's default is 10 "
                + "(RFC 6928); more than 1000 would send a burst of 1.4 MB, too large for any queue.",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.InitialWindow];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established)])];

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        var segments = values.Number(Segments)!.Value;
        if (segments == 1)
        {
            yield return "a single segment waits for an acknowledgement that the peer may delay, by 40 to 200 ms on "
                + "Linux; RFC 5681 begins with 2 to 4";
        }

        if (
            beside.TryGetValue(SocketBuffersFeature.FeatureName, out var buffers)
            && buffers.Number(SocketBuffersFeature.Send) is { } send
            && segments * Segment > send
        )
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the send buffer of the same policy holds {send / Segment} segments of {Segment} "
                    + $"bytes, so no more are sent at once"
            );
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        // Once anything was sent the window is the congestion control's, and one with a threshold may have been bounded or cut.
        return socket.Now is { SentBytes: 0, SlowStartThreshold: null }
            ?
            [
                Expectation.Exactly(
                    "congestion window",
                    values.Number(Segments)!.Value,
                    socket.Now.CongestionWindow,
                    "segments"
                ),
            ]
            : [];
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)values.Number(Segments)!.Value);
}
