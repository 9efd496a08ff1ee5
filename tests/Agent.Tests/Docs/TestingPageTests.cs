using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>docs/testing.md says when everything was tested last; that may not be long before what the kernel runs, or what is done to it, changed.</summary>
public sealed partial class TestingPageTests
{
    private const int MostCommits = 10;
    private static readonly string[] Paths = ["bpf", "src/PolicyEngine/Planner.cs", "src/PolicyEngine/Planning"];

    [Theory]
    [InlineData("parts")]
    [InlineData("end-to-end")]
    [InlineData("faults")]
    [InlineData("kernels")]
    public void TheLastDeepRunOfAPartIsAtMostTenCommitsOfProgramsAndPlannerOld(string part)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "testing.md"));
        var row = DeepRuns()
            .Matches(page)
            .SingleOrDefault(match => match.Groups["part"].Value == part)
            .ShouldNotBeNull($"docs/testing.md has no last deep run of {part}; ./test.sh --deep writes it");
        row.Groups["failed"].Value.ShouldBe("0");
        if (Git("rev-parse", "--is-shallow-repository") == "true")
        {
            return; // a clone without its history
        }

        var changes = int.Parse(
            Git(["rev-list", "--count", $"{row.Groups["commit"].Value}..HEAD", "--", .. Paths]),
            CultureInfo.InvariantCulture
        );

        changes.ShouldBeLessThanOrEqualTo(
            MostCommits,
            $"run ./test.sh --deep {part}: so many commits have changed {string.Join(", ", Paths)} since it ran last"
        );
    }

    private static string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", Repository.Root, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, $"git {string.Join(' ', arguments)}: {errors.Result}");
        return output;
    }

    [GeneratedRegex(
        @"^\| (?<part>\S+) \| [-0-9]+ \| (?<commit>[0-9a-f]{7,40})[^|]* \| \d+ passed, (?<failed>\d+) failed,",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex DeepRuns();
}
