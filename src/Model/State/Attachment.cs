using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.Model;

/// <summary>Identifies a program of a feature at a hook and a target. Each key has at most one program.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Hook">Name of the hook.</param>
/// <param name="Target">Path of a cgroup or name of an interface; empty if the hook has only one target.</param>
public sealed record AttachmentKey(string Feature, string Hook, string Target)
{
    /// <summary>Returns <c>FEATURE at HOOK of TARGET</c>, as text for a person.</summary>
    public override string ToString() =>
        Target.Length == 0 ? $"{Feature} at {Hook}" : $"{Feature} at {Hook} of {Target}";
}

/// <summary>A standalone program that should be attached.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">The program.</param>
/// <param name="Target">Path of a cgroup or name of an interface; empty if the hook has only one target.</param>
/// <param name="TargetId">
/// The kernel's id of the cgroup, the index of the interface, or the inode of the network namespace; 1 for the host.
/// </param>
/// <param name="Policy">Name of the policy that won.</param>
/// <param name="Parameters">
/// The parameters as <see cref="Features.ITuningFeature.Encode"/> wrote them, 32 bytes.
/// </param>
public sealed record DesiredAttachment(
    string Feature,
    string Variant,
    AttachedProgram Program,
    string Target,
    ulong TargetId,
    string Policy,
    ImmutableArray<byte> Parameters
)
{
    /// <summary>Key of the program.</summary>
    public AttachmentKey Key => new(Feature, Program.Hook.Name, Target);

    /// <summary>Path of the cgroup that the program is attached to; null if it is attached to something else.</summary>
    public string? Cgroup => Program.Hook.Target == HookTarget.Cgroup ? Target : null;

    /// <summary>The feature and its variant, as text for a person: <c>setsockopt-guard (cgroup)</c>.</summary>
    public string VariantText => $"{Feature} ({Variant})";
}

/// <summary>A standalone program as the kernel holds it.</summary>
/// <param name="Key">Key of the program.</param>
/// <param name="TargetId">
/// Id of the target that the program is attached to (<see cref="DesiredAttachment.TargetId"/>); 0 if the target no
/// longer exists, somebody detached the program, or a part of it is missing.
/// </param>
/// <param name="Digest">Digest of the program (<see cref="DesiredDigest.OfAttachment"/>).</param>
/// <param name="Mechanism">
/// How the program is attached, such as <c>link</c>, <c>tcx</c> or <c>native</c>; empty if the program's pin is
/// missing.
/// </param>
/// <param name="ProgramId">The kernel's id of the program.</param>
public sealed record ObservedAttachment(
    AttachmentKey Key,
    ulong TargetId,
    string Digest,
    string Mechanism,
    uint ProgramId
)
{
    /// <summary>Name of the policy that gave the parameters.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The parameters that the program reads.</summary>
    public ImmutableArray<byte> Parameters { get; init; } = [];

    /// <summary>Whether the program does nothing until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether all pins of the program exist.</summary>
    public bool Pinned { get; init; } = true;

    /// <summary>The kernel's ids of the program's links; empty if the mechanism has no links.</summary>
    public ImmutableArray<uint> LinkIds { get; init; } = [];
}
