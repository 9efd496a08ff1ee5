using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.State;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit gc</c></summary>
internal sealed class GcVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only list what would be removed; exit 2 when there is anything" };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string> _ledger = CommonOptions.Ledger();

    public GcVerb(CliConsole console)
        : base(console, "gc", "Remove what is ours in the kernel and belongs to nothing; tuning in force is left alone")
    {
        Options.Add(_dryRun);
        Options.Add(_output);
        Options.Add(_ledger);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var dryRun = arguments.GetValue(_dryRun);
        using var services = Composition.Create(new CompositionOptions(ledger, [], []), Console);
        var adapter = services.GetRequiredService<BpfAdapter>();
        using var own = dryRun ? null : AgentLock.Take(RuntimePaths.Lock(ledger));
        var plan = new Plan("", [.. adapter.Observe().Orphans.Select(orphan => new RemoveOrphan(orphan.Path, orphan.Reason))]);
        var result = dryRun ? null : adapter.Execute(plan, Progress.For(Console));
        var actions = result?.Done ?? plan.Actions;
        Console.Write(_output.Get(arguments), new PlanReport("", Render.ActionInfos(actions), []), OutputJson.Readable.PlanReport, output =>
        {
            Render.Actions(output, actions, Console.ColorOut);
            output.WriteLine(actions.IsEmpty ? "no orphans" : $"{ErrorText.Count(actions.Length, "orphan")} {(dryRun ? "to remove" : "removed")}");
        });
        if (result is { Success: false })
        {
            throw new CliException(ExitCode.Failed, result.Error ?? "an orphan could not be removed");
        }

        return dryRun && !actions.IsEmpty ? ExitCode.ChangesPending : ExitCode.Ok;
    }
}
