using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Output;

/// <summary>What several verbs show alike.</summary>
internal static class Render
{
    /// <summary>One line per policy: name, state, scope, and the reason where there is one.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="color">Whether lines are coloured.</param>
    /// <param name="pending">Names of policies that are decided, and not in the kernel yet.</param>
    public static void Policies(
        TextWriter output,
        ImmutableArray<PolicyDecision> policies,
        bool color,
        IReadOnlyList<string>? pending = null
    )
    {
        var table = new Table(PolicyHeadings(wide: false));
        foreach (var policy in policies)
        {
            var willBe = pending?.Contains(policy.Policy, StringComparer.Ordinal) == true;
            var row = PolicyRow(policy, wide: false, willBe);
            table.Add(row.Paint, row.Cells);
        }

        table.Write(output, color);
    }

    /// <summary>The headings of a table of policies.</summary>
    /// <param name="wide">Whether it says where each policy was read.</param>
    public static TableColumn[] PolicyHeadings(bool wide) =>
        [
            "POLICY",
            "STATE",
            TableColumn.Path("SCOPE"),
            TableColumn.Detail("FEATURES"),
            .. wide ? [TableColumn.Path("SOURCE")] : (TableColumn[])[],
            TableColumn.Detail("REASON"),
        ];

    /// <summary>The line of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="wide">Whether it says where the policy was read.</param>
    /// <param name="willBe">Whether its state is decided, and not in the kernel yet.</param>
    public static ListRow PolicyRow(PolicyDecision policy, bool wide, bool willBe = false) =>
        new(
            policy.Policy,
            StatePaint(policy.State),
            [
                policy.Policy,
                willBe ? $"will be {policy.State}" : policy.State.ToString(),
                Scope(policy),
                string.Join(
                    ',',
                    policy
                        .Features.Where(feature =>
                            feature.State is PolicyState.Active or PolicyState.Degraded or PolicyState.Observing
                        )
                        .Select(feature => feature.Feature)
                ),
                .. wide ? [policy.Source] : (string[])[],
                ReasonText(policy.Reason),
            ]
        );

    /// <summary>Where a policy is: of containers, how many match.</summary>
    public static string Scope(PolicyDecision policy) =>
        policy.Scope.StartsWith('/')
            ? policy.Scope
            : string.Create(CultureInfo.InvariantCulture, $"{policy.Scope} ({policy.Scopes.Length})");

    /// <summary>One line per action; what it holds in detail is in the other forms of output.</summary>
    public static void Walks(TextWriter output, ImmutableArray<WalkInfo> walks)
    {
        foreach (var walk in walks.Where(walk => walk.Changed + walk.Skipped + walk.Failed > 0))
        {
            var errors = walk.Errors.IsEmpty
                ? ""
                : $" ({string.Join(", ", walk.Errors.Select(error => $"{error.Key} {error.Value}"))})";
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"open connections of {walk.Scope}: {walk.Changed} changed, {walk.Unchanged} "
                        + $"already correct, {walk.Skipped} skipped, {walk.Failed} failed{errors}"
                )
            );
        }

        Hidden(output, walks.Select(walk => walk.Hidden).DefaultIfEmpty().Max());
    }

    /// <summary>Says what could not be looked at.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="processes">Processes whose network namespace could not be seen.</param>
    public static void Hidden(TextWriter output, int processes)
    {
        if (processes > 0)
        {
            output.WriteLine(
                $"not inspected: connections in the network namespaces of "
                    + $"{Plural.Count(processes, "process")}, which cannot be seen without CAP_SYS_PTRACE"
            );
        }
    }

    /// <summary>Says how many connections escaped.</summary>
    public static string Escaped(EscapedInfo escaped) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"at least {Plural.Count((int)escaped.Connections, "connection")} of {escaped.Scope} opened "
                + $"before the new cgroup had its chain; {escaped.TunedLater} got their settings later, "
                + $"{escaped.Connections - escaped.TunedLater} still lack some"
        );

    public static void Actions(TextWriter output, ImmutableArray<ActionInfo> actions, bool color)
    {
        var table = new Table("", "", TableColumn.Path(""), "");
        foreach (var line in actions)
        {
            Paint paint = line.Sign switch
            {
                "+" => Paint.Good,
                "-" => Paint.Failure,
                _ => Paint.Warning,
            };
            table.Add(paint, line.Sign, $"{line.Action} {line.Object}", line.Target, line.Why);
        }

        table.Write(output, color, "  ");
    }

    /// <summary>Actions as data.</summary>
    /// <param name="actions">The actions.</param>
    /// <param name="sysctls">Of actions that are still to come: the values that sysctls have now.</param>
    public static ImmutableArray<ActionInfo> ActionInfos(
        ImmutableArray<PlanAction> actions,
        IReadOnlyDictionary<string, string>? sysctls = null
    ) =>
        [
            .. actions
                .Select(action => (action, Is: action.Description))
                .Select(action => new ActionInfo(
                    $"{action.Is.Sign}",
                    action.Is.Verb,
                    action.Is.Object,
                    SysctlChange(action.action, sysctls) ?? action.Is.Target,
                    action.Is.Detail,
                    action.action.Why
                )),
        ];

    // net.core.somaxconn: 4096 → 8192
    private static string? SysctlChange(PlanAction action, IReadOnlyDictionary<string, string>? sysctls)
    {
        var (name, value) = action switch
        {
            SetSysctl { Paused: false, Sysctl: var sysctl } => (sysctl.Key.Name, sysctl.Value),
            RestoreSysctl restored => (restored.Key.Name, restored.Original),
            _ => ("", ""),
        };
        return sysctls?.GetValueOrDefault(name) is { } now && !string.Equals(now, value, StringComparison.Ordinal)
            ? $"{name}: {now} → {value}"
            : null;
    }

    /// <summary>A reason for a person; nothing when there is none.</summary>
    public static string ReasonText(Reason reason) =>
        string.Equals(reason.Code, ReasonCodes.None, StringComparison.Ordinal) ? "" : $"{reason.Code}: {reason.Text}";

    /// <summary>A moment, in UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The colour of a state.</summary>
    public static Paint? StatePaint(PolicyState state) =>
        state switch
        {
            PolicyState.Active => Paint.Good,
            PolicyState.Skipped or PolicyState.Expired => Paint.Faint,
            PolicyState.Failed or PolicyState.Quarantined or PolicyState.AuditFailed => Paint.Failure,
            _ => Paint.Warning,
        };
}
