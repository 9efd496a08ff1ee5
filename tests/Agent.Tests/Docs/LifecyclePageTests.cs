using System.Text.RegularExpressions;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>Pages name the test that proves each guarantee and each budget; a test that is not there proves nothing.</summary>
public sealed partial class LifecyclePageTests
{
    [Theory]
    [InlineData("lifecycle.md", 20)]
    [InlineData("architecture.md", 9)]
    public void EveryTestItNamesIsThere(string page, int atLeast)
    {
        var root = Repository.Root;
        var sources = Directory
            .EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal)
            .ToDictionary(
                files => files.Key,
                files => string.Concat(files.Select(File.ReadAllText)),
                StringComparer.Ordinal
            );

        var named = TestName().Matches(File.ReadAllText(Path.Combine(root, "docs", page)));

        named.Count.ShouldBeGreaterThan(atLeast);
        named
            .Where(name =>
                !sources
                    .GetValueOrDefault(name.Groups["file"].Value, "")
                    .Contains($" {name.Groups["method"].Value}(", StringComparison.Ordinal)
            )
            .Select(name => name.Value)
            .ShouldBeEmpty();
    }

    [GeneratedRegex(
        "`(?<file>[A-Za-z]+Tests)\\.(?<method>[A-Za-z0-9_]+)`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex TestName();
}
