using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>What a complete walk over open connections brought about: digests, empty before the first.</summary>
/// <param name="Rules">Of which connections get what (<see cref="LiveDigest.OfRules"/>).</param>
/// <param name="Values">Of the values they get (<see cref="LiveDigest.OfValues"/>).</param>
public sealed record WalkedState(string Rules, string Values)
{
    /// <summary>No walk was completed.</summary>
    public static WalkedState None { get; } = new("", "");
}

/// <summary>The live program of a chain as the kernel holds it. It stays until what it set is taken back, also when its chain is gone.</summary>
/// <param name="Scope">Path of the cgroup.</param>
/// <param name="Key">Key of the chain it was made for.</param>
/// <param name="Digest">Digest of the program (<see cref="LiveDigest.OfProgram"/>); empty when another version made it.</param>
/// <param name="Features">The features of the chain's stages, by slot.</param>
/// <param name="Walked">What its last complete walk brought about.</param>
public sealed record ObservedLive(
    string Scope,
    uint Key,
    string Digest,
    ImmutableArray<string> Features,
    WalkedState Walked
)
{
    /// <summary>Whether the program reads the shared maps that are pinned, and not others that nothing else holds.</summary>
    public bool UsesSharedMaps { get; init; } = true;
}
