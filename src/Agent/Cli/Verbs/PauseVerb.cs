using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Events;
using NetEdit.Agent.Pausing;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit pause</c> and <c>netedit resume</c></summary>
internal sealed class PauseVerb : Verb
{
    private readonly bool _pauses;
    private readonly Argument<string[]> _target = new("TARGET")
    {
        Description =
            "Name of a feature or a policy; write 'feature NAME' or 'policy NAME' when both have that "
            + "name; default: everything",
        Arity = new ArgumentArity(0, 2),
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string?> _state = CommonOptions.State();

    private PauseVerb(CliConsole console, bool pauses, string name, string description)
        : base(console, name, description)
    {
        _pauses = pauses;
        Arguments.Add(_target);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_state);
    }

    public static PauseVerb Pause(CliConsole console) =>
        new(
            console,
            pauses: true,
            "pause",
            "Switch tuning off with one write to the kernel: connections opened from now on are not "
                + "tuned, until resume; nothing is detached, and the pause survives restarts and reboots"
        );

    public static PauseVerb Resume(CliConsole console) =>
        new(console, pauses: false, "resume", "Switch tuning on again, for connections opened from now on");

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        PauseReport report;
        using (var services = Compose(ledger, arguments.GetValue(_state)))
        {
            report = services.GetRequiredService<PauseSwitch>().Set(arguments.GetValue(_target) ?? [], _pauses);
            foreach (var target in report.Changed)
            {
                services.GetRequiredService<EventRecorder>().Record(EventOf(target));
            }
        }

        ControlClient.Tell(
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            new ControlRequest("pauses-changed")
        );
        if (report.Warning is { } warning)
        {
            Console.Warn(warning);
        }

        Console.Write(_output.Get(arguments), report, OutputJson.Readable.PauseReport, output => Write(output, report));
        return report.Error is { } error ? throw new CliException(ExitCode.Failed, error) : ExitCode.Ok;
    }

    private AgentEvent EventOf(string target) =>
        new(
            EventKind.Pause,
            target,
            _pauses ? LogLevel.Warning : LogLevel.Info,
            _pauses ? "paused" : "resumed",
            ("user", Operator.Name())
        )
        {
            Policies = target.StartsWith(PauseTarget.Policy(""), StringComparison.Ordinal)
                ? [target[PauseTarget.Policy("").Length..]]
                : [],
        };

    private void Write(TextWriter output, PauseReport report)
    {
        var now = _pauses
            ? "paused; connections opened from now on are not tuned"
            : "resumed; connections opened from now on are tuned";
        foreach (var target in report.Changed)
        {
            output.WriteLine($"{target}: {now}");
        }

        if (report.Changed.IsEmpty)
        {
            output.WriteLine(_pauses ? "no change: it was paused already" : "no change: it was not paused");
        }

        if (!report.Pauses.IsEmpty && !(_pauses && report.Pauses.SequenceEqual(report.Changed)))
        {
            output.WriteLine($"paused now: {string.Join(", ", report.Pauses)}");
        }
    }
}
