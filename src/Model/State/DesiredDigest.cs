using System.Security.Cryptography;
using System.Text;
using NetEdit.Bpf;

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
            text.Append('\n')
                .Append(stage.Feature)
                .Append(' ')
                .Append((uint)stage.Program.Operations)
                .Append(' ')
                .Append(stage.Program.Object.Digest);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    /// <summary>Digest a congestion control is pinned under: the first 16 digits of its object's.</summary>
    public static string OfAlgorithm(DesiredAlgorithm algorithm) => algorithm.Program.Object.Digest[..16];

    /// <summary>Digest of an attached program: of its object, and of what else cannot be changed while it is attached. 16 hexadecimal digits.</summary>
    public static string OfAttachment(AttachedProgram program) =>
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes($"{program.Object.Digest}\n{program.Place}\n{program.Hertz}"))
                .AsSpan(0, 8)
        );
}
