using System.Collections.Immutable;

namespace NetEdit.Lab;

/// <summary>A kind of thing that outlives the process that made it.</summary>
public enum KernelItemKind
{
    /// <summary>A BPF program.</summary>
    Program,

    /// <summary>A BPF map.</summary>
    Map,

    /// <summary>A BPF link.</summary>
    Link,

    /// <summary>A file or directory of a BPF file system.</summary>
    Pin,

    /// <summary>A named network namespace.</summary>
    Namespace,

    /// <summary>A cgroup v2 directory.</summary>
    Cgroup,
}

/// <summary>One thing the kernel holds.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Identity">Id, path or name; unique in its kind.</param>
/// <param name="Description">What else is known of it; may be empty.</param>
public sealed record KernelItem(KernelItemKind Kind, string Identity, string Description)
{
    /// <summary>The item in one line: <c>program 12 netedit_chain (sock_ops)</c>.</summary>
    public override string ToString() =>
#pragma warning disable CA1308 // Words for people.
        $"{Kind.ToString().ToLowerInvariant()} {Identity} {Description}".TrimEnd();
#pragma warning restore CA1308
}

/// <summary>What the kernel held at a moment.</summary>
/// <param name="Items">Sorted by kind and identity.</param>
public sealed record KernelSnapshot(ImmutableArray<KernelItem> Items)
{
    /// <summary>How many of a kind.</summary>
    public int Count(KernelItemKind kind) => Items.Count(i => i.Kind == kind);
}
