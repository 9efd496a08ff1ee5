using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Events;

/// <summary>Finds the events of a pass that concern the kernel: what the pass changed, and what others did there. Pure.</summary>
internal static class KernelEvents
{
    /// <summary>Adds what the pass changed.</summary>
    public static void AddChanges(EventCollector events, ReconcileReport report)
    {
        var policies = report.Done.IsEmpty
            ? null
            : report
                .Policies.SelectMany(policy => policy.Scopes.Select(scope => (Scope: scope, policy.Policy)))
                .ToLookup(policy => policy.Scope, policy => policy.Policy, StringComparer.Ordinal);
        foreach (var action in report.Done)
        {
            var description = action.Description;
            events.Add(
                new AgentEvent(
                    EventKind.Change,
                    description.Target,
                    LogLevel.Info,
                    $"{description.Verb} {description.Object}",
                    ("target", description.Target),
                    ("why", action.Why)
                )
                {
                    Policies = [.. policies![description.Target]],
                }
            );
        }

        foreach (var walk in report.Walks)
        {
            events.Add(
                new AgentEvent(
                    EventKind.Walk,
                    walk.Scope,
                    walk.Failed + walk.Hidden > 0 ? LogLevel.Warning : LogLevel.Info,
                    "open connections walked",
                    ("scope", walk.Scope),
                    ("namespaces", $"{walk.Namespaces}"),
                    ("hidden", $"{walk.Hidden}"),
                    ("changed", $"{walk.Changed}"),
                    ("unchanged", $"{walk.Unchanged}"),
                    ("skipped", $"{walk.Skipped}"),
                    ("failed", $"{walk.Failed}"),
                    ("errors", string.Join(", ", walk.Errors.Select(error => $"{error.Key} {error.Value}")))
                )
            );
        }

        foreach (var escaped in report.NewlyEscaped)
        {
            events.Add(
                new AgentEvent(
                    EventKind.Escaped,
                    escaped.Scope,
                    LogLevel.Warning,
                    "connections escaped: they were opened before their new cgroup had its chain",
                    ("scope", escaped.Scope),
                    ("connections", $"{escaped.Connections}"),
                    ("tunedLater", $"{escaped.TunedLater}")
                )
            );
        }
    }

    /// <summary>Adds what the pass found.</summary>
    public static void AddFindings(EventCollector events, ReconcileReport report)
    {
        events.AddEach(
            EventKind.Foreign,
            report.Observed.Foreign.Select(EventOf),
            key => new AgentEvent(EventKind.Foreign, "", LogLevel.Info, "off the hook again", ("program", key))
        );
        foreach (var item in report.Drift)
        {
            events.Add(
                new AgentEvent(
                    EventKind.Drift,
                    item.Feature,
                    LogLevel.Warning,
                    "drift: somebody removed what was in force",
                    ("feature", item.Feature),
                    ("what", item.What)
                )
            );
        }

        events.AddEach(
            EventKind.Draining,
            report
                .Observed.Algorithms.Where(algorithm => !algorithm.Registered)
                .Select(algorithm => new AgentEvent(
                    EventKind.Draining,
                    algorithm.Algorithm,
                    LogLevel.Info,
                    "draining: deleted when its last socket closes",
                    ("algorithm", algorithm.Algorithm),
                    ("map", $"{algorithm.MapId}"),
                    ("sockets", $"{algorithm.Users}")
                )
                {
                    Key = $"{algorithm.MapId}",
                    State = "",
                }),
            map => new AgentEvent(EventKind.Draining, "", LogLevel.Info, "drained", ("map", map))
        );
    }

    private static AgentEvent EventOf(ForeignProgram program) =>
        new(
            EventKind.Foreign,
            program.Scope,
            LogLevel.Warning,
            program.RunsAfterOurs == true ? "a program of somebody else runs after ours and may overwrite its answers"
                : program.Below is not null ? "a program of somebody else is below a scope of ours, on a hook we use"
                : "a program of somebody else is on a hook we use",
            ("scope", program.Scope),
            ("below", program.Below ?? ""),
            ("program", program.Name),
            ("id", $"{program.ProgramId}")
        )
        {
            Key = $"{program.Scope} {program.Below} {program.ProgramId}",
            State = $"{program.RunsAfterOurs}",
        };
}
