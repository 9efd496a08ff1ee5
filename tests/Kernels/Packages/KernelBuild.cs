using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.Kernels;

/// <summary>A kernel of the distribution.</summary>
/// <param name="Release">As <c>uname -r</c> says: <c>6.1.0-50-cloud-amd64</c>.</param>
/// <param name="IsHost">Whether it is the one this machine runs: nothing is booted.</param>
internal sealed partial record KernelBuild(string Release, bool IsHost = false) : IComparable<KernelBuild>
{
    private const string Architecture = "-amd64";
    private const string Here = " (host)";

    /// <summary>The kernel of this machine.</summary>
    public static KernelBuild Host { get; } = new(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), IsHost: true);

    /// <summary>Its name in a table: without the architecture that all have.</summary>
    public string Column => IsHost ? Release + Here : Release[..^Architecture.Length];

    /// <summary>Major and minor number: <c>6.1</c>.</summary>
    public string Series => string.Create(CultureInfo.InvariantCulture, $"{Version.Major}.{Version.Minor}");

    /// <summary><c>cloud</c>, <c>rt</c> or <c>generic</c>.</summary>
    public string Flavour =>
        Release.EndsWith("-cloud-amd64", StringComparison.Ordinal) ? "cloud"
        : Release.EndsWith("-rt-amd64", StringComparison.Ordinal) ? "rt"
        : "generic";

    public KernelVersion Version => KernelVersion.TryParse(Release, out var version) ? version : default;

    /// <summary>Reads the name of a package, or a release.</summary>
    /// <returns>Null when it is neither.</returns>
    public static KernelBuild? TryParse(string name) =>
        Name().Match(name) is { Success: true } match ? new KernelBuild(match.Groups["release"].Value) : null;

    /// <summary>The kernel of a column.</summary>
    public static KernelBuild OfColumn(string column) =>
        column.EndsWith(Here, StringComparison.Ordinal)
            ? new(column[..^Here.Length], IsHost: true)
            : new(column + Architecture);

    /// <summary>Older ones first: by their numbers, one after the other.</summary>
    public int CompareTo(KernelBuild? other)
    {
        if (other is null)
        {
            return 1;
        }

        foreach (var (left, right) in Numbers(Release).Zip(Numbers(other.Release)))
        {
            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return string.CompareOrdinal(Release, other.Release);
    }

    public override string ToString() => Release;

    private static IEnumerable<int> Numbers(string release) =>
        Number().Matches(release).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(
        @"^(linux-(image|binary)-)?(?<release>\d+\.\d+\.[^ ]*-amd64)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Name();

    [GeneratedRegex(@"\d+", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
