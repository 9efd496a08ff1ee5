using System.CommandLine;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit explain connection END</c></summary>
internal sealed class ExplainConnectionVerb : Verb
{
    // As many fit a request.
    private const int MostSockets = 4096;

    private readonly Argument<string?> _end = new("END")
    {
        Description =
            "Address and port of either end, as in 10.0.0.2:443 or [::1]:443; the address or the port "
            + "alone is enough",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _pid = new("--pid")
    {
        Description = "Explain the connections of this process instead",
        HelpName = "PID",
    };
    private readonly Option<bool> _all = new("--all")
    {
        Description = "Explain every connection of the host, in all network namespaces, instead",
    };
    private readonly ExplainOptions _options;

    public ExplainConnectionVerb(CliConsole console, ExplainOptions options)
        : base(
            console,
            "connection",
            "Explain the settings of open connections: which policy gave which value, which policies "
                + "lost, what the kernel refused, and what the socket has now"
        )
    {
        _options = options;
        Arguments.Add(_end);
        Options.Add(_pid);
        Options.Add(_all);
        _end.Validators.Add(ConnectionEnds.Validate);
        Validators.Add(result =>
        {
            var end = result.GetValue(_end);
            if ((end is null ? 0 : 1) + (result.GetValue(_pid) is null ? 0 : 1) + (result.GetValue(_all) ? 1 : 0) != 1)
            {
                result.AddError("Give exactly one of: an end such as 10.0.0.2:443, --pid PID, or --all.");
            }
        });
    }

    protected override int Run(ParseResult arguments)
    {
        var owners = new SocketOwners();
        var request = Request(arguments, owners);
        var report = Ask(arguments, request);
        if (report.Connections.IsEmpty)
        {
            throw new CliException(ExitCode.Failed, Nothing(arguments, report));
        }

        report = ConnectionEnds.WithProcesses(report, owners);
        ConnectionEnds.WarnOfMore(Console, report);
        Console.Write(
            _options.Output.Get(arguments),
            report,
            OutputJson.Readable.ConnectionsReport,
            output =>
            {
                ConnectionText.Write(output, report, Console.ColorOut);
                Render.Hidden(output, report.Hidden);
            }
        );
        return ExitCode.Ok;
    }

    private ControlRequest Request(ParseResult arguments, SocketOwners owners)
    {
        var request = new ControlRequest("connections");
        if (arguments.GetValue(_pid) is not { } pid)
        {
            return arguments.GetValue(_end) is { } end ? request with { Names = [end] } : request;
        }

        var inodes =
            owners.InodesOf(pid)
            ?? throw new CliException(
                ExitCode.Failed,
                $"process {pid} does not exist, or you may not inspect it; run as root"
            );
        if (inodes.Count > MostSockets)
        {
            Console.Warn(
                $"process {pid} has {inodes.Count} sockets, but only the first {MostSockets} are "
                    + $"inspected; give an end instead"
            );
        }

        return request with
        {
            Inodes = [.. inodes.Take(MostSockets)],
        };
    }

    /// <summary>By the policies that are named; else by those of the agent; without one by those that it kept on disk.</summary>
    private ConnectionsReport Ask(ParseResult arguments, ControlRequest request)
    {
        var ledger = arguments.GetRequiredValue(_options.Ledger);
        var policies = arguments.GetValue(_options.Policies);
        var composition = new CompositionOptions(
            ledger,
            arguments.GetValue(_options.Features) ?? [],
            policies is null ? [] : [policies]
        )
        {
            StateDirectory = arguments.GetValue(_options.State),
        };
        if (policies is null)
        {
            var socket = arguments.GetValue(_options.Socket) ?? RuntimePaths.Socket(ledger);
            return new HostReports(Console, socket, composition, Compose).Connections(request);
        }

        return Directly(
            Compose(composition),
            ledger,
            (ConnectionExplanations explanations) => explanations.Explain(ConnectionQuery.Of(request), named: true),
            looksOnly: true
        );
    }

    private string Nothing(ParseResult arguments, ConnectionsReport report)
    {
        var asked =
            arguments.GetValue(_pid) is { } pid ? $"process {pid} has no open TCP connection"
            : arguments.GetValue(_end) is { } end ? $"no open TCP connection has {end} at either end"
            : "this host has no open TCP connection";
        var near = report.Near.IsEmpty ? "" : $"; similar ends: {string.Join(", ", report.Near)}";
        var hidden =
            report.Hidden == 0
                ? ""
                : $"; but the network namespaces of {Plural.Count(report.Hidden, "process")} cannot be "
                    + $"inspected without CAP_SYS_PTRACE";
        return asked + near + hidden;
    }
}
