using NetEdit.Bench.Results;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>The cost on each feature's page is that of the results in bench/results.</summary>
public sealed class FeatureCostTests
{
    private static BenchmarkResult Result =>
        BenchmarkResult
            .ReadAll(Path.Combine(Repository.Root, "bench", "results"))
            .Single(result => result.Name == FeatureCosts.Benchmark);

    [Fact]
    public void The_pages_have_the_costs_that_were_measured()
    {
        foreach (var (path, text) in FeatureCosts.Pages(Repository.Root, Result))
        {
            File.ReadAllText(Path.Combine(Repository.Root, path))
                .ShouldBe(text, $"{path} is stale: bench/run.sh --pages writes it");
        }
    }

    [Fact]
    public void Every_page_says_a_cost()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "features"), "*.md");

        pages.Length.ShouldBeGreaterThan(FeatureCosts.Measured.Length);
        foreach (var page in pages)
        {
            File.ReadAllText(page).ShouldContain("\n**Cost**", Case.Sensitive, page);
        }
    }

    [Fact]
    public void Another_result_is_another_page()
    {
        var figures = Result.Figures.Select(figure =>
            figure.Name == FeatureCosts.Part("pacing") ? figure with { Values = [1234, 1234, 1234] } : figure
        );

        var changed = FeatureCosts
            .Pages(
                Repository.Root,
                Result with
                {
                    Figures = [.. figures.Select(figure => new Figure(figure.Name, figure.Unit, figure.Values))],
                }
            )
            .Where(page => page.Text != File.ReadAllText(Path.Combine(Repository.Root, page.Path)))
            .ToList();

        changed.ShouldHaveSingleItem().Path.ShouldBe("docs/features/pacing.md");
        changed[0]
            .Text.ShouldContain(
                "**Cost** of `{ rate: 10Gbit }`: 1,234 ns (quartiles 1,234 to 1,234) of program time per connection"
            );
    }
}
