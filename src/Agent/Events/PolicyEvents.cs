using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Events;

/// <summary>Finds the events of a pass that concern policies and their files. Pure.</summary>
internal static class PolicyEvents
{
    private const int MostNamed = 3;

    /// <summary>Adds the events.</summary>
    /// <param name="events">Receives them.</param>
    /// <param name="before">What was told before.</param>
    /// <param name="report">The pass.</param>
    public static void Add(EventCollector events, EventMemory before, ReconcileReport report)
    {
        events.AddEach(
            EventKind.Invalid,
            report.PolicyErrors.Select(EventOf),
            key => new AgentEvent(EventKind.Invalid, "", LogLevel.Info, "corrected", ("error", key))
        );
        events.AddLasting(
            new AgentEvent(
                EventKind.Policies,
                "",
                report.PolicyErrors.IsEmpty ? LogLevel.Info : LogLevel.Error,
                report.PolicyErrors.IsEmpty
                    ? report.Policies.IsEmpty
                        ? "no policies: nothing is tuned until the policy directory has one"
                        : "policies in force"
                    : report.Revision.Length == 0
                        ? "the policies are invalid, and no earlier ones exist; the kernel stays as it is"
                        : "the newest policies are invalid; the last valid ones stay in force",
                ("revision", report.Revision),
                ("policies", $"{report.Policies.Length}"),
                ("errors", $"{report.PolicyErrors.Length}")
            )
            {
                State = $"{report.Revision} {report.PolicyErrors.Length}",
            }
        );

        var unread = string.Join("; ", report.NotRead);
        events.AddEach(
            EventKind.Unread,
            unread.Length == 0
                ? []
                :
                [
                    new AgentEvent(
                        EventKind.Unread,
                        "",
                        LogLevel.Info,
                        "some entries of the policy directory give no policy",
                        ("entries", unread)
                    )
                    {
                        State = unread,
                    },
                ],
            _ => new AgentEvent(EventKind.Unread, "", LogLevel.Info, "every entry of the policy directory is read")
        );
        events.AddEach(
            EventKind.Policy,
            report.Policies.Select(EventOf),
            policy => new AgentEvent(EventKind.Policy, policy, LogLevel.Info, "policy removed", ("policy", policy))
            {
                Policies = [policy],
            }
        );
        AddScopes(events, before, report);
    }

    /// <summary>Adds an event for each policy whose cgroups appeared or disappeared, however many they are.</summary>
    private static void AddScopes(EventCollector events, EventMemory before, ReconcileReport report)
    {
        var known = new Lazy<Dictionary<string, PolicyDecision>>(() =>
            before
                .Policies.DistinctBy(policy => policy.Policy)
                .ToDictionary(policy => policy.Policy, StringComparer.Ordinal)
        );
        for (var index = 0; index < report.Policies.Length; index++)
        {
            // Most passes have the policies of the last one, in the same order.
            var policy = report.Policies[index];
            var last =
                index < before.Policies.Length && before.Policies[index].Policy == policy.Policy
                    ? before.Policies[index]
                    : known.Value.GetValueOrDefault(policy.Policy);
            if (last is null || last.Scopes == policy.Scopes)
            {
                continue;
            }

            string[] appeared = [.. policy.Scopes.Except(last.Scopes, StringComparer.Ordinal)];
            string[] gone = [.. last.Scopes.Except(policy.Scopes, StringComparer.Ordinal)];
            if (appeared.Length + gone.Length > 0)
            {
                events.Add(
                    new AgentEvent(
                        EventKind.Scopes,
                        policy.Policy,
                        LogLevel.Info,
                        $"{Plural.Count(appeared.Length, "cgroup")} appeared, {gone.Length} gone",
                        ("policy", policy.Policy),
                        ("appeared", Among(appeared)),
                        ("gone", Among(gone)),
                        ("now", $"{policy.Scopes.Length}")
                    )
                    {
                        Policies = [policy.Policy],
                    }
                );
            }
        }

        events.Remember(report.Policies);
    }

    /// <summary>Names some of many: <c>a, b, c and 5 more</c>.</summary>
    public static string Among(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed))
        + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");

    private static AgentEvent EventOf(PolicyError error)
    {
        var at = $"{error.File}:{error.Line}:{error.Column}";
        return new AgentEvent(EventKind.Invalid, at, LogLevel.Error, error.ToString())
        {
            Key = error.ToString(),
            State = "",
        };
    }

    private static AgentEvent EventOf(PolicyDecision policy)
    {
        var level = policy.State switch
        {
            PolicyState.Active or PolicyState.Observing or PolicyState.Skipped => LogLevel.Info,
            PolicyState.Waiting or PolicyState.Expired => LogLevel.Info,
            PolicyState.Failed or PolicyState.Quarantined => LogLevel.Error,
            _ => LogLevel.Warning,
        };
        return new AgentEvent(
            EventKind.Policy,
            policy.Policy,
            level,
            $"policy {policy.State}",
            ("policy", policy.Policy),
            ("scope", Render.Scope(policy)),
            ("reason", policy.Reason.Code),
            ("text", policy.Reason.Text)
        )
        {
            State = $"{policy.State} {policy.Reason.Code}",
            Policies = [policy.Policy],
        };
    }
}
