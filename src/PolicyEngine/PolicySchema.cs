using NetEdit.Features;

namespace NetEdit.PolicyEngine;

/// <summary>The published JSON Schema of a policy.</summary>
public static class PolicySchema
{
    /// <summary>The schema (draft 2020-12) for the installed features, indented, ending in a newline.</summary>
    public static string Create(IFeatureCatalog catalog) => throw new NotSupportedException();
}
