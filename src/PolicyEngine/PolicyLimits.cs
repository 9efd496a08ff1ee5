namespace NetEdit.PolicyEngine;

/// <summary>Bounds on what is read and decided, so that no input exhausts a host.</summary>
public static class PolicyLimits
{
    /// <summary>Bytes of one file.</summary>
    public const int FileBytes = 1 << 20;

    /// <summary>Bytes of all files together.</summary>
    public const int SetBytes = 16 << 20;

    /// <summary>Files of a set.</summary>
    public const int Files = 4096;

    /// <summary>Policies of a set.</summary>
    public const int Policies = 10_000;

    /// <summary>Levels of nesting in a file.</summary>
    public const int Depth = 64;

    /// <summary>Errors listed of one file.</summary>
    public const int ErrorsPerFile = 200;

    /// <summary>Characters of a policy's name.</summary>
    public const int NameLength = 63;

    /// <summary>Characters of a label's key or value.</summary>
    public const int LabelLength = 256;

    /// <summary>Containers of one policy; each costs a chain of its own.</summary>
    public const int Containers = 256;

    /// <summary>Interfaces a policy names.</summary>
    public const int Interfaces = 64;

    /// <summary>Characters of an interface's name (<c>IFNAMSIZ</c> without the zero).</summary>
    public const int InterfaceNameLength = 15;

    /// <summary>Users in a list.</summary>
    public const int Users = 64;

    /// <summary>Largest number of a user: the one above stands for none.</summary>
    public const uint UserNumber = uint.MaxValue - 1;

    /// <summary>Largest priority; the smallest is its negative.</summary>
    public const int Priority = 1_000_000;

    /// <summary>A share of all, in hundredths of a percent.</summary>
    public const int WholeShare = 10_000;

    /// <summary>Rules by prefix in the kernel, all chains together.</summary>
    public const int Rules = 65_536;

    /// <summary>Profiles in the kernel, all chains together.</summary>
    public const int Profiles = 4_096;

    /// <summary>Contests listed per policy and feature.</summary>
    public const int Contests = 64;
}
