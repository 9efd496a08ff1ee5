using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

internal sealed record FeatureInfo(
    string Name,
    string Summary,
    ImmutableArray<VariantInfo> Variants,
    ImmutableArray<ParameterInfo> Parameters
);

/// <summary>A variant; <paramref name="Supported"/> is null when the host could not be asked.</summary>
internal sealed record VariantInfo(
    string Name,
    bool? Supported,
    ImmutableArray<string> Requires,
    ImmutableArray<string> Missing
);

internal sealed record ParameterInfo(
    string Name,
    string Kind,
    string Minimum,
    string Maximum,
    bool Required,
    string Description
);

internal sealed record FeaturesReport(ImmutableArray<FeatureInfo> Features, ImmutableArray<string> Problems);
