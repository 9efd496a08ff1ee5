using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit gc</c></summary>
internal sealed class GcVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Only list what would be removed; exit 2 when anything would be",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();

    public GcVerb(CliConsole console)
        : base(
            console,
            "gc",
            "Remove orphans: objects of NetEdit in the kernel that nothing uses any more. Tuning in "
                + "force is not changed. A running agent does this itself"
        )
    {
        Options.Add(_dryRun);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var dryRun = arguments.GetValue(_dryRun);
        var answer = ControlClient.Send(
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            new ControlRequest("gc") { DryRun = dryRun }
        );
        var change = answer?.Change ?? Collect(ledger, dryRun);
        var actions = change.Report.Actions;
        Console.Write(
            _output.Get(arguments),
            change.Report,
            OutputJson.Readable.PlanReport,
            output =>
            {
                Render.Actions(output, actions, Console.ColorOut);
                output.WriteLine(
                    actions.IsEmpty
                        ? "no orphans"
                        : $"{Plural.Count(actions.Length, "orphan")} {(dryRun ? "to remove" : "removed")}"
                );
            }
        );
        return change.Error is { } error ? throw new CliException(ExitCode.Failed, error)
            : dryRun && !actions.IsEmpty ? ExitCode.ChangesPending
            : ExitCode.Ok;
    }

    private ChangeOutcome Collect(string ledger, bool dryRun) =>
        Directly(
            Compose(ledger, state: null),
            ledger,
            (Removal removal) => removal.Collect(dryRun, Progress.For(Console)),
            looksOnly: dryRun
        );
}
