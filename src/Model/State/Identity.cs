using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetEdit.Model;

/// <summary>
/// Computes the ids of kernel entries from what the entries stand for, and from nothing else. The same policies give
/// the same ids after a restart, so NetEdit can adopt what is in the kernel without any file of its own.
/// </summary>
public static class Identity
{
    /// <summary>
    /// Returns the key of a chain, a hash of whose rules it has, its stages in order, and their code. Another layout of
    /// slots has another key. So a program always belongs together with the rules and profiles that it reads, even in
    /// the middle of a change.
    /// </summary>
    /// <param name="owner">
    /// Path of the scope; or which containers the policies are for, if all of these have the same rules.
    /// </param>
    /// <param name="stages">The stages.</param>
    public static uint ChainKey(string owner, IEnumerable<ChainStage> stages)
    {
        var text = new StringBuilder("chain\n").Append(owner);
        foreach (var stage in stages)
        {
            text.Append('\n').Append(stage.Feature).Append(' ').Append(stage.Program.Object.Digest);
        }

        var key = BinaryPrimitives.ReadUInt32LittleEndian(Hash(text));
        return key == 0 ? 1 : key;
    }

    /// <summary>
    /// Returns the id of the program of a chain, a hash of its stages in order, and their code. It is not zero. Scopes
    /// whose chains have the same stages can share a program.
    /// </summary>
    public static ulong ProgramId(IEnumerable<ChainStage> stages)
    {
        var text = new StringBuilder("program");
        foreach (var stage in stages)
        {
            text.Append('\n').Append(stage.Feature).Append(' ').Append(stage.Program.Object.Digest);
        }

        var id = Number(text);
        return id == 0 ? 1 : id;
    }

    /// <summary>
    /// The bit that is set in the ids of splits and not in the ids of profiles (<c>NETEDIT_SPLIT</c>).
    /// </summary>
    public const ulong SplitBit = 1UL << 62;

    /// <summary>
    /// The bit that is set in the ids of what listeners get, and of nothing else (<c>NETEDIT_LISTENER</c>).
    /// </summary>
    public const ulong ListenerBit = 1UL << 61;

    // The highest bit is left to the adapter: it marks counts carried over from a former map.
    private const ulong HashBits = ListenerBit - 1;

    /// <summary>Returns whether an id is that of a profile, which connections are counted by.</summary>
    public static bool IsProfile(ulong id) => (id & (SplitBit | ListenerBit)) == 0;

    /// <summary>
    /// Returns the id of what the listeners of a class of ports get. The programs in the kernel compute the same id.
    /// </summary>
    public static ulong ListenerId(uint chain, ushort portClass) => ListenerBit | ((ulong)chain << 16) | portClass;

    /// <summary>
    /// Returns the id of a profile. It is a hash of the profile's chain, of which policy gives which feature, of which
    /// policy would give which feature, and of the arms that the profile stands for, in slot order.
    /// </summary>
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

    /// <summary>
    /// Returns the id of a split. It is a hash of the chain, the policy, and the ids that the split leads to. The share
    /// is a value, so it is not part of the id.
    /// </summary>
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

    /// <summary>Returns the id by which a chain recognizes that a feature or a policy is paused.</summary>
    /// <param name="target">A text of <see cref="PauseTarget"/>.</param>
    public static ulong PauseId(string target)
    {
        var id = Number(new StringBuilder("pause\n").Append(target));
        return id == 0 ? 1 : id;
    }

    private static ulong Number(StringBuilder text) => BinaryPrimitives.ReadUInt64LittleEndian(Hash(text));

    private static byte[] Hash(StringBuilder text) => SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
}
