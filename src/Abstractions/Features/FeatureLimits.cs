namespace NetEdit.Features;

/// <summary>Sizes shared by the kernel side (<c>bpf/include/netedit/abi.h</c>) and this side.</summary>
public static class FeatureLimits
{
    /// <summary>Bytes of parameters per feature and profile.</summary>
    public const int ParameterBytes = 32;

    /// <summary>Stages in one chain: the features one scope can have at a hookpoint.</summary>
    public const int Stages = 16;

    /// <summary>Characters of a feature's name.</summary>
    public const int NameLength = 32;
}
