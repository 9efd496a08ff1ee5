using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>A feature made of data. It encodes its numbers in the order of its parameters, 8 bytes each.</summary>
internal sealed record TestFeature : ITuningFeature
{
    public required string Name { get; init; }

    public string Summary => $"The feature {Name}";

    public IReadOnlyList<ParameterSpec> Parameters { get; init; } = [];

    public IReadOnlyList<Knob> Knobs { get; init; } = [];

    public required IReadOnlyList<FeatureVariant> Variants { get; init; }

    public Func<ParameterValues, IEnumerable<string>> Validator { get; init; } = _ => [];

    public Func<ParameterValues, HostFacts, IEnumerable<string>> Reviewer { get; init; } = (_, _) => [];

    public Func<
        ParameterValues,
        IReadOnlyDictionary<string, ParameterValues>,
        IEnumerable<string>
    > Cautioner { get; init; } = (_, _) => [];

    public Func<ParameterValues, HostFacts, ParameterValues> Fitter { get; init; } = (values, _) => values;

    public Func<ParameterValues, IEnumerable<SysctlSetting>> Setter { get; init; } = _ => [];

    public Func<ParameterValues, IEnumerable<ListenerSetting>> Listener { get; init; } = _ => [];

    public IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values) => Listener(values);

    public void Encode(ParameterValues values, Span<byte> block)
    {
        for (var i = 0; i < Parameters.Count && i < 4; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(block[(8 * i)..], values.Number(Parameters[i].Name) ?? 0);
        }
    }

    public IEnumerable<string> Validate(ParameterValues values) => Validator(values);

    public IEnumerable<string> Review(ParameterValues values, HostFacts host) => Reviewer(values, host);

    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        Cautioner(values, beside);

    public ParameterValues Fit(ParameterValues values, HostFacts host) => Fitter(values, host);

    public IEnumerable<SysctlSetting> Settings(ParameterValues values) => Setter(values);

    /// <summary>A feature without programs that sets what its values are named after.</summary>
    public static TestFeature WithSysctls(string name, params string[] sysctls) =>
        new()
        {
            Name = name,
            Parameters =
            [
                .. sysctls.Select(sysctl => new ParameterSpec(sysctl, ParameterKind.Count, 0, 1000, "A sysctl.")),
            ],
            Variants = [new FeatureVariant("procfs", [], [])],
            Setter = values => values.Numbers.Select(number => new SysctlSetting(number.Key, $"{number.Value}")),
        };

    /// <summary>A feature with one variant that is only a stage.</summary>
    public static TestFeature WithStage(string name, params ParameterSpec[] parameters) =>
        new()
        {
            Name = name,
            Parameters = parameters,
            Variants = [new FeatureVariant("bpf", [], [Stage(name)])],
        };

    public static SockopsStage Stage(string code) => new(Object(code), SockopsOperations.Established);

    public static CongestionControl Control(string algorithm, string code) => new(Object(code), algorithm);

    /// <summary>A feature with one variant that attaches programs by themselves.</summary>
    public static TestFeature WithPrograms(string name, params AttachedProgram[] programs) =>
        new()
        {
            Name = name,
            Parameters = [new ParameterSpec("value", ParameterKind.Count, 0, 100, "A value.")],
            Variants = [new FeatureVariant("bpf", [], [.. programs])],
        };

    public static AttachedProgram Program(string code, Hook hook) => new(Object(code), hook);

    private static BpfObject Object(string code) => new(code, () => Encoding.UTF8.GetBytes(code));
}

/// <summary>A catalog of given features.</summary>
internal sealed class TestCatalog(params IEnumerable<ITuningFeature> features) : IFeatureCatalog
{
    private readonly ImmutableSortedDictionary<string, ITuningFeature> _features = features.ToImmutableSortedDictionary(
        feature => feature.Name,
        feature => feature,
        StringComparer.Ordinal
    );

    public IReadOnlyList<string> Names => [.. _features.Keys];

    public ITuningFeature? Find(string name) => _features.GetValueOrDefault(name);

    public TestCatalog With(params ITuningFeature[] more) => new(_features.Values.Concat(more));

    /// <summary>Features like the built-in ones, and some that are only here.</summary>
    public static TestCatalog Standard { get; } =
        new(
            TestFeature.WithStage(
                "initial-cwnd",
                new ParameterSpec(
                    "segments",
                    ParameterKind.Count,
                    1,
                    1000,
                    "Segments of the initial window.",
                    Required: true
                )
            ),
            new TestFeature
            {
                Name = "receive-window",
                Parameters =
                [
                    new ParameterSpec("initial", ParameterKind.Bytes, 1 << 10, 16 << 20, "The first window."),
                    new ParameterSpec("clamp", ParameterKind.Bytes, 1 << 10, 1 << 30, "The largest window."),
                    new ParameterSpec("buffer", ParameterKind.Bytes, 1 << 10, 1 << 30, "The receive buffer."),
                ],
                Variants =
                [
                    new FeatureVariant("bpf", [CapabilityNames.StructOpsKfunc], [TestFeature.Stage("rw")]),
                    new FeatureVariant("no-clamp", [], [TestFeature.Stage("rw-no-clamp")]),
                ],
                Validator = values =>
                    values.Number("initial") > values.Number("clamp") ? ["initial is above clamp"] : [],
                Reviewer = (values, host) =>
                    values.Number("buffer") > host.Limits.GetValueOrDefault("net.core.rmem_max", long.MaxValue)
                        ? ["buffer is capped by net.core.rmem_max"]
                        : [],
            },
            new TestFeature
            {
                Name = "dctcp",
                Variants =
                [
                    new FeatureVariant(
                        "kfunc",
                        [CapabilityNames.StructOpsKfunc],
                        [TestFeature.Stage("dctcp-stage"), TestFeature.Control("ne_dctcp", "dctcp-kfunc")]
                    ),
                    new FeatureVariant(
                        "portable",
                        [],
                        [TestFeature.Stage("dctcp-stage"), TestFeature.Control("ne_dctcp", "dctcp-portable")]
                    ),
                ],
            },
            TestFeature.WithStage(
                "pacing",
                new ParameterSpec("rate", ParameterKind.Rate, 1000, 400_000_000_000, "The rate."),
                new ParameterSpec("delay", ParameterKind.Duration, 1, 10_000_000, "A delay."),
                new ParameterSpec("interval", ParameterKind.Duration, 1_000, 2_000_000_000, "A longer delay."),
                new ParameterSpec("burst", ParameterKind.Count, 0, 64, "Segments at once."),
                new ParameterSpec("note", ParameterKind.Text, 0, 20, "A note.")
            ),
            new TestFeature
            {
                Name = "algorithm-only",
                Variants = [new FeatureVariant("bpf", [], [TestFeature.Control("ne_only", "only")])],
            }
        );
}
