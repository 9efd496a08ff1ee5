using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit audit</c></summary>
internal sealed class AuditVerb : Verb
{
    private readonly Argument<string?> _name = new("POLICY")
    {
        Description = "Show only this policy",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _policies = new("--policies", "-f")
    {
        Description = "Audit these policies instead of the running agent's policies",
        HelpName = "DIR",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public AuditVerb(CliConsole console)
        : base(
            console,
            "audit",
            "Check now whether open connections have the settings that policies give them; exit 0 when "
                + "all are confirmed, 1 when any is contradicted, else 6 when any is inconclusive"
        )
    {
        Arguments.Add(_name);
        Options.Add(_policies);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var report = Ask(arguments);
        if (arguments.GetValue(_name) is { } name)
        {
            var names = report.Lines.Select(line => line.Policy).Distinct(StringComparer.Ordinal).ToList();
            if (!names.Contains(name))
            {
                var next = Suggestion.Nearest(name, names) is { } nearest
                    ? $"did you mean '{nearest}'?"
                    : "netedit status shows which policies are";
                throw new CliException(ExitCode.Failed, $"policy '{name}' is not in force; {next}");
            }

            report = report with
            {
                Lines = report.Lines.RemoveAll(line => line.Policy != name),
                Probes = report.Probes.RemoveAll(probe => probe.Policy != name),
            };
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.AuditReport,
            output => Write(output, report, Console.ColorOut)
        );
        return report.Result switch
        {
            AuditVerdict.Contradicted => ExitCode.Failed,
            AuditVerdict.Inconclusive => ExitCode.Inconclusive,
            _ => ExitCode.Ok,
        };
    }

    /// <summary>By the policies that are named; else by those of the agent; without one by those that it kept on disk.</summary>
    private AuditReport Ask(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var policies = arguments.GetValue(_policies);
        if (
            policies is null
            && ControlClient.Send(
                arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
                new ControlRequest("audit")
            )
                is { } answer
        )
        {
            return answer.Audit ?? throw new CliException(ExitCode.AgentUnreachable, "the agent gave no answer");
        }

        using var services = Compose(
            new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], policies is null ? [] : [policies])
            {
                StateDirectory = arguments.GetValue(_state),
            }
        );
        using var auditor = new Auditor(new DirectQueue(), services.GetRequiredService<Audits>());
        return auditor.AuditAsync(named: policies is not null, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Writes the report for a person.</summary>
    internal static void Write(TextWriter output, AuditReport report, bool color)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Render.Time(report.At)}: {report.Sampled} of "
                    + $"{Plural.Count(report.Open, "open connection")} checked"
            )
        );
        if (report.Escaped > 0)
        {
            output.WriteLine(
                $"{Plural.Count((int)report.Escaped, "connection")} escaped tuning since the agent "
                    + $"started: they opened before a new cgroup had its chain; netedit status shows where"
            );
        }

        if (report.ForeignBelow > 0)
        {
            output.WriteLine(
                $"{Plural.Count(report.ForeignBelow, "foreign program")} below scopes may override the "
                    + $"settings; netedit status lists them"
            );
        }

        Render.Hidden(output, report.Hidden);
        output.WriteLine();
        var table = new Table(
            "POLICY",
            "FEATURE",
            "CONFIRMED",
            "CONTRADICTED",
            "INCONCLUSIVE",
            "RESULT",
            TableColumn.Detail("")
        );
        foreach (var line in report.Lines)
        {
            string[] counts =
            [
                .. ((int[])[line.Confirmed, line.Contradicted, line.Inconclusive]).Select(count =>
                    count.ToString(CultureInfo.InvariantCulture)
                ),
            ];
            table.Add(Colour(line.Verdict), [line.Policy, line.Feature, .. counts, Word(line.Verdict), Detail(line)]);
        }

        table.Write(output, color);
        var evidence = new Table(
            "CONTRADICTED BY",
            "",
            TableColumn.Detail("EXPECTED"),
            TableColumn.Detail("FOUND"),
            TableColumn.Detail("WHEN")
        );
        foreach (var line in report.Lines)
        {
            foreach (var found in line.Evidence)
            {
                evidence.Add(
                    Colour(line.Verdict),
                    $"{line.Policy} {line.Feature}",
                    found.Local is null ? "kernel" : $"{(found.IsProbe ? "probe " : "")}{found.Local} -> {found.Peer}",
                    found.Expected,
                    found.Found,
                    Render.Time(found.At)
                );
            }
        }

        var probes = new Table("PROBE", "PEER", TableColumn.Detail(""));
        foreach (var probe in report.Probes)
        {
            probes.Add(
                probe.Problem is null ? null : Paint.Warning,
                probe.Policy,
                probe.Address,
                probe.Problem ?? $"connected from {probe.Local}"
            );
        }

        foreach (var more in ((Table[])[evidence, probes]).Where(more => !more.IsEmpty))
        {
            output.WriteLine();
            more.Write(output, color);
        }
    }

    private static string Word(AuditVerdict verdict) =>
        verdict switch
        {
            AuditVerdict.Confirmed => "confirmed",
            AuditVerdict.Inconclusive => "inconclusive",
            _ => "CONTRADICTED",
        };

    /// <summary>What a confirmation rests on, or why there is none.</summary>
    private static string Detail(AuditLine line) =>
        line.Why is { } why
            ? Render.ReasonText(why)
            : line.RestsOn switch
            {
                AuditBasis.Socket => "sockets have the value",
                AuditBasis.Program => "its program ran, and the kernel accepted the value",
                AuditBasis.Kernel => "the kernel holds the value",
                _ => "",
            };

    private static Paint? Colour(AuditVerdict verdict) =>
        verdict switch
        {
            AuditVerdict.Confirmed => Paint.Good,
            AuditVerdict.Inconclusive => Paint.Warning,
            _ => Paint.Failure,
        };
}
