namespace NetEdit.Features;

/// <summary>Bounds of what a feature may be called and how much it may tell its programs.</summary>
public static class FeatureLimits
{
    /// <summary>Bytes of parameters per feature and profile (<c>bpf/include/netedit/abi.h</c>).</summary>
    public const int ParameterBytes = 32;

    /// <summary>Characters of a feature's name.</summary>
    public const int NameLength = 32;
}
