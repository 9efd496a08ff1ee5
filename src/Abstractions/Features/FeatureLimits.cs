namespace NetEdit.Features;

/// <summary>Limits of a feature's name and of the parameters that it passes to its programs.</summary>
public static class FeatureLimits
{
    /// <summary>
    /// Number of bytes for the parameters of one feature in one profile (<c>bpf/include/netedit/abi.h</c>).
    /// </summary>
    public const int ParameterBytes = 32;

    /// <summary>
    /// Maximum number of characters in the name of a feature. The programs' records in the kernel have room for 32 bytes
    /// with the terminating zero.
    /// </summary>
    public const int NameLength = 31;
}
