using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads policies.</summary>
public static class PolicyReader
{
    /// <summary>Reads policies from memory.</summary>
    /// <param name="files">Files in any order: their name for messages, and their bytes in UTF-8.</param>
    /// <param name="catalog">The installed features; those that the policies name are loaded.</param>
    public static PolicyReadResult Read(
        IEnumerable<(string File, ReadOnlyMemory<byte> Content)> files,
        IFeatureCatalog catalog
    )
    {
        var errors = new List<PolicyError>();
        var empty = ImmutableArray.CreateBuilder<string>();
        var policies = new List<ReadPolicy>();
        long total = 0;
        foreach (var (file, content) in files.OrderBy(file => file.File, StringComparer.Ordinal))
        {
            total += content.Length;
            if (total > PolicyLimits.SetBytes)
            {
                const int MiB = PolicyLimits.SetBytes >> 20;
                errors.Add(new PolicyError(file, 0, 0, $"is too much: all files together may have {MiB} MiB"));
                break;
            }

            var fileErrors = new FileErrors(file);
            var before = policies.Count;
            policies.AddRange(ReadFile(content, fileErrors, catalog));
            errors.AddRange(fileErrors.All);
            if (policies.Count == before && fileErrors.Count == 0)
            {
                empty.Add(file);
            }

            if (policies.Count > PolicyLimits.Policies)
            {
                const int Most = PolicyLimits.Policies;
                errors.Add(new PolicyError(file, 0, 0, $"is too much: all files together may have {Most} policies"));
                break;
            }
        }

        errors.AddRange(RepeatedNames(policies));
        if (errors.Count > 0)
        {
            var inOrder = errors
                .OrderBy(error => error.File, StringComparer.Ordinal)
                .ThenBy(error => error.Line)
                .ThenBy(error => error.Column);
            return new PolicyReadResult(null, [.. inOrder]) { Empty = empty.ToImmutable() };
        }

        ImmutableArray<Policy> sorted =
        [
            .. policies.Select(read => read.Policy).OrderBy(policy => policy.Name, StringComparer.Ordinal),
        ];
        var set = new PolicySet(Revision(sorted, catalog), sorted);
        return new PolicyReadResult(set, []) { Empty = empty.ToImmutable() };
    }

    private static IEnumerable<ReadPolicy> ReadFile(
        ReadOnlyMemory<byte> content,
        FileErrors errors,
        IFeatureCatalog catalog
    )
    {
        if (PolicyText.Decode(content, errors) is not { } text)
        {
            return [];
        }

        var document = new PolicyDocument(errors, catalog);
        return [.. YamlDocuments.Read(text, errors).Select(document.Read).OfType<ReadPolicy>()];
    }

    private static IEnumerable<PolicyError> RepeatedNames(List<ReadPolicy> policies)
    {
        var first = new Dictionary<string, ReadPolicy>(StringComparer.Ordinal);
        foreach (var read in policies)
        {
            if (!first.TryAdd(read.Policy.Name, read))
            {
                var (other, at) = (first[read.Policy.Name], FileOf(read.Policy));
                yield return new PolicyError(
                    at,
                    read.Line,
                    read.Column,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a policy '{read.Policy.Name}' is also at "
                            + $"{FileOf(other.Policy)}:{other.Line}:{other.Column}; names must be unique"
                    )
                );
            }
        }
    }

    private static string FileOf(Policy policy) => policy.Source[..policy.Source.LastIndexOf(':')];

    private static string Revision(ImmutableArray<Policy> sorted, IFeatureCatalog catalog)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var policy in sorted)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(PolicyPrinter.Print(policy, catalog)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
