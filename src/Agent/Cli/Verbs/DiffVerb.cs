using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit diff</c></summary>
internal sealed class DiffVerb : Verb
{
    private readonly Argument<string[]> _paths = new("FILE")
    {
        Description = "Directories of policies, files, or - for standard input; together they are the new set",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly ReadingOptions _reading = new();

    public DiffVerb(CliConsole console)
        : base(
            console,
            "diff",
            "Show what would change, per policy and parameter, if these policies replaced those in force; changes "
                + "nothing, and exits 2 when anything would change"
        )
    {
        Arguments.Add(_paths);
        Options.Add(_output);
        _reading.AddTo(this);
    }

    protected override int Run(ParseResult arguments)
    {
        using var services = Compose(
            _reading.Composition(arguments) with
            {
                Policies = arguments.GetRequiredValue(_paths),
            }
        );
        var source = services.GetRequiredService<CurrentPolicies>().Read();
        Console.Note(source.NotRead);
        if (source.Set is not { } after || !source.Errors.IsEmpty)
        {
            throw new InvalidPoliciesException(source.Errors);
        }

        var before = services.GetRequiredService<KeptPolicySource>().Read().Set;
        WarnOf(services.GetRequiredService<LedgerState>().Problems);
        WarnOfOlder(_reading.Socket(arguments), before);
        var report = new PolicyDifferences(services.GetRequiredService<IFeatureCatalog>()).Between(before, after);
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.DiffReport,
            output => Write(output, report, Console.ColorOut)
        );
        return report.Policies.IsEmpty ? ExitCode.Ok : ExitCode.ChangesPending;
    }

    /// <summary>Writes the differences for a person.</summary>
    internal static void Write(TextWriter output, DiffReport report, bool color)
    {
        foreach (var policy in report.Policies)
        {
            var paint = policy.Sign switch
            {
                "+" => Paint.Good,
                "-" => Paint.Failure,
                _ => Paint.Warning,
            };
            output.WritePainted(color ? paint : null, $"{policy.Sign} policy {policy.Policy}");
            output.WriteLine($" ({policy.Source})");
            var table = new Table("", "");
            foreach (var parameter in policy.Parameters)
            {
                table.Add(
                    parameter.Path,
                    policy.Sign == "~"
                        ? $"{parameter.Before ?? "(omitted)"} → {parameter.After ?? "(omitted)"}"
                        : parameter.After ?? parameter.Before ?? ""
                );
            }

            table.Write(output, color, "    ");
        }

        output.WriteLine(
            report.Policies.IsEmpty
                ? $"no differences: revision {report.ToRevision} is in force"
                : $"{Plural.Count(report.Policies.Length, "policy")} would change: "
                    + $"{(report.FromRevision is { } from ? $"revision {from}" : "no policies")} → revision "
                    + report.ToRevision
        );
    }

    /// <summary>Warns when an agent has others in force than are kept on disk, as on a full disk.</summary>
    private void WarnOfOlder(string socket, PolicySet? kept)
    {
        if (
            ControlClient.Ask(socket, "status") is { Revision: { Length: > 0 } inForce }
            && !string.Equals(inForce, kept?.Revision, StringComparison.Ordinal)
        )
        {
            Console.Warn(
                $"the agent has revision {inForce} in force, but {kept?.Revision ?? "none"} is kept on disk, and "
                    + "these differences are from the one on disk"
            );
        }
    }
}
