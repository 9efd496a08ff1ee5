using System.Security.Cryptography;
using System.Text;
using NetEdit.Bpf;

namespace NetEdit.Model;

/// <summary>Computes the digests by which desired and observed objects are compared.</summary>
public static class DesiredDigest
{
    /// <summary>
    /// Returns the digest of a chain's program, 16 hexadecimal digits. It covers the chain object, and the stages in
    /// order, but not the scope: scopes with the same stages share a program.
    /// </summary>
    /// <param name="chain">The chain.</param>
    /// <param name="chainObject">Digest of the chain object (the adapter's <c>ChainObjectDigest</c>).</param>
    public static string OfChain(DesiredChain chain, string chainObject)
    {
        var text = new StringBuilder(chainObject);
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

    /// <summary>
    /// Returns the digest under which a congestion control is pinned: the first 16 digits of the digest of its object.
    /// </summary>
    public static string OfAlgorithm(DesiredAlgorithm algorithm) => algorithm.Program.Object.Digest[..16];

    /// <summary>
    /// Returns the digest of a standalone program, 16 hexadecimal digits. It covers the object, and everything else
    /// that cannot be changed while the program is attached.
    /// </summary>
    public static string OfAttachment(AttachedProgram program) =>
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes($"{program.Object.Digest}\n{program.Place}\n{program.Hertz}"))
                .AsSpan(0, 8)
        );
}
