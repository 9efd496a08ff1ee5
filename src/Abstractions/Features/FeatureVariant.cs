using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.Features;

/// <summary>One build or configuration of a feature's programs.</summary>
/// <param name="Name">Short name, unique within the feature, such as <c>bpf</c> or <c>no-kfuncs</c>.</param>
/// <param name="Requires">
/// The capabilities (<see cref="Host.CapabilityNames"/>) that the variant needs in addition to the capabilities of its
/// hookpoints.
/// </param>
/// <param name="Programs">
/// The programs. At most one of them is a <see cref="SockopsStage"/>. A feature that only sets sysctls has none.
/// </param>
public sealed record FeatureVariant(string Name, ImmutableArray<string> Requires, ImmutableArray<HookProgram> Programs)
{
    /// <summary>
    /// Parameters that this variant cannot give. A policy that sets none of them loses nothing with this variant.
    /// </summary>
    public ImmutableArray<string> Without { get; init; } = [];

    /// <summary>
    /// Parameters that this variant gives only up to a maximum, in the base unit of their kind. A policy that asks for
    /// no more than the maximum loses nothing with this variant.
    /// </summary>
    public ImmutableSortedDictionary<string, long> AtMost { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The stage in the sockops chain, or null if the variant has none.</summary>
    public SockopsStage? Stage => Programs.OfType<SockopsStage>().SingleOrDefault();

    /// <summary>The congestion controls that this variant registers.</summary>
    public IEnumerable<CongestionControl> CongestionControls => Programs.OfType<CongestionControl>();

    /// <summary>The standalone programs of this variant.</summary>
    public IEnumerable<AttachedProgram> Attached => Programs.OfType<AttachedProgram>();

    /// <summary>All capabilities that the variant and its hookpoints need, each listed once.</summary>
    public IEnumerable<string> AllRequirements =>
        Requires.Concat(Programs.SelectMany(program => program.Requires)).Distinct(StringComparer.Ordinal);
}
