using System.Buffers.Binary;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>Says what applications may set of their TCP sockets themselves.</summary>
public sealed class SetsockoptGuardFeature : ITuningFeature
{
    private const string Buffers = "buffers";
    private const string BuffersLimit = "buffers-limit";
    private const string WindowClamp = "window-clamp";
    private const string WindowClampLimit = "window-clamp-limit";
    private const string CongestionControl = "congestion-control";
    private const string Allow = "allow";
    private const string Deny = "deny";
    private const int KiB = 1024;
    private const int GiB = 1024 * 1024 * KiB;

    private static readonly BpfObject Program = BpfObject.Embedded(
        typeof(SetsockoptGuardFeature).Assembly,
        "setsockopt_guard"
    );

    /// <inheritdoc/>
    public string Name => "setsockopt-guard";

    /// <inheritdoc/>
    public string Summary =>
        "limits to what applications may set on their TCP sockets: buffers, window clamp, congestion control";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        ParameterSpec.OneOf(
            Buffers,
            "Whether applications may set SO_SNDBUF, SO_RCVBUF and their FORCE variants; if denied, they get EPERM.",
            Allow,
            Deny
        ),
        new(
            BuffersLimit,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Applications that ask for a larger buffer get this size (the kernel doubles it, as always)."
        ),
        ParameterSpec.OneOf(
            WindowClamp,
            "Whether applications may set TCP_WINDOW_CLAMP; if denied, they get EPERM.",
            Allow,
            Deny
        ),
        new(
            WindowClampLimit,
            ParameterKind.Bytes,
            4 * KiB,
            GiB,
            "Applications that ask for a larger clamp get this value."
        ),
        ParameterSpec.OneOf(
            CongestionControl,
            "Whether applications may set TCP_CONGESTION; if denied, they get EPERM.",
            Allow,
            Deny
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new AttachedProgram(Program, Hook.SetSocketOption)])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values)
    {
        if (values.Numbers.Count == 0)
        {
            yield return $"give at least one of {string.Join(", ", Parameters.Select(parameter => parameter.Name))}";
        }

        foreach (var (choice, limit) in ((string, string)[])[(Buffers, BuffersLimit), (WindowClamp, WindowClampLimit)])
        {
            if (IsDenied(values, choice) && values.Number(limit) is not null)
            {
                yield return $"{choice} is denied, so {limit} has no effect";
            }
        }
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)(values.Number(BuffersLimit) ?? 0));
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], (uint)(values.Number(WindowClampLimit) ?? 0));
        block[8] = Flag(values, Buffers);
        block[9] = Flag(values, WindowClamp);
        block[10] = Flag(values, CongestionControl);
    }

    private static byte Flag(ParameterValues values, string choice) => IsDenied(values, choice) ? (byte)1 : (byte)0;

    private static bool IsDenied(ParameterValues values, string choice) => values.Number(choice) == 1;
}
