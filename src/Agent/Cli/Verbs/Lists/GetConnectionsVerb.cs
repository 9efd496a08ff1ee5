using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary><c>netedit get connections</c></summary>
internal sealed class GetConnectionsVerb : ListVerb<ConnectionsReport>
{
    private readonly Argument<string?> _end;

    public GetConnectionsVerb(CliConsole console)
        : this(
            console,
            new Argument<string?>("END")
            {
                Description = "Address and port of either end, an address, or a port; default: all connections",
                Arity = ArgumentArity.ZeroOrOne,
            }
        ) { }

    private GetConnectionsVerb(CliConsole console, Argument<string?> end)
        : base(
            console,
            "connections",
            "List the open TCP connections of all network namespaces, with the features that they have",
            end
        )
    {
        _end = end;
        _end.Validators.Add(ConnectionEnds.Validate);
        Aliases.Add("connection");
    }

    protected override JsonTypeInfo<ConnectionsReport> Type => OutputJson.Readable.ConnectionsReport;

    protected override TableColumn[] Headings(bool wide) => ConnectionText.Headings(wide);

    protected override ImmutableArray<ListRow> Rows(ConnectionsReport report, bool wide) =>
        [.. report.Connections.Select(connection => ConnectionText.Row(connection, wide))];

    protected override ConnectionsReport Read(ParseResult arguments, HostReports reports, bool again)
    {
        var request = new ControlRequest("connections");
        var report = reports.Connections(
            arguments.GetValue(_end) is { } end ? request with { Names = [end] } : request
        );
        ConnectionEnds.WarnOfMore(Console, report);
        return ConnectionEnds.WithProcesses(report, new SocketOwners());
    }
}
