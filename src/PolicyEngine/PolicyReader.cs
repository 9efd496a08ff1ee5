using NetEdit.Features;

namespace NetEdit.PolicyEngine;

/// <summary>Reads policies.</summary>
public static class PolicyReader
{
    /// <summary>Reads every <c>*.yaml</c> below a directory, or one file.</summary>
    public static PolicyReadResult ReadPath(string path, IFeatureCatalog catalog) => throw new NotSupportedException(path);

    /// <summary>Reads policies from memory.</summary>
    public static PolicyReadResult Read(IEnumerable<(string File, ReadOnlyMemory<byte> Content)> files, IFeatureCatalog catalog) => throw new NotSupportedException();
}
