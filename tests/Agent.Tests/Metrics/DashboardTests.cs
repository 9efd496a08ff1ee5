using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetEdit.Agent.Tests.Metrics;

/// <summary>The dashboard as it is written; PackagingTests runs its queries against a live agent.</summary>
public sealed partial class DashboardTests
{
    private static readonly JsonObject[] All =
    [
        .. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "packaging/grafana/netedit.json")))!["panels"]!
            .AsArray()
            .Select(panel => panel!.AsObject()),
    ];

    private static readonly JsonObject[] Panels = [.. All.Where(panel => (string)panel["type"]! != "row")];

    [Fact]
    public void Each_query_asks_for_what_is_served_and_each_legend_for_a_label_of_its_query()
    {
        Panels.Length.ShouldBeGreaterThan(25);
        foreach (var target in Panels.SelectMany(panel => panel["targets"]!.AsArray()))
        {
            var labels = QuerySelectors.Check((string)target!["expr"]!);
            foreach (Match label in LegendPattern().Matches((string)target["legendFormat"]!))
            {
                labels.ShouldContain(label.Groups["label"].Value, target.ToJsonString());
            }
        }
    }

    [Fact]
    public void Each_panel_has_a_title_a_description_and_a_unit_and_no_two_say_the_same()
    {
        foreach (var panel in Panels)
        {
            ((string)panel["title"]!).ShouldNotBeEmpty();
            ((string)panel["description"]!).ShouldNotBeEmpty((string)panel["title"]!);
            ((string)panel["fieldConfig"]!["defaults"]!["unit"]!).ShouldNotBeEmpty((string)panel["title"]!);
        }

        Panels.Select(panel => (string)panel["description"]!).ShouldBeUnique();
        All.Select(panel => (int)panel["id"]!).ShouldBeUnique();
    }

    [Fact]
    public void No_panel_is_below_another_or_out_of_the_24_columns()
    {
        const int Columns = 24;
        var cells = All.SelectMany(panel =>
        {
            var (x, y, width, height) = (At("x"), At("y"), At("w"), At("h"));
            (x + width).ShouldBeLessThanOrEqualTo(Columns, (string)panel["title"]!);
            return from column in Enumerable.Range(x, width)
                from line in Enumerable.Range(y, height)
                select (column, line);

            int At(string name) => (int)panel["gridPos"]![name]!;
        });

        cells.ShouldBeUnique();
    }

    [GeneratedRegex(
        @"\{\{(?<label>[a-z]+)\}\}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex LegendPattern();
}
