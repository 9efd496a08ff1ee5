using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Events;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit apply</c></summary>
internal sealed class ApplyVerb : Verb
{
    private readonly Option<string> _policies = CommonOptions.Policies();
    private readonly Option<bool> _allowEmpty = CommonOptions.AllowEmpty();
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Change nothing and show what netedit plan shows; exit 2 when changes are pending",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public ApplyVerb(CliConsole console)
        : base(
            console,
            "apply",
            "Apply the policies to the kernel, once; the tuning stays in force after the command ends. "
                + "An agent that runs with these policies applies them itself; an agent with other policies "
                + "refuses"
        )
    {
        Options.Add(_policies);
        Options.Add(_allowEmpty);
        Options.Add(_dryRun);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var policies = arguments.GetRequiredValue(_policies);
        if (arguments.GetValue(_dryRun))
        {
            return Plan(arguments);
        }

        var answer = ControlClient.Send(
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            new ControlRequest("apply")
            {
                Policies = Path.GetFullPath(policies),
                AllowEmpty = arguments.GetValue(_allowEmpty),
            }
        );
        if (answer is not null && arguments.GetValue(_features) is { Length: > 0 })
        {
            Console.Warn("--features was ignored: the running agent uses its own features");
        }

        var change = answer?.Change ?? Apply(ledger, policies, arguments);
        if (!change.PolicyErrors.IsEmpty)
        {
            throw new InvalidPoliciesException(change.PolicyErrors);
        }

        var report = change.Report;
        Console.Note(report.NotRead);
        if (report.Policies.IsEmpty && change.Error is null)
        {
            Console.Note($"{NoPolicies.Text(policies, PolicySet.Empty, report.NotRead)}; nothing is tuned");
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.PlanReport,
            output => Write(output, change, Console.ColorOut)
        );
        return change.Error is { } error ? throw new CliException(ExitCode.Failed, error)
            : NotInForce.Of(report.Policies).IsEmpty ? ExitCode.Ok
            : throw new CliException(
                ExitCode.NotInForce,
                "applied, but some policies are not in force; the table says which"
            );
    }

    /// <summary>Writes what was done for a person.</summary>
    internal static void Write(TextWriter output, ChangeOutcome change, bool color)
    {
        var report = change.Report;
        if (!report.Policies.IsEmpty)
        {
            Render.Policies(output, report.Policies, color);
            output.WriteLine();
        }

        if (!report.Actions.IsEmpty)
        {
            Render.Actions(output, report.Actions, color);
            output.WriteLine();
        }

        Render.Walks(output, report.Walks);
        if (!change.Complete)
        {
            return;
        }

        var lacking = NotInForce.Of(report.Policies);
        output.WriteLine(
            (
                !report.Actions.IsEmpty ? Plural.Count(report.Actions.Length, "change") + " made"
                : lacking.IsEmpty ? "no changes"
                : "nothing was to be done"
            ) + (lacking.IsEmpty ? $": the kernel holds revision {report.Revision}" : $"; {NotInForce.Text(lacking)}")
        );
    }

    /// <summary>Runs <c>netedit plan</c> with the same options.</summary>
    private int Plan(ParseResult arguments)
    {
        string[] words =
        [
            $"{_policies.Name}={arguments.GetRequiredValue(_policies)}",
            $"{_output.Name}={arguments.GetRequiredValue(_output)}",
            $"{_ledger.Name}={arguments.GetRequiredValue(_ledger)}",
            .. (arguments.GetValue(_features) ?? []).Select(directory => $"{_features.Name}={directory}"),
            .. arguments.GetValue(_state) is { } state ? [$"{_state.Name}={state}"] : (string[])[],
        ];
        return new PlanVerb(Console)
            .Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null })
            .Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private ChangeOutcome Apply(string ledger, string policies, ParseResult arguments)
    {
        var services = Compose(
            new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], [policies])
            {
                StateDirectory = arguments.GetValue(_state),
                AllowEmpty = arguments.GetValue(_allowEmpty),
            }
        );
        return Directly(
            services,
            ledger,
            (Reconciler reconciler) =>
            {
                var report = reconciler.Reconcile(PassTrigger.Apply, Progress.For(Console));
                WarnOf(report.StateProblems);
                Record(services.GetRequiredService<EventRecorder>(), report, policies);
                return ChangeOutcomes.Of(report);
            }
        );
    }

    private void Record(EventRecorder events, ReconcileReport report, string policies)
    {
        events.Record(
            new AgentEvent(
                EventKind.Apply,
                Path.GetFullPath(policies),
                report.Error is null && report.PolicyErrors.IsEmpty ? LogLevel.Info : LogLevel.Error,
                $"applied once: {report.Result.ToString().ToLowerInvariant()}",
                ("user", Operator.Name())
            )
        );
        events.RecordFirst(report);
        if (events.Trouble is { } trouble)
        {
            Console.Warn(trouble);
        }
    }
}
