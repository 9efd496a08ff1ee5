using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>
/// What a complete walk over open connections brought about, as digests. They are empty before the first complete walk.
/// </summary>
/// <param name="Rules">Digest of which connections get which profile (<see cref="LiveDigest.OfRules"/>).</param>
/// <param name="Values">Digest of the values that connections get (<see cref="LiveDigest.OfValues"/>).</param>
public sealed record WalkedState(string Rules, string Values)
{
    /// <summary>The state in which no walk was completed.</summary>
    public static WalkedState None { get; } = new("", "");
}

/// <summary>
/// The live program of a chain as the kernel holds it. It stays until its settings are taken back, even after its chain
/// is removed.
/// </summary>
/// <param name="Scope">Path of the scope's cgroup.</param>
/// <param name="Key">Key of the chain for which the program was made.</param>
/// <param name="Digest">
/// Digest of the program (<see cref="LiveDigest.OfProgram"/>); empty if another version made it.
/// </param>
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
    /// <summary>
    /// Whether the program reads the shared maps that are pinned. If not, it reads maps that nothing else holds.
    /// </summary>
    public bool UsesSharedMaps { get; init; } = true;
}
