using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Ranges of kernel versions, as text.</summary>
internal static partial class KernelRanges
{
    private const int MostBounds = 8;

    /// <summary>Reads <c>&gt;=5.10 &lt;7.0</c>.</summary>
    /// <param name="text">Comparisons, separated by spaces.</param>
    /// <param name="range">The range.</param>
    /// <param name="error">Why it is none, a clause for a person; empty on success.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out KernelRange? range, out string error)
    {
        range = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MostBounds)
        {
            error = $"must have 1 to {MostBounds} comparisons, as in \">=5.10 <7.0\"";
            return false;
        }

        var bounds = ImmutableArray.CreateBuilder<KernelBound>(words.Length);
        foreach (var word in words)
        {
            var match = BoundPattern().Match(word);
            if (!match.Success || !KernelVersion.TryParse(match.Groups["version"].Value, out var version))
            {
                error =
                    $"has {Printable.Quote(word)}, which is not a valid comparison; write one of >= > "
                    + $"<= < = and a version, as in >=5.10";
                return false;
            }

            bounds.Add(
                new KernelBound(match.Groups["comparison"].Value, version)
                {
                    Parts = match.Groups["version"].Value.Count(c => c == '.') + 1,
                }
            );
        }

        range = new KernelRange(string.Join(' ', words), bounds.MoveToImmutable());
        error = "";
        return true;
    }

    [GeneratedRegex(
        "^(?<comparison>>=|<=|>|<|=)(?<version>[0-9]{1,5}(\\.[0-9]{1,5}){0,2})\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex BoundPattern();
}
