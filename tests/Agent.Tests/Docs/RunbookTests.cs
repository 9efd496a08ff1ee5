using System.CommandLine;
using System.Text.RegularExpressions;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Tests.Metrics;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>docs/runbooks has a page for each alert, of one form.</summary>
public sealed partial class RunbookTests
{
    private const string Index = "README";

    private static readonly string[] Parts = ["What it means", "What to type first", "Causes", "When to wake somebody"];

    [Fact]
    public void Each_alert_has_its_page_and_each_page_its_alert() =>
        Pages()
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .ShouldBe(AlertRules.Read().Select(rule => rule.Name).Append(Index), ignoreOrder: true);

    [Fact]
    public void Each_page_has_the_same_parts_and_the_severity_of_its_alert()
    {
        foreach (var rule in AlertRules.Read())
        {
            var page = Read(rule.Name);
            page.ShouldStartWith($"# {rule.Name}\n\nSeverity: {rule.Labels["severity"]}.\n");
            page.Split('\n')
                .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
                .Select(line => line[3..])
                .ShouldBe(Parts, rule.Name);
        }
    }

    [Fact]
    public void The_index_lists_each_alert_with_its_severity()
    {
        var index = Read(Index);
        foreach (var rule in AlertRules.Read())
        {
            index.ShouldContain($"| [{rule.Name}]({rule.Name}.md) | {rule.Labels["severity"]} | ");
        }
    }

    [Fact]
    public void Each_command_of_netedit_on_the_pages_and_in_the_alerts_is_one()
    {
        using var output = new StringWriter();
        var root = CommandTree.Create(new CliConsole(output, output, colorOut: false, colorError: false));
        var blocks = AlertRules
            .Read()
            .SelectMany(rule => FencedBlock.OfPage($"docs/runbooks/{rule.Name}.md"))
            .SelectMany(block => block.Text.Split('\n'))
            .SelectMany(line => line.Split('#')[0].Split(';'));
        var inline = Pages().SelectMany(path => InlinePattern().Matches(File.ReadAllText(path)));
        var alerts = AlertRules
            .Read()
            .SelectMany(rule => AlertPattern().Matches((string)rule.Annotations["description"]!));
        var commands = blocks
            .Concat(inline.Concat(alerts).Select(match => match.Groups["command"].Value))
            .Select(command => PlaceholderPattern().Replace(command.Trim(), "127.0.0.1:80"))
            .Where(command => command.StartsWith("netedit ", StringComparison.Ordinal))
            .ToArray();

        commands.Length.ShouldBeGreaterThan(40);
        foreach (var command in commands)
        {
            var parsed = root.Parse(command["netedit ".Length..]);
            parsed.Errors.ShouldBeEmpty(command);
        }
    }

    [Fact]
    public void Each_link_leads_to_a_file()
    {
        foreach (var path in Pages())
        {
            foreach (
                var link in LinkPattern().Matches(File.ReadAllText(path)).Select(match => match.Groups["path"].Value)
            )
            {
                File.Exists(Path.Combine(Path.GetDirectoryName(path)!, link)).ShouldBeTrue($"{path}: {link}");
            }
        }
    }

    private static string[] Pages() => Directory.GetFiles(Path.Combine(Repository.Root, "docs/runbooks"), "*.md");

    private static string Read(string page) =>
        File.ReadAllText(Path.Combine(Repository.Root, "docs/runbooks", page + ".md"));

    // Command lines in the text: `netedit status`. The name of the program alone is none.
    [GeneratedRegex(
        "`(?<command>netedit [^`]+)`",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex InlinePattern();

    // A command follows a colon, and ends at a semicolon or with the description.
    [GeneratedRegex(
        ": (?<command>netedit [^;]+)(;|$)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex AlertPattern();

    [GeneratedRegex(
        @"\{\{ [^}]+ \}\}|\b[A-Z]{2,}\b",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PlaceholderPattern();

    [GeneratedRegex(
        @"\]\((?<path>[^)#:]+)(#[^)]*)?\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex LinkPattern();
}
