using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetEdit.Model;

/// <summary>
/// Identities of kernel entries, derived from what they stand for and from nothing else: the same policies give the same
/// ids after a restart, so that what is in the kernel can be adopted without any file of ours.
/// </summary>
public static class Identity
{
    /// <summary>
    /// Key of a chain: scope, stages in order, and their code. Another layout of slots has another key, so a program and the
    /// rules and profiles it reads always belong together, also in the middle of a change.
    /// </summary>
    public static uint ChainKey(string scope, IEnumerable<ChainStage> stages)
    {
        var text = new StringBuilder("chain\n").Append(scope);
        foreach (var stage in stages)
        {
            text.Append('\n').Append(stage.Feature).Append(' ').Append(stage.Program.Object.Digest);
        }

        var key = BinaryPrimitives.ReadUInt32LittleEndian(Hash(text));
        return key == 0 ? 1 : key;
    }

    /// <summary>The bit that the ids of splits have, and those of profiles have not (<c>NETEDIT_SPLIT</c>).</summary>
    public const ulong SplitBit = 1UL << 62;

    // The highest bit is left to the adapter: it marks counts carried over from a former map.
    private const ulong HashBits = SplitBit - 1;

    /// <summary>Id of a profile: its chain, which policy gives which feature, which would, and which arms it stands for; in slot order.</summary>
    public static ulong ProfileId(DesiredProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var text = new StringBuilder("profile\n").Append(profile.Chain);
        foreach (var entry in profile.Entries)
        {
            text.Append('\n').Append(entry.Feature).Append(' ').Append(entry.Policy);
        }

        foreach (var entry in profile.Observed)
        {
            text.Append("\nobserved ").Append(entry.Feature).Append(' ').Append(entry.Policy);
        }

        foreach (var arm in profile.Arms)
        {
            text.Append(arm.Treated ? "\nwith " : "\nwithout ").Append(arm.Policy);
        }

        var id = Number(text) & HashBits;
        return id == 0 ? 1 : id;
    }

    /// <summary>Id of a split: whose it is and where it leads. Its share is a value.</summary>
    public static ulong SplitId(uint chain, ProfileSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        var text = new StringBuilder("split\n")
            .Append(chain)
            .Append('\n')
            .Append(split.Policy)
            .Append('\n')
            .Append(split.Treated)
            .Append(' ')
            .Append(split.Control);
        return (Number(text) & HashBits) | SplitBit;
    }

    /// <summary>Id by which a chain finds out that a feature or a policy is paused.</summary>
    /// <param name="target">A text of <see cref="PauseTarget"/>.</param>
    public static ulong PauseId(string target)
    {
        var id = Number(new StringBuilder("pause\n").Append(target));
        return id == 0 ? 1 : id;
    }

    private static ulong Number(StringBuilder text) => BinaryPrimitives.ReadUInt64LittleEndian(Hash(text));

    private static byte[] Hash(StringBuilder text) => SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
}
