using System.Collections.Immutable;
using NetEdit.Features;

namespace NetEdit.PolicyEngine;

/// <summary>Parameters as the kernel side reads them.</summary>
internal static class ParameterBlock
{
    /// <summary>Has a feature write its values.</summary>
    public static ImmutableArray<byte> Of(ITuningFeature feature, ParameterValues values)
    {
        var block = new byte[FeatureLimits.ParameterBytes];
        feature.Encode(values, block);
        return [.. block];
    }
}
