using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit status</c></summary>
internal sealed class StatusVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<bool> _agent = new("--agent")
    {
        Description = "Fail (exit 4) when no agent answers, instead of reading the kernel",
    };
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();

    public StatusVerb(CliConsole console)
        : base(
            console,
            "status",
            "Show what is in force, as the running agent reports it or, without one, as the kernel shows it"
        )
    {
        Options.Add(_output);
        Options.Add(_agent);
        Options.Add(_socket);
        Options.Add(_ledger);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var socket = arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger);
        var report = ControlClient.Ask(socket, "status");
        if (report is null)
        {
            if (arguments.GetValue(_agent))
            {
                throw new CliException(
                    ExitCode.AgentUnreachable,
                    $"no agent answers on {socket}; start one with: netedit agent --policies DIR"
                );
            }

            using var services = CompositionRoot.Create(new CompositionOptions(ledger, [], []), Console);
            report = StatusReports.FromKernel(ledger, services.GetRequiredService<BpfAdapter>().Observe());
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.StatusReport,
            output => Write(output, report, Console.ColorOut)
        );
        return ExitCode.Ok;
    }

    /// <summary>Writes the report for a person.</summary>
    internal static void Write(TextWriter output, StatusReport report, bool color)
    {
        var facts = new Table("", "");
        facts.Add(
            "agent",
            report.Agent is { } agent
                ? $"pid {agent.Pid}, version {agent.Version}, since {Render.Time(agent.StartedAt)}, policies "
                    + $"{agent.Policies}"
                : "none answers; this report is read from the kernel"
        );
        if (report.Revision is { Length: > 0 } revision)
        {
            facts.Add("revision", revision);
        }

        if (report.PoliciesFromDiskOf is { } kept)
        {
            facts.Add(
                Paint.Warning,
                "policies",
                $"FROM DISK, saved {Render.Time(kept)}: the policy directory has had no valid policies "
                    + $"since the agent started"
            );
        }

        if (report.LastReconcile is { } last)
        {
            facts.Add(
                "last pass",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Render.Time(last.At)}, {last.Result} after {last.Trigger}, {last.Seconds * 1000:F1} "
                        + $"ms, {(last.Converged ? "converged" : "NOT converged")}"
                )
            );
        }

        if (report.Pass is { } pass)
        {
            facts.Add(
                "this pass",
                $"since {Render.Time(pass.Since)}, after {pass.Trigger}"
                    + (pass.Action is null ? "" : $"; {Plural.Count(pass.Actions, "action")}, the last: {pass.Action}")
            );
        }

        var on =
            report.Kernel.Chains.IsEmpty && report.Kernel.Programs.IsEmpty && report.Kernel.Sysctls.IsEmpty
                ? "none"
                : "on";
        facts.Add(
            report.Pauses.IsEmpty ? null : Paint.Warning,
            "tuning",
            report.Pauses.IsEmpty ? on
                : report.Pauses.Contains(PauseTarget.Everything, StringComparer.Ordinal)
                    ? "PAUSED: connections opened since then are not tuned, until netedit resume"
                : $"{on}, but PAUSED until netedit resume: {string.Join(", ", report.Pauses)}"
        );
        foreach (var escaped in report.Escaped)
        {
            facts.Add(Paint.Warning, "escaped", Render.Escaped(escaped));
        }

        facts.Write(output, color);
        if (report.LastReconcile?.Error is { } error)
        {
            output.WriteLine($"the last pass failed: {error}");
        }

        if (!report.PolicyErrors.IsEmpty)
        {
            output.WriteLine();
            output.WriteLine(
                $"the newest policies are INVALID ({ErrorText.Summary(report.PolicyErrors)}); "
                    + (
                        report.Revision is { Length: > 0 }
                            ? "the last valid ones stay in force:"
                            : "no earlier policies are in force:"
                    )
            );
            foreach (var wrong in report.PolicyErrors)
            {
                output.WriteLine($"  {wrong}");
            }
        }

        if (!report.Policies.IsEmpty)
        {
            output.WriteLine();
            Render.Policies(output, report.Policies, color);
        }

        if (!report.Quarantine.IsEmpty)
        {
            output.WriteLine();
            var quarantine = new Table("QUARANTINE", "VARIANT", "SINCE", TableColumn.Detail("WHY"));
            foreach (var entry in report.Quarantine)
            {
                quarantine.Add(
                    Paint.Failure,
                    entry.Feature,
                    entry.Variant.Length == 0 ? "all" : entry.Variant,
                    Render.Time(entry.Since),
                    $"{entry.Cause}: {entry.Reason}"
                );
            }

            quarantine.Write(output, color);
        }

        WriteKernel(output, report.Kernel, color);
        foreach (var entry in report.NotRead)
        {
            output.WriteLine($"no policy in {entry}");
        }

        foreach (var problem in report.Problems)
        {
            output.WriteLine($"agent problem: {problem}");
        }

        foreach (var problem in report.StateProblems)
        {
            output.WriteLine($"state problem: {problem}");
        }

        foreach (var problem in report.PluginProblems)
        {
            output.WriteLine($"plugin problem: {problem}");
        }
    }

    private static void WriteKernel(TextWriter output, KernelReport kernel, bool color)
    {
        var objects = new Table("KERNEL OBJECT", TableColumn.Path("NAME"), "ID", TableColumn.Detail("HOLDS"));
        foreach (var chain in kernel.Chains)
        {
            objects.Add(
                "chain",
                chain.Scope,
                $"link {chain.LinkId}, program {chain.ProgramId}",
                string.Join(", ", chain.Features)
            );
        }

        foreach (var program in kernel.Programs)
        {
            objects.Add(
                program.Attached ? null : Paint.Warning,
                "program",
                program.Target.Length == 0 ? program.Hook : $"{program.Hook} of {program.Target}",
                string.Concat(program.LinkIds.Select(id => string.Create(CultureInfo.InvariantCulture, $"link {id}, ")))
                    + $"program {program.ProgramId}",
                $"{program.Feature} by {program.Policy} ({program.Mechanism})"
                    + (program.Attached ? "" : ", NOT attached")
                    + (program.Paused ? ", paused" : "")
            );
        }

        foreach (var sysctl in kernel.Sysctls)
        {
            objects.Add(
                sysctl.State is SysctlDrift.IsSet or SysctlDrift.IsPaused ? null : Paint.Warning,
                "sysctl",
                sysctl.Name,
                sysctl.Current ?? "gone",
                $"{sysctl.Value} by {sysctl.Policy}, {sysctl.Original} "
                    + $"before{(sysctl.State == SysctlDrift.IsSet ? "" : $": {sysctl.State}")}"
            );
        }

        foreach (var algorithm in kernel.Algorithms)
        {
            objects.Add(
                "congestion-control",
                algorithm.Algorithm,
                $"map {algorithm.MapId}",
                algorithm.Registered
                    ? "registered"
                    : $"draining: still used by {Plural.Count((int)algorithm.Users, "socket")}"
            );
        }

        if (!kernel.Chains.IsEmpty || kernel.Profiles + kernel.Rules > 0)
        {
            objects.Add(
                "rules",
                "shared",
                "",
                $"{Plural.Count(kernel.Profiles, "profile")}, {Plural.Count(kernel.Rules, "rule")}, "
                    + $"{Plural.Count(kernel.PortRanges, "port range")}"
            );
        }

        foreach (var maps in kernel.FormerMaps)
        {
            objects.Add("former maps", maps, "", "from another version; a chain still uses them");
        }

        foreach (var orphan in kernel.Orphans)
        {
            objects.Add(Paint.Warning, "orphan", orphan.Path, "", orphan.Reason);
        }

        foreach (var program in kernel.Foreign)
        {
            objects.Add(
                Paint.Warning,
                "foreign program",
                program.Scope,
                $"program {program.ProgramId}",
                $"{program.Name} {program.Place}"
            );
        }

        if (!objects.IsEmpty)
        {
            output.WriteLine();
            objects.Write(output, color);
        }

        if (kernel.ForeignNotLookedAt > 0)
        {
            output.WriteLine(
                $"not checked for foreign programs: {Plural.Count(kernel.ForeignNotLookedAt, "cgroup")} below scopes"
            );
        }
    }
}
