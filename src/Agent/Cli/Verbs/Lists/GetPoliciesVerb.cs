using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary><c>netedit get policies</c></summary>
internal sealed class GetPoliciesVerb : ListVerb<ExplainReport>
{
    private readonly Argument<string[]> _names;

    public GetPoliciesVerb(CliConsole console)
        : this(console, GetVerb.Names("POLICY", "Names of policies; default: all")) { }

    private GetPoliciesVerb(CliConsole console, Argument<string[]> names)
        : base(console, "policies", "List the policies with their states, and the reason where there is one", names)
    {
        _names = names;
        Aliases.Add("policy");
    }

    protected override JsonTypeInfo<ExplainReport> Type => OutputJson.Readable.ExplainReport;

    protected override TableColumn[] Headings(bool wide) => Render.PolicyHeadings(wide);

    protected override ImmutableArray<ListRow> Rows(ExplainReport report, bool wide) =>
        [.. report.Policies.Select(policy => Render.PolicyRow(policy, wide))];

    protected override ExplainReport Read(ParseResult arguments, HostReports reports, bool again)
    {
        var report = ExplainReport.Of(reports.Status(), []);
        var names = arguments.GetValue(_names) ?? [];
        return report with
        {
            Policies = KnownNames.Select("policy", names, report.Policies, policy => policy.Policy, again),
        };
    }
}
