using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NetEdit.State;

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

    /// <summary>Id of a profile: its chain and which policy gives which feature, in slot order.</summary>
    public static ulong ProfileId(uint chain, IEnumerable<(string Feature, string Policy)> entries)
    {
        var text = new StringBuilder("profile\n").Append(chain);
        foreach (var (feature, policy) in entries)
        {
            text.Append('\n').Append(feature).Append(' ').Append(policy);
        }

        // The highest bit is left to the adapter: it marks counts carried over from a former map.
        var id = BinaryPrimitives.ReadUInt64LittleEndian(Hash(text)) & long.MaxValue;
        return id == 0 ? 1 : id;
    }

    /// <summary>Id by which a chain finds out that a feature or a policy is paused.</summary>
    /// <param name="target">A text of <see cref="PauseTarget"/>.</param>
    public static ulong PauseId(string target)
    {
        var id = BinaryPrimitives.ReadUInt64LittleEndian(Hash(new StringBuilder("pause\n").Append(target)));
        return id == 0 ? 1 : id;
    }

    private static byte[] Hash(StringBuilder text) => SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
}
