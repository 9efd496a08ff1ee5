using System.Text.RegularExpressions;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>The manual pages that packages carry.</summary>
public sealed class ManPagesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ManPagesTests() => NeteditInProcess.Run("docs", "man", _directory.Path).ExitCode.ShouldBe(ExitCode.Ok);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_verb_of_the_reference_page_has_a_page_of_the_manual()
    {
        var verbs = File.ReadLines(Path.Combine(Repository.Root, "docs", "cli.md"))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..].Replace(' ', '-') + ".1");

        Directory
            .GetFiles(_directory.Path)
            .Select(Path.GetFileName)
            .ShouldBe(verbs.Append("netedit.1"), ignoreOrder: true);
    }

    [Fact]
    public void Mandoc_finds_nothing_wrong_with_any_page_but_the_date_that_only_a_build_knows()
    {
        var complaints = Tool.Try("mandoc", ["-T", "lint", "-W", "warning", .. Directory.GetFiles(_directory.Path)])
            .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.EndsWith("missing date, using \"\": TH", StringComparison.Ordinal));

        complaints.ShouldBeEmpty();
    }

    [Fact]
    public void A_page_shows_synopsis_arguments_options_and_exit_codes_as_they_are_typed()
    {
        var page = Shown("netedit-explain-connection.1");

        page.ShouldContain("netedit-explain-connection - explain the settings of open connections");
        page.ShouldContain("netedit explain connection END [options]");
        page.ShouldContain("--output, -o table|json|yaml");
        page.ShouldContain("Default: table.");
        page.ShouldContain("64     The command line is wrong.");
    }

    [Fact]
    public void The_page_of_the_program_lists_the_verbs_and_where_its_files_are()
    {
        var page = Shown("netedit.1");

        page.ShouldContain("explain policy");
        page.ShouldContain("/etc/netedit/policies.d/*.yaml");
        page.ShouldContain("netedit-uninstall(1)");
        page.ShouldNotContain("netedit-docs");
    }

    [Fact]
    public void A_directory_is_needed_for_the_manual_and_for_nothing_else()
    {
        NeteditInProcess.Run("docs", "man").ExitCode.ShouldBe(ExitCode.Usage);
        NeteditInProcess.Run("docs", "cli", _directory.Path).ExitCode.ShouldBe(ExitCode.Usage);
        NeteditInProcess.Run("docs").ExitCode.ShouldBe(ExitCode.Usage);
    }

    // What is bold or underlined is written as on a typewriter: a character, a step back, the character again.
    private string Shown(string file) =>
        Regex.Replace(
            Tool.Run("mandoc", "-T", "utf8", "-O", "width=200", _directory.Combine(file)),
            ".\\x08",
            "",
            RegexOptions.None,
            TimeSpan.FromSeconds(10)
        );
}
