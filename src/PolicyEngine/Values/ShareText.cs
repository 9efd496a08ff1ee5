using System.Globalization;
using System.Text.RegularExpressions;

namespace NetEdit.PolicyEngine;

/// <summary>Shares of connections, as a policy writes them: <c>25%</c>, <c>0.5%</c>.</summary>
internal static partial class ShareText
{
    /// <summary>What a share looks like; it is above 0 and at most 100.</summary>
    internal const string Form = "[0-9]{1,3}([.][0-9]{1,2})?%";

    private const int PerPercent = PolicyLimits.WholeShare / 100;

    /// <summary>Hundredths of a percent, 1 to 10,000; null when the text is no share.</summary>
    public static int? Parse(string text) =>
        Pattern().IsMatch(text)
        && (int)(decimal.Parse(text[..^1], CultureInfo.InvariantCulture) * PerPercent)
            is >= 1
                and <= PolicyLimits.WholeShare
                and var share
            ? share
            : null;

    /// <summary>As it is written.</summary>
    /// <param name="share">Hundredths of a percent.</param>
    public static string Format(int share) =>
        string.Create(CultureInfo.InvariantCulture, $"{(decimal)share / PerPercent:0.##}%");

    [GeneratedRegex(
        "^" + Form + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Pattern();
}
