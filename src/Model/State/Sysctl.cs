namespace NetEdit.Model;

/// <summary>Identifies a sysctl in a network namespace.</summary>
/// <param name="Namespace">Inode of the network namespace.</param>
/// <param name="Name">Name of the sysctl, as sysctl(8) writes it: <c>net.ipv4.tcp_rmem</c>.</param>
public sealed record SysctlKey(ulong Namespace, string Name)
{
    /// <summary>Returns <c>sysctl NAME</c>, as text for a person.</summary>
    public override string ToString() => $"sysctl {Name}";
}

/// <summary>A sysctl that should have a value.</summary>
/// <param name="Key">Key of the sysctl.</param>
/// <param name="Value">The value, with one space between numbers.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy that won.</param>
public sealed record DesiredSysctl(SysctlKey Key, string Value, string Feature, string Policy)
{
    /// <summary>The sysctls that are set as a whole or not at all: those of one feature of one policy.</summary>
    public SysctlGroupTarget Group => new(Feature, Policy);
}

/// <summary>A sysctl that NetEdit set, as the journal and the kernel have it.</summary>
/// <param name="Key">Key of the sysctl.</param>
/// <param name="Value">The value that the policy gave.</param>
/// <param name="Original">The value that the sysctl had before, and that it gets again.</param>
/// <param name="Current">The value that it has now; null if the sysctl no longer exists.</param>
public sealed record ObservedSysctl(SysctlKey Key, string Value, string Original, string? Current)
{
    /// <summary>Name of the feature that gave the value.</summary>
    public string Feature { get; init; } = "";

    /// <summary>Name of the policy that gave the value.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Whether the sysctl has its original value until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>
    /// The value before NetEdit's last write, which may have been interrupted. Once that write is done, the value that
    /// it left.
    /// </summary>
    public string Before { get; init; } = "";

    /// <summary>The value that the sysctl should have according to the journal.</summary>
    public string Target => Paused ? Original : Value;

    /// <summary>Whether the sysctl has the value that the journal says, and no write was interrupted.</summary>
    public bool IsSettled => Current == Target && Before == Target;

    /// <summary>
    /// Whether somebody else gave the sysctl its value, which is neither NetEdit's, nor the original, nor the one
    /// before NetEdit's last write. Such a value stays.
    /// </summary>
    public bool IsForeign => Current is not null && Current != Value && Current != Original && Current != Before;
}
