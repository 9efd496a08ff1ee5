using System.Buffers.Binary;
using System.Globalization;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>How soon a lost SYN or SYN-ACK is sent again.</summary>
public sealed class SynTimeoutFeature : ITuningFeature
{
    private const string First = "first";
    private const string Retries = "net.ipv4.tcp_syn_retries";
    private const int Millisecond = 1000;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(SynTimeoutFeature).Assembly, "syn_timeout");

    /// <inheritdoc/>
    public string Name => "syn-timeout";

    /// <inheritdoc/>
    public string Summary => "first timeout of SYN and SYN-ACK, for both ends of a connection";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            First,
            ParameterKind.Duration,
            10 * Millisecond,
            60_000 * Millisecond,
            "Time before the first SYN or SYN-ACK is sent again, in whole milliseconds; doubled each "
                + "time. The kernel's default is 1 s (RFC 6298); it may wait up to two ticks longer (1 to 10 "
                + "ms each).",
            Required: true
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.HandshakeTimeout];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.TimeoutInit)])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        Whole.Units(values, Millisecond, "milliseconds", First);

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        // What the least patient of the common systems gives (Windows); Linux gives 127 s with its own second and 6 retries (ip-sysctl.rst).
        const double LeastPatience = 21;
        const int OwnRetries = 6;
        const int MostDoublings = 30;
        var retries = SysctlFeature.Given(beside, Retries) ?? OwnRetries;
        var patience =
            values.Number(First)!.Value
            / (1000.0 * Millisecond)
            * ((1L << (int)Math.Min(retries + 1, MostDoublings)) - 1);
        if (patience < LeastPatience)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"a peer that does not answer is given up after {patience:0.#} s: each wait is twice "
                    + $"the one before, and {Retries} allows {retries} retries; the kernel's default of 1 s "
                    + $"gives 127 s"
            );
        }
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(First)!.Value / Millisecond));
}
