using System.Text.RegularExpressions;
using NetEdit.Agent.Tests.Docs;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Metrics;

public sealed partial class AlertRulesTests
{
    private static readonly string[] Severities = ["critical", "warning", "info"];

    // These are as they should be, wait for something that may never come, or are what the policy says.
    private static readonly PolicyState[] WithoutAlert =
    [
        PolicyState.Active,
        PolicyState.Degraded,
        PolicyState.Observing,
        PolicyState.Skipped,
        PolicyState.Expired,
        PolicyState.Waiting,
        PolicyState.Conflict,
    ];

    [Fact]
    public void Promtool_accepts_the_rules_and_their_tests_pass()
    {
        var (checkedWith, check) = Promtool.Run("", "check", "rules", AlertRules.File);
        checkedWith.ShouldBe(0, check);
        var (testedWith, test) = Promtool.Run("", "test", "rules", AlertRules.Tests);
        testedWith.ShouldBe(0, test);
    }

    [Fact]
    public void Each_alert_is_tested_to_fire_and_not_to_fire()
    {
        var tests = YamlJson.Convert(File.ReadAllText(AlertRules.Tests)).Single()!["tests"]!
            .AsArray()
            .SelectMany(test => test!["alert_rule_test"]!.AsArray())
            .ToLookup(test => (string)test!["alertname"]!, test => test!["exp_alerts"]!.AsArray().Count > 0);

        foreach (var rule in AlertRules.Read())
        {
            tests[rule.Name].ShouldContain(true, $"{rule.Name} fires");
            tests[rule.Name].ShouldContain(false, $"{rule.Name} does not fire");
        }
    }

    [Fact]
    public void Each_alert_has_a_severity_and_says_what_is_wrong_and_where_to_read_on()
    {
        foreach (var rule in AlertRules.Read())
        {
            Severities.ShouldContain((string)rule.Labels["severity"]!, rule.Name);
            rule.Annotations.Select(annotation => annotation.Key)
                .ShouldBe(["summary", "description", "runbook_url"], rule.Name);
            ((string)rule.Annotations["runbook_url"]!).ShouldBe(
                $"file:///usr/share/doc/netedit/runbooks/{rule.Name}.md"
            );
        }
    }

    [Fact]
    public void Each_alert_asks_for_metrics_and_labels_that_exist()
    {
        foreach (var rule in AlertRules.Read())
        {
            var labels = QuerySelectors.Check(rule.Expression);
            foreach (Match label in LabelPattern().Matches(rule.Annotations.ToJsonString()))
            {
                labels.ShouldContain(label.Groups["label"].Value, rule.Name);
            }
        }
    }

    [Fact]
    public void Each_state_of_a_policy_has_an_alert_or_needs_none()
    {
        var expressions = string.Join('\n', AlertRules.Read().Select(rule => rule.Expression));
        foreach (var state in Enum.GetValues<PolicyState>().Except(WithoutAlert))
        {
            var query = state switch
            {
                PolicyState.Quarantined => "netedit_quarantined == 1",
                PolicyState.AuditFailed => "netedit_audit_failed == 1",
                _ => $"netedit_policy_state{{state=\"{state}\"}} == 1",
            };
            expressions.ShouldContain(query);
        }
    }

    [GeneratedRegex(
        @"\$labels\.(?<label>[a-z]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex LabelPattern();
}
