using System.Security.Cryptography;
using System.Text;
using NetEdit.Bpf;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>How desired and observed objects are compared.</summary>
public static class DesiredDigest
{
    /// <summary>Digest of a chain's code: that of the chain object, of its stages in order, and its key. 16 hexadecimal digits.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="chainObject">Digest of the chain object (the adapter's <c>ChainObjectDigest</c>).</param>
    public static string OfChain(DesiredChain chain, string chainObject)
    {
        var text = new StringBuilder(chainObject).Append('\n').Append(chain.Key);
        foreach (var stage in chain.Stages)
        {
            text.Append('\n').Append(stage.Feature).Append(' ').Append((uint)stage.Program.Operations).Append(' ').Append(stage.Program.Object.Digest);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    /// <summary>Digest a congestion control is pinned under: the first 16 digits of its object's.</summary>
    public static string OfAlgorithm(DesiredAlgorithm algorithm) => algorithm.Program.Object.Digest[..16];

    /// <summary>Digest of an attached program: of its object, and of what else cannot be changed while it is attached. 16 hexadecimal digits.</summary>
    public static string OfAttachment(AttachedProgram program) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{program.Object.Digest}\n{program.Place}\n{program.Hertz}")).AsSpan(0, 8));

    /// <summary>
    /// The bytes of a profile in the kernel: a little-endian mask of the slots in use (8 bytes), then
    /// <see cref="FeatureLimits.ParameterBytes"/> for each of <see cref="DesiredChain.MostStages"/> slots, then for each slot the id
    /// (8 bytes) by which its policy can be paused, then whether it is measured (4 bytes), and 4 bytes of nothing. A split has, in as many
    /// bytes, the ids of its two arms, what they are drawn by (8 bytes each), and its share (4 bytes).
    /// </summary>
    public static byte[] EncodeProfile(DesiredProfile profile)
    {
        const int PolicyIds = sizeof(ulong) + (DesiredChain.MostStages * FeatureLimits.ParameterBytes);
        const int Measured = PolicyIds + (DesiredChain.MostStages * sizeof(ulong));
        var bytes = new byte[Measured + (2 * sizeof(uint))];
        if (profile.Split is { } split)
        {
            BitConverter.TryWriteBytes(bytes, split.Treated);
            BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(ulong)), split.Control);
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * sizeof(ulong)), Identity.PauseId(PauseTarget.Policy(split.Policy)));
            BitConverter.TryWriteBytes(bytes.AsSpan(3 * sizeof(ulong)), split.Share);
            return bytes;
        }

        ulong mask = 0;
        foreach (var entry in profile.Entries)
        {
            mask |= 1UL << entry.Slot;
            entry.Parameters.AsSpan().CopyTo(bytes.AsSpan(sizeof(ulong) + (entry.Slot * FeatureLimits.ParameterBytes)));
            BitConverter.TryWriteBytes(bytes.AsSpan(PolicyIds + (entry.Slot * sizeof(ulong))), Identity.PauseId(PauseTarget.Policy(entry.Policy)));
        }

        BitConverter.TryWriteBytes(bytes, mask);
        BitConverter.TryWriteBytes(bytes.AsSpan(Measured), profile.Measured.IsEmpty ? 0 : 1);
        return bytes;
    }
}
