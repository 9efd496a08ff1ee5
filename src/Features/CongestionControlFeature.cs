using System.Text;
using NetEdit.Bpf;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Chooses the congestion control of connections by name.</summary>
public sealed class CongestionControlFeature : ITuningFeature
{
    private const string Algorithm = "algorithm";
    private const string Otherwise = "otherwise";
    private const int NameBytes = 16;

    private static readonly BpfObject Stage = BpfObject.Embedded(
        typeof(CongestionControlFeature).Assembly,
        "congestion_control"
    );
    private static readonly BpfObject Live = BpfObject.Embedded(
        typeof(CongestionControlFeature).Assembly,
        "congestion_control_live"
    );

    /// <inheritdoc/>
    public string Name => "congestion-control";

    /// <inheritdoc/>
    public string Summary => "a congestion control by name, with a second choice where the kernel lacks it";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new(
            Algorithm,
            ParameterKind.Text,
            1,
            NameBytes - 1,
            "Name of the algorithm, as in net.ipv4.tcp_available_congestion_control. Its module must "
                + "be loaded, because BPF programs cannot load modules.",
            Required: true
        ),
        new(
            Otherwise,
            ParameterKind.Text,
            1,
            NameBytes - 1,
            "Algorithm to use where the kernel lacks the first. Without it, the host's default stays, "
                + "and the connection is counted as failed."
        ),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<Knob> Knobs { get; } = [Knob.CongestionControl];

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [new("bpf", [], [new SockopsStage(Stage, SockopsOperations.Established) { Live = Live }])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values) =>
        from name in (string[])[Algorithm, Otherwise]
        let text = values.Text(name)
        where text is not null && !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        select $"{name} is not a valid algorithm name; use letters, digits, _ and -";

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        const string Deaf = "bbr"; // version 1, the one in Linux
        if (values.Text(Algorithm) == values.Text(Otherwise))
        {
            yield return $"{Otherwise} is the same as {Algorithm}: where the kernel lacks it, the host's default "
                + $"stays";
        }

        if (values.Text(Algorithm) == Deaf && beside.ContainsKey(EcnFeature.FeatureName))
        {
            yield return "bbr does not slow down for ECN marks: together with ecn, a queue that marks instead of "
                + "dropping fills up at the expense of other traffic";
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Review(ParameterValues values, HostFacts host)
    {
        var (first, second) = (values.Text(Algorithm)!, values.Text(Otherwise));
        if (host.CongestionControls.IsEmpty || host.CongestionControls.Contains(first))
        {
            yield break;
        }

        yield return second is not null && host.CongestionControls.Contains(second)
            ? $"the kernel has no {first} loaded, so {second} is used; modprobe tcp_{first} if the kernel has "
                + $"that module"
            : $"the kernel has no {first}{(second is null ? "" : $" and no {second}")} loaded, so the "
                + $"host's default stays; it has {string.Join(", ", host.CongestionControls)}";
    }

    /// <inheritdoc/>
    public IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket)
    {
        const string NeedsEcn = "dctcp";
        string[] names = [.. ((string?[])[values.Text(Algorithm), values.Text(Otherwise)]).OfType<string>()];
        var found = socket.Now.CongestionControl;

        // Where the peer did not agree on ECN, such an algorithm makes way for another by itself.
        yield return Expectation
            .That(
                $"congestion control {string.Join(" or ", names)}",
                $"congestion control {found}",
                names.Contains(found)
            )
            .InconclusiveIf(names.Any(name => name.Contains(NeedsEcn, StringComparison.Ordinal)));
    }

    /// <inheritdoc/>
    public void Encode(ParameterValues values, Span<byte> block)
    {
        Encoding.ASCII.GetBytes(values.Text(Algorithm)!, block);
        Encoding.ASCII.GetBytes(values.Text(Otherwise) ?? "", block[NameBytes..]);
    }
}
