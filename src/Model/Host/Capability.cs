using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Model;

/// <summary>
/// A capability of this host and the result of probing it: the host has it, does not have it, or the probe gave no
/// answer.
/// </summary>
/// <param name="Name">Name of the capability, one of <see cref="CapabilityNames"/>.</param>
/// <param name="Available">Whether the host is known to have it.</param>
/// <param name="Reason">What was tried and what the result was, as text for a person.</param>
public sealed record Capability(string Name, bool Available, string Reason)
{
    /// <summary>
    /// Whether the probe gave an answer. It gives none if the caller lacks a right, if the host lacks something for the
    /// moment, or if a file system that would show the capability is not mounted here. Everything that depends on the
    /// capability then stays as it is.
    /// </summary>
    public bool Known { get; init; } = true;

    /// <summary>Creates a capability about which it is not known now whether the host has it.</summary>
    /// <param name="name">Name of the capability, one of <see cref="CapabilityNames"/>.</param>
    /// <param name="reason">Why the probe gave no answer, as text for a person.</param>
    public static Capability Unknown(string name, string reason) => new(name, false, reason) { Known = false };
}

/// <summary>All capabilities of a host at one moment.</summary>
/// <param name="KernelRelease">Release of the kernel, as printed by <c>uname -r</c>.</param>
/// <param name="Capabilities">The capabilities, sorted by name.</param>
public sealed record CapabilityReport(string KernelRelease, ImmutableArray<Capability> Capabilities)
{
    /// <summary>
    /// Returns whether the host is known to have a capability. For an unknown name, the answer is false.
    /// </summary>
    public bool Has(string name) => Find(name) is { Available: true };

    /// <summary>Returns the entry of a capability; null if the capability was not probed.</summary>
    public Capability? Find(string name) =>
        Capabilities.FirstOrDefault(capability => string.Equals(capability.Name, name, StringComparison.Ordinal));
}
