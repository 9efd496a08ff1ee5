using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Events;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit uninstall</c></summary>
internal sealed class UninstallVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string?> _state = CommonOptions.State();

    public UninstallVerb(CliConsole console)
        : base(
            console,
            "uninstall",
            "Remove everything that NetEdit made in the kernel, and its state files, and check that "
                + "nothing is left. A running agent does this itself and then exits, because it would tune "
                + "again"
        )
    {
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var answer = ControlClient.Send(
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            new ControlRequest("uninstall")
        );
        var change = answer?.Change ?? Uninstall(ledger, arguments.GetValue(_state));
        Console.Write(
            _output.Get(arguments),
            change.Report,
            OutputJson.Readable.PlanReport,
            output =>
            {
                var actions = change.Report.Actions;
                Render.Actions(output, actions, Console.ColorOut);
                if (change.Complete)
                {
                    output.WriteLine(
                        actions.IsEmpty
                            ? "there was nothing to remove"
                            : $"{Plural.Count(actions.Length, "change")} made; nothing of NetEdit is left "
                                + $"in the kernel"
                    );
                }
            }
        );
        if (answer is not null)
        {
            Console.Warn("the agent has exited too, because it would have tuned the host again");
        }

        return change.Error is { } error ? throw new CliException(ExitCode.Failed, error) : ExitCode.Ok;
    }

    private ChangeOutcome Uninstall(string ledger, string? state)
    {
        var services = Compose(ledger, state);
        return Directly(
            services,
            ledger,
            (Removal removal) =>
            {
                var outcome = removal.Uninstall(Progress.For(Console));
                services.GetRequiredService<EventRecorder>().RecordFailure(outcome);
                return outcome;
            }
        );
    }
}
