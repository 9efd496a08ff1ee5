using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Alert rules and dashboard, in a real Prometheus that scrapes a real agent.</summary>
public sealed partial class PackagingTests
{
    private static readonly string Packaging = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../packaging")
    );
    private static readonly string RuleFile = Path.Combine(Packaging, "prometheus", "netedit.rules.yml");
    private static readonly string Dashboard = Path.Combine(Packaging, "grafana", "netedit.json");

    [KernelFact]
    public void Every_rule_is_evaluated_and_none_fires_on_a_host_that_is_well()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        scene.Window().ShouldBe(40);
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"), RuleFile);
        prometheus.WaitFor("netedit_converged", 1);

        Eventually.True(
            () => prometheus.Rules() is { Count: > 0 } rules && rules.Values.All(rule => rule.Health == "ok"),
            "every rule is evaluated",
            () => string.Join(", ", prometheus.Rules())
        );
        prometheus.Rules().ShouldAllBe(rule => rule.Value.State == "inactive");
    }

    [KernelFact]
    public void What_is_wrong_with_a_host_starts_the_rules_that_name_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        scene.Write("bad.yaml", "nonsense");
        agent.Pause();
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"), RuleFile);

        // They wait before they fire; what counts here is that they have begun to.
        Eventually.True(
            () =>
                prometheus.Rules() is { Count: > 0 } rules
                && rules["NeteditPoliciesInvalid"].State == "pending"
                && rules["NeteditPaused"].State == "pending",
            "the rules are pending",
            () => string.Join(", ", prometheus.Rules())
        );
    }

    [KernelFact]
    public void Rules_and_dashboard_ask_for_what_is_scraped()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        var families = TypePattern()
            .Matches(agent.Get("/metrics").Body)
            .Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var queries = Expressions(JsonNode.Parse(File.ReadAllText(Dashboard))!).ToImmutableArray();

        queries.Length.ShouldBeGreaterThan(15);
        foreach (Match name in NamePattern().Matches(File.ReadAllText(RuleFile) + string.Join('\n', queries)))
        {
            families.ShouldContain(EndingPattern().Replace(name.Value, ""), name.Value);
        }

        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"));
        prometheus.WaitFor("netedit_converged", 1);
        foreach (var query in queries)
        {
            prometheus
                .ErrorOf(
                    query
                        .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                        .Replace("$instance", ".*", StringComparison.Ordinal)
                        .Replace("$policy", ".*", StringComparison.Ordinal)
                )
                .ShouldBeNull(query);
        }
    }

    private static IEnumerable<string> Expressions(JsonNode dashboard) =>
        dashboard["panels"]!
            .AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => (string)target!["expr"]!);

    [GeneratedRegex(
        "^# TYPE (?<name>netedit_[a-z_]+) ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex TypePattern();

    [GeneratedRegex("netedit_[a-z_]+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex NamePattern();

    // Of the samples of a histogram.
    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex EndingPattern();
}
