using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Cli;

public sealed class ReferencePagesTests
{
    [Theory]
    [InlineData("cli")]
    [InlineData("metrics")]
    public void The_page_in_docs_is_what_the_code_says(string page)
    {
        var path = Path.Combine(Repository(), "docs", page + ".md");

        File.ReadAllText(path).ShouldBe(Netedit.Run("docs", page).Out, $"stale; make it anew: netedit docs {page} > docs/{page}.md");
    }

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Directory.Packages.props")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the repository is not above the test's directory");
        }

        return directory;
    }
}
