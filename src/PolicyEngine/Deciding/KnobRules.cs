using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;

namespace NetEdit.PolicyEngine;

/// <summary>What features set of one connection.</summary>
internal static class KnobRules
{
    /// <summary>What a feature sets with these values.</summary>
    public static ImmutableArray<Knob> Of(ITuningFeature feature, ParameterValues values) =>
        [.. feature.Knobs.Where(knob => knob.IsSetBy(values))];

    /// <summary>The first knob that both would set and only one may; null when they can meet.</summary>
    public static string? Clash(ImmutableArray<Knob> one, ImmutableArray<Knob> other)
    {
        foreach (var knob in one)
        {
            foreach (var same in other)
            {
                if (knob.Rule == KnobRule.One && string.Equals(knob.Name, same.Name, StringComparison.Ordinal))
                {
                    return knob.Name;
                }
            }
        }

        return null;
    }
}
