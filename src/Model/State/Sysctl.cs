namespace NetEdit.Model;

/// <summary>Which sysctl of which network namespace.</summary>
/// <param name="Namespace">Inode of the network namespace.</param>
/// <param name="Name">As sysctl(8) writes it: <c>net.ipv4.tcp_rmem</c>.</param>
public sealed record SysctlKey(ulong Namespace, string Name)
{
    /// <summary>For people: <c>sysctl NAME</c>.</summary>
    public override string ToString() => $"sysctl {Name}";
}

/// <summary>A sysctl that should have a value.</summary>
/// <param name="Key">Which.</param>
/// <param name="Value">The value, with one blank between numbers.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy that won.</param>
public sealed record DesiredSysctl(SysctlKey Key, string Value, string Feature, string Policy)
{
    /// <summary>What is set as a whole or not at all: the sysctls of one feature of one policy.</summary>
    public SysctlGroupTarget Group => new(Feature, Policy);
}

/// <summary>A sysctl that we set, as the journal and the kernel have it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Value">What the policy gave it.</param>
/// <param name="Original">What it was before, and becomes again.</param>
/// <param name="Current">What it is; null when it is there no longer.</param>
public sealed record ObservedSysctl(SysctlKey Key, string Value, string Original, string? Current)
{
    /// <summary>The feature that gave the value.</summary>
    public string Feature { get; init; } = "";

    /// <summary>The policy that gave the value.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Whether it has its original value until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>What it was before our last write, which may have been interrupted; what that write left once it is done.</summary>
    public string Before { get; init; } = "";

    /// <summary>What it should be by the journal.</summary>
    public string Target => Paused ? Original : Value;

    /// <summary>Whether it is what the journal says, and nothing was interrupted.</summary>
    public bool IsSettled => Current == Target && Before == Target;

    /// <summary>Whether somebody else gave it a value that is neither ours nor the one it had: that stays.</summary>
    public bool IsForeign => Current is not null && Current != Value && Current != Original && Current != Before;
}
