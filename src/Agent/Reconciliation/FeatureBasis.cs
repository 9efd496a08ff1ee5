using System.Security.Cryptography;
using System.Text;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Reconciliation;

/// <summary>What a feature's quarantine hangs on.</summary>
internal static class FeatureBasis
{
    /// <summary>Digest of a feature's programs and of the policies that name it.</summary>
    public static string Digest(string feature, PolicySet policies, IFeatureCatalog catalog)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var digest in Programs(feature, catalog))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(digest));
        }

        foreach (var policy in policies.Policies.Where(policy => policy.Tuning.ContainsKey(feature)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(PolicyPrinter.Print(policy, catalog)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Digests of a feature's programs.</summary>
    public static IEnumerable<string> Programs(string feature, IFeatureCatalog catalog) =>
        (catalog.Find(feature)?.Variants ?? [])
            .SelectMany(variant => variant.Programs)
            .Select(program => program.Object.Digest);
}
