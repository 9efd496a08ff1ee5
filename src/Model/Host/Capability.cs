using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Model;

/// <summary>A fact about this host, found by trying: it has something, it does not have it, or trying it did not tell.</summary>
/// <param name="Name">One of <see cref="CapabilityNames"/>.</param>
/// <param name="Available">Whether the host is known to have it.</param>
/// <param name="Reason">What was tried and what came of it, for a person.</param>
public sealed record Capability(string Name, bool Available, string Reason)
{
    /// <summary>
    /// Whether trying it gave an answer. It gives none when the caller lacks a right, the host lacks something for the moment, or a
    /// file system that would show it is not mounted here. What depends on the capability then stays as it is.
    /// </summary>
    public bool Known { get; init; } = true;

    /// <summary>A capability of which it is not known now whether the host has it.</summary>
    /// <param name="name">One of <see cref="CapabilityNames"/>.</param>
    /// <param name="reason">What kept it from being known, for a person.</param>
    public static Capability Unknown(string name, string reason) => new(name, false, reason) { Known = false };
}

/// <summary>Every capability of a host at one moment.</summary>
/// <param name="KernelRelease">As <c>uname -r</c> says.</param>
/// <param name="Capabilities">Sorted by name.</param>
public sealed record CapabilityReport(string KernelRelease, ImmutableArray<Capability> Capabilities)
{
    /// <summary>Whether a capability is there. An unknown name is not.</summary>
    public bool Has(string name) => Find(name) is { Available: true };

    /// <summary>The entry for a capability, or null when it was not probed.</summary>
    public Capability? Find(string name) =>
        Capabilities.FirstOrDefault(capability => string.Equals(capability.Name, name, StringComparison.Ordinal));
}
