using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>One build or configuration of a feature's programs.</summary>
/// <param name="Name">Short name, unique within the feature: <c>bpf</c>, <c>no-kfuncs</c>.</param>
/// <param name="Requires">Capabilities (<see cref="Host.CapabilityNames"/>) the variant needs beyond those of its hookpoints.</param>
/// <param name="Programs">The programs, at most one of them a <see cref="SockopsStage"/>; none where the feature only sets sysctls.</param>
public sealed record FeatureVariant(string Name, ImmutableArray<string> Requires, ImmutableArray<HookProgram> Programs)
{
    /// <summary>Parameters this variant cannot give. A policy that gives none of them loses nothing by it.</summary>
    public ImmutableArray<string> Without { get; init; } = [];

    /// <summary>Parameters this variant gives only up to a value, in the base unit of their kind. A policy that asks for no more loses nothing by it.</summary>
    public ImmutableSortedDictionary<string, long> AtMost { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The stage in the sockops chain, or null when the feature has none.</summary>
    public SockopsStage? Stage => Programs.OfType<SockopsStage>().SingleOrDefault();

    /// <summary>The congestion controls this variant registers.</summary>
    public IEnumerable<CongestionControl> CongestionControls => Programs.OfType<CongestionControl>();

    /// <summary>The programs this variant attaches by themselves.</summary>
    public IEnumerable<AttachedProgram> Attached => Programs.OfType<AttachedProgram>();

    /// <summary>Every capability the variant needs, its hookpoints' included, each once.</summary>
    public IEnumerable<string> AllRequirements =>
        Requires.Concat(Programs.SelectMany(program => program.Requires)).Distinct(StringComparer.Ordinal);
}
