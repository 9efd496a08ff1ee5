using System.Globalization;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Doctor;

/// <summary>Checks how NetEdit fares on a host: the agent, its policies, and the programs of others. Pure.</summary>
internal static class StateChecks
{
    private static readonly TimeSpan LongestPass = TimeSpan.FromMinutes(5);

    // The longest interval between passes that an agent can be given is an hour.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(65);

    /// <summary>All findings about NetEdit.</summary>
    public static IEnumerable<HostFinding> All(HostExamination host)
    {
        if (host.AgentError is { } agentError)
        {
            yield return new HostFinding(
                "agent",
                FindingSeverity.Broken,
                agentError,
                "systemctl status netedit; a stuck agent may be killed, the tuning stays in force"
            );
        }

        if (host.Status is not { } status)
        {
            yield return new HostFinding(
                "policies",
                FindingSeverity.Unknown,
                "what is in force could not be read: " + (host.KernelError ?? "no agent answers"),
                "do first what the other findings say, then run netedit doctor again"
            );
            yield break;
        }

        foreach (
            var finding in Agent(host, status)
                .Concat(Policies(status))
                .Concat(Problems(status))
                .Concat(Kernel(status.Kernel))
        )
        {
            yield return finding;
        }
    }

    private static IEnumerable<HostFinding> Agent(HostExamination host, StatusReport status)
    {
        if (status.Agent is not { } agent)
        {
            if (host.AgentError is null)
            {
                yield return new HostFinding(
                    "agent",
                    FindingSeverity.Warning,
                    "no agent runs: drift is not repaired, and new containers are not tuned",
                    "systemctl start netedit, or: netedit agent --policies DIR"
                );
            }

            yield break;
        }

        yield return status.LastReconcile is { } last
            ? LastPass(agent, last, host.Now)
            : new HostFinding(
                "agent",
                FindingSeverity.Warning,
                $"pid {agent.Pid} has not finished its first pass",
                "netedit status shows what the pass does"
            );
        if (status.Pass is { } pass && host.Now - pass.Since > LongestPass)
        {
            yield return new HostFinding(
                "agent",
                FindingSeverity.Warning,
                $"a pass has run since {Render.Time(pass.Since)}{(pass.Action is null ? "" : $", now: {pass.Action}")}",
                "look for what keeps the kernel busy: dmesg, top"
            );
        }

        if (!status.PolicyErrors.IsEmpty)
        {
            yield return new HostFinding(
                "policies",
                FindingSeverity.Broken,
                $"the newest policies are invalid ({ErrorText.Summary(status.PolicyErrors)}), the first error: "
                    + status.PolicyErrors[0],
                $"netedit validate {agent.Policies}"
            );
        }

        if (status.PoliciesFromDiskOf is { } kept)
        {
            yield return new HostFinding(
                "policies",
                FindingSeverity.Warning,
                $"the policies in force are those saved {Render.Time(kept)}, since {agent.Policies} has no valid ones",
                $"netedit validate {agent.Policies}"
            );
        }
    }

    private static HostFinding LastPass(AgentInfo agent, ReconcileInfo last, DateTimeOffset now)
    {
        var ago = string.Create(
            CultureInfo.InvariantCulture,
            $"pid {agent.Pid}, version {agent.Version}, last pass {(now - last.At).TotalSeconds:F0} s ago"
        );
        return last.Error is { } error
                ? new HostFinding("agent", FindingSeverity.Broken, $"{ago}, which failed: {error}", "netedit status")
            : !last.Converged
                ? new HostFinding(
                    "agent",
                    FindingSeverity.Warning,
                    $"{ago}, after which the kernel still differs from the policies",
                    "netedit explain shows what is missing"
                )
            : now - last.At > LongestRest
                ? new HostFinding(
                    "agent",
                    FindingSeverity.Warning,
                    $"{ago}, longer than any interval between passes",
                    "systemctl restart netedit; the tuning stays in force"
                )
            : new HostFinding("agent", FindingSeverity.Fine, ago);
    }

    private static IEnumerable<HostFinding> Policies(StatusReport status)
    {
        foreach (var policy in status.Policies)
        {
            FindingSeverity? severity = policy.State switch
            {
                PolicyState.Failed or PolicyState.AuditFailed or PolicyState.Quarantined => FindingSeverity.Broken,
                PolicyState.Degraded
                or PolicyState.PartiallyActive
                or PolicyState.Unsupported
                or PolicyState.Conflict => FindingSeverity.Warning,
                PolicyState.Waiting or PolicyState.Expired => FindingSeverity.Note,
                _ => null,
            };
            if (severity is { } found)
            {
                var reason = Render.ReasonText(policy.Reason);
                yield return new HostFinding(
                    "policies",
                    found,
                    $"{policy.Policy} is {policy.State}{(reason.Length == 0 ? "" : $": {reason}")}",
                    $"netedit describe policy {policy.Policy}"
                );
            }
        }

        var active = status.Policies.Count(policy => policy.State == PolicyState.Active);
        yield return status.Policies.IsEmpty
            ? new HostFinding("policies", FindingSeverity.Note, "no policies are known")
            : new HostFinding(
                "policies",
                FindingSeverity.Fine,
                string.Create(CultureInfo.InvariantCulture, $"{active} of {status.Policies.Length} in force as written")
            );
        foreach (var pause in status.Pauses)
        {
            yield return new HostFinding(
                "policies",
                FindingSeverity.Warning,
                $"paused: {pause}",
                $"netedit resume{(pause == PauseTarget.Everything ? "" : " " + pause.Replace('/', ' '))}"
            );
        }

        foreach (var entry in status.Quarantine)
        {
            yield return new HostFinding(
                "policies",
                FindingSeverity.Warning,
                $"{entry.Feature} is in quarantine since {Render.Time(entry.Since)}: {entry.Cause}: {entry.Reason}",
                $"remove the cause, then: netedit retry {entry.Feature}"
            );
        }
    }

    private static IEnumerable<HostFinding> Problems(StatusReport status) =>
        status
            .NotRead.Select(entry => new HostFinding(
                "policies",
                FindingSeverity.Warning,
                $"no policy in {entry}",
                "correct the file, or move it out of the directory"
            ))
            .Concat(status.Problems.Select(problem => new HostFinding("agent", FindingSeverity.Warning, problem)))
            .Concat(
                status.StateProblems.Select(problem => new HostFinding("state files", FindingSeverity.Warning, problem))
            )
            .Concat(
                status.PluginProblems.Select(problem => new HostFinding(
                    "plugins",
                    FindingSeverity.Warning,
                    problem,
                    "install the feature anew, or remove its file"
                ))
            );

    private static IEnumerable<HostFinding> Kernel(KernelReport kernel)
    {
        foreach (var program in kernel.Foreign)
        {
            yield return new HostFinding(
                "other programs",
                program.Below is null ? FindingSeverity.Note : FindingSeverity.Warning,
                $"program {program.ProgramId} ({program.Name}) {program.Place}, scope {program.Scope}",
                $"bpftool prog show id {program.ProgramId} tells whose it is"
            );
        }

        if (kernel.ForeignNotLookedAt > 0)
        {
            yield return new HostFinding(
                "other programs",
                FindingSeverity.Unknown,
                $"{Plural.Count(kernel.ForeignNotLookedAt, "cgroup")} below scopes could not be looked at",
                "run as root of the host"
            );
        }

        foreach (var orphan in kernel.Orphans)
        {
            yield return new HostFinding(
                "kernel objects",
                FindingSeverity.Warning,
                $"{orphan.Path} belongs to nothing: {orphan.Reason}",
                "netedit gc"
            );
        }
    }
}
