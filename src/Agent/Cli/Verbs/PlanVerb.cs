using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit plan</c></summary>
internal sealed class PlanVerb : Verb
{
    private readonly Option<string> _policies = CommonOptions.Policies();
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public PlanVerb(CliConsole console)
        : base(
            console,
            "plan",
            "Show what apply would load, attach, update and remove on this host, and why; changes nothing"
        )
    {
        Options.Add(_policies);
        Options.Add(_output);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var policies = arguments.GetRequiredValue(_policies);
        using var services = Compose(
            new CompositionOptions(arguments.GetRequiredValue(_ledger), arguments.GetValue(_features) ?? [], [policies])
            {
                StateDirectory = arguments.GetValue(_state),
            }
        );
        var preview = services.GetRequiredService<PolicyPreviews>().Preview();
        var actions = preview.Plan.Actions;
        var report = new PlanReport(
            preview.Set.Revision,
            Render.ActionInfos(actions, preview.Sysctls),
            preview.Decision.Policies
        )
        {
            NotRead = preview.NotRead,
            Pending = preview.Pending,
        };
        Console.Note(report.NotRead);
        if (preview.Emptied is { } emptied)
        {
            Console.Warn($"apply will refuse this: {emptied}");
        }
        else if (report.Policies.IsEmpty)
        {
            Console.Note($"{NoPolicies.Text(policies, preview.Set, report.NotRead)}; nothing is tuned");
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.PlanReport,
            output => Write(output, report, Console.ColorOut)
        );
        return actions.IsEmpty ? ExitCode.Ok : ExitCode.ChangesPending;
    }

    /// <summary>Writes the report for a person.</summary>
    internal static void Write(TextWriter output, PlanReport report, bool color)
    {
        Render.Policies(output, report.Policies, color, report.Pending);
        output.WriteLine();
        var lacking = NotInForce.Of(report.Policies);
        if (report.Actions.IsEmpty)
        {
            output.WriteLine(
                lacking.IsEmpty
                    ? $"no changes: the kernel holds revision {report.Revision}"
                    : $"nothing to do for revision {report.Revision}, which stays {NotInForce.Text(lacking)}"
            );
            return;
        }

        Render.Actions(output, report.Actions, color);
        output.WriteLine();
        output.WriteLine(
            $"{Plural.Count(report.Actions.Length, "change")} pending for revision {report.Revision}"
                + (lacking.IsEmpty ? "" : $"; after that still {NotInForce.Text(lacking)}")
        );
    }
}
