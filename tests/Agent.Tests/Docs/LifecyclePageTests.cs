using System.Text.RegularExpressions;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>docs/lifecycle.md names the test that proves each guarantee; a test that is not there proves nothing.</summary>
public sealed partial class LifecyclePageTests
{
    [Fact]
    public void EveryTestItNamesIsThere()
    {
        var root = Repository.Root;
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.Ordinal)
            .ToDictionary(files => files.Key, files => string.Concat(files.Select(File.ReadAllText)), StringComparer.Ordinal);

        var named = TestName().Matches(File.ReadAllText(Path.Combine(root, "docs", "lifecycle.md")));

        named.Count.ShouldBeGreaterThan(20);
        named.Where(name => !sources.GetValueOrDefault(name.Groups["file"].Value, "").Contains($" {name.Groups["method"].Value}(", StringComparison.Ordinal))
            .Select(name => name.Value).ShouldBeEmpty();
    }

    [GeneratedRegex("`(?<file>[A-Za-z]+Tests)\\.(?<method>[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex TestName();
}
