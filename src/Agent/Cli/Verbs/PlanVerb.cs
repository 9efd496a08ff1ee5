using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
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
        using var services = Compose(
            new CompositionOptions(
                arguments.GetRequiredValue(_ledger),
                arguments.GetValue(_features) ?? [],
                [arguments.GetRequiredValue(_policies)]
            )
            {
                StateDirectory = arguments.GetValue(_state),
            }
        );
        var preview = services.GetRequiredService<PolicyPreviews>().Preview();
        var actions = preview.Plan.Actions;
        var report = new PlanReport(preview.Set.Revision, Render.ActionInfos(actions), preview.Decision.Policies)
        {
            NotRead = preview.NotRead,
        };
        Console.Note(report.NotRead);
        if (report.Policies.IsEmpty)
        {
            Console.Note($"{arguments.GetRequiredValue(_policies)} contains no policy, so nothing is tuned");
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.PlanReport,
            output =>
            {
                Render.Policies(output, preview.Decision.Policies, Console.ColorOut);
                output.WriteLine();
                if (actions.IsEmpty)
                {
                    output.WriteLine($"no changes: the kernel holds revision {report.Revision}");
                }
                else
                {
                    Render.Actions(output, report.Actions, Console.ColorOut);
                    output.WriteLine();
                    output.WriteLine(
                        $"{Plural.Count(actions.Length, "change")} pending for revision {report.Revision}"
                    );
                }
            }
        );
        return actions.IsEmpty ? ExitCode.Ok : ExitCode.ChangesPending;
    }
}
