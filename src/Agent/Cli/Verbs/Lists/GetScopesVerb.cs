using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary><c>netedit get scopes</c></summary>
internal sealed class GetScopesVerb : ListVerb<ScopesReport>
{
    private readonly Argument<string[]> _names;

    public GetScopesVerb(CliConsole console)
        : this(console, GetVerb.Names("CGROUP", "Paths of cgroups; default: all")) { }

    private GetScopesVerb(CliConsole console, Argument<string[]> names)
        : base(
            console,
            "scopes",
            "List the cgroups where policies apply, with the features of the chain that each has in the kernel",
            names
        )
    {
        _names = names;
        Aliases.Add("scope");
    }

    protected override JsonTypeInfo<ScopesReport> Type => OutputJson.Readable.ScopesReport;

    protected override TableColumn[] Headings(bool wide) =>
        [
            TableColumn.Path("SCOPE"),
            TableColumn.Detail("CONTAINER"),
            TableColumn.Detail("POLICIES"),
            TableColumn.Detail("FEATURES"),
            .. wide ? ["LINK", "PROGRAM"] : (TableColumn[])[],
        ];

    protected override ImmutableArray<ListRow> Rows(ScopesReport report, bool wide) =>
        [
            .. report.Scopes.Select(scope =>
            {
                string[] cells =
                [
                    scope.Scope,
                    $"{scope.Container}",
                    string.Join(',', scope.Policies),
                    scope.Chain is { } chain ? string.Join(',', chain.Features) : "no chain",
                ];
                return new ListRow(
                    scope.Scope,
                    scope.Chain is null ? Paint.Warning : Paint.Good,
                    wide ? [.. cells, Number(scope.Chain?.LinkId), Number(scope.Chain?.ProgramId)] : cells
                );
            }),
        ];

    protected override ScopesReport Read(ParseResult arguments, HostReports reports, bool again)
    {
        var names = arguments.GetValue(_names) ?? [];
        var scopes = ScopesReport.Of(reports.Status()).Scopes;
        return new ScopesReport(KnownNames.Select("scope", names, scopes, scope => scope.Scope, again));
    }

    private static string Number(uint? id) => id?.ToString(CultureInfo.InvariantCulture) ?? "";
}
