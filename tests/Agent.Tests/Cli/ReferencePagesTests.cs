using System.Text.Json.Nodes;

namespace NetEdit.Agent.Tests.Cli;

public sealed class ReferencePagesTests
{
    [Theory]
    [InlineData("cli")]
    [InlineData("metrics")]
    public void The_page_in_docs_is_what_the_code_says(string page)
    {
        var path = Path.Combine(Repository.Root, "docs", page + ".md");

        File.ReadAllText(path)
            .ShouldBe(
                NeteditInProcess.Run("docs", page).Out,
                $"stale; make it anew: netedit docs {page} > docs/{page}.md"
            );
    }

    [Fact]
    public void The_readmes_table_of_features_is_what_they_say()
    {
        const string Begin = "<!-- netedit docs features -->\n";
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var start = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;

        readme[start..readme.IndexOf("\n<!-- end -->", start, StringComparison.Ordinal)]
            .ShouldBe(
                NeteditInProcess.Run("docs", "features").Out.TrimEnd('\n'),
                "stale; put what netedit docs features prints between the marks"
            );
    }

    [Fact]
    public void Every_feature_has_a_page_and_an_example()
    {
        var policies = string.Concat(
            Directory.GetFiles(Path.Combine(Repository.Root, "policies"), "*.yaml").Select(File.ReadAllText)
        );
        foreach (
            var line in NeteditInProcess
                .Run("docs", "features")
                .Out.Split('\n')
                .Where(line => line.StartsWith("| [", StringComparison.Ordinal))
        )
        {
            var name = line[3..line.IndexOf(']', StringComparison.Ordinal)];
            File.Exists(Path.Combine(Repository.Root, "docs/features", name + ".md")).ShouldBeTrue(name);
            policies.ShouldContain($"    {name}:");
        }
    }

    [Fact]
    public void The_page_of_sysctls_lists_each_with_its_bounds()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/features/sysctl.md"));
        var sysctls = JsonNode.Parse(NeteditInProcess.Run("features", "-o", "json").Out)!["features"]!
            .AsArray()
            .Single(feature => (string?)feature!["name"] == "sysctl")!["parameters"]!.AsArray();

        sysctls.Count.ShouldBeGreaterThan(30);
        foreach (var sysctl in sysctls)
        {
            var bounds = (string?)sysctl!["kind"] == "text" ? "" : $"{sysctl["minimum"]} to {sysctl["maximum"]}";
            page.ShouldContain(
                $"| `{sysctl["name"]}` | {bounds} | {((string)sysctl["description"]!).TrimEnd('.')} |\n"
            );
        }
    }
}
