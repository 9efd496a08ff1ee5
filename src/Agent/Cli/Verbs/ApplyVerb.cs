using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit apply</c></summary>
internal sealed class ApplyVerb : Verb
{
    private readonly Option<string> _policies = CommonOptions.Policies();
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public ApplyVerb(CliConsole console)
        : base(console, "apply", "Bring the kernel to what the policies say, once, without an agent; the tuning stays after it ends")
    {
        Options.Add(_policies);
        Options.Add(_output);
        Options.Add(_ledger);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        using var services = Compose(new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], [arguments.GetRequiredValue(_policies)]));
        var reconciler = services.GetRequiredService<Reconciler>();
        using var own = AgentLock.Take(RuntimePaths.Lock(ledger));
        var report = reconciler.Reconcile("apply", Progress.For(Console));
        if (!report.PolicyErrors.IsEmpty)
        {
            throw new InvalidPoliciesException(report.PolicyErrors);
        }

        foreach (var file in report.BeingWritten)
        {
            Console.Warn($"{file}: somebody is writing this file; it was left out");
        }

        Console.Write(_output.Get(arguments), new PlanReport(report.Revision, Render.ActionInfos(report.Done), report.Policies), OutputJson.Readable.PlanReport, output =>
        {
            Render.Policies(output, report.Policies, Console.ColorOut);
            output.WriteLine();
            if (!report.Done.IsEmpty)
            {
                Render.Actions(output, report.Done, Console.ColorOut);
                output.WriteLine();
            }

            if (report.Converged)
            {
                output.WriteLine($"{(report.Done.IsEmpty ? "no changes" : ErrorText.Count(report.Done.Length, "change") + " made")}: the kernel holds revision {report.Revision}");
            }
        });
        if (report.Error is { } error)
        {
            throw new CliException(ExitCode.Failed, error);
        }

        return ExitCode.Ok;
    }
}
