using System.Collections.Immutable;
using NetEdit.Features;
using NetEdit.Policies;

namespace NetEdit.PolicyEngine;

/// <summary>What a host can do of a feature, for every policy alike.</summary>
/// <param name="Feature">The feature; null when it is not installed.</param>
/// <param name="Variant">The variant to use; null when there is none.</param>
/// <param name="State">Active, Degraded, or why there is none.</param>
/// <param name="Reasons">Why it is not Active; also why better variants were not chosen.</param>
internal sealed record VariantChoice(ITuningFeature? Feature, FeatureVariant? Variant, PolicyState State, ImmutableArray<Reason> Reasons);
