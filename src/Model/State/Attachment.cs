using System.Collections.Immutable;
using NetEdit.Bpf;

namespace NetEdit.Model;

/// <summary>Which program of which feature, at what. Of each there is one.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Hook">Name of the hook.</param>
/// <param name="Target">Path of a cgroup, name of an interface; empty where the hook has one target.</param>
public sealed record AttachmentKey(string Feature, string Hook, string Target)
{
    /// <summary>For people: <c>FEATURE at HOOK of TARGET</c>.</summary>
    public override string ToString() =>
        Target.Length == 0 ? $"{Feature} at {Hook}" : $"{Feature} at {Hook} of {Target}";
}

/// <summary>A standalone program that should be attached.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Program">Its program.</param>
/// <param name="Target">Path of a cgroup, name of an interface; empty where the hook has one target.</param>
/// <param name="TargetId">The kernel's id of the cgroup, index of the interface, inode of the network namespace; 0 for the host.</param>
/// <param name="Policy">Name of the policy that won.</param>
/// <param name="Parameters">As <see cref="Features.ITuningFeature.Encode"/> wrote them: 32 bytes.</param>
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
    /// <summary>Its key.</summary>
    public AttachmentKey Key => new(Feature, Program.Hook.Name, Target);

    /// <summary>Path of the cgroup it is attached to; null when it is attached to something else.</summary>
    public string? Cgroup => Program.Hook.Target == HookTarget.Cgroup ? Target : null;

    /// <summary>The feature and its variant for a person: <c>setsockopt-guard (cgroup)</c>.</summary>
    public string VariantText => $"{Feature} ({Variant})";
}

/// <summary>A program as the kernel holds it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="TargetId">What it is attached to; 0 when that is gone, somebody detached it, or part of it is missing.</param>
/// <param name="Digest">Digest of the program (<see cref="DesiredDigest.OfAttachment"/>).</param>
/// <param name="Mechanism">How it is attached: <c>link</c>, <c>tcx</c>, <c>native</c>.</param>
/// <param name="ProgramId">The kernel's id of the program.</param>
public sealed record ObservedAttachment(
    AttachmentKey Key,
    ulong TargetId,
    string Digest,
    string Mechanism,
    uint ProgramId
)
{
    /// <summary>The policy that gave the parameters.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The parameters.</summary>
    public ImmutableArray<byte> Parameters { get; init; } = [];

    /// <summary>Whether it does nothing until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether every pin of it is there.</summary>
    public bool Pinned { get; init; } = true;

    /// <summary>The kernel's ids of its links; empty where the mechanism has none.</summary>
    public ImmutableArray<uint> LinkIds { get; init; } = [];
}
