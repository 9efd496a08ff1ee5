using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Demo;
using NetEdit.Agent.Host;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit demo</c></summary>
internal sealed class DemoVerb : Verb
{
    private const string Client = "client";
    private const string Server = "server";
    private const string SysctlSource = "/proc/sys of the client";

    private readonly Option<string> _policies = new("--policies", "-f")
    {
        Description = "Directory or file of policies to show instead of the examples",
        HelpName = "PATH",
    };

    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public DemoVerb(CliConsole console)
        : base(
            console,
            "demo",
            "Show what the policies do to real connections between two temporary hosts on this "
                + "machine, before and after; everything is removed at the end"
        )
    {
        Options.Add(_policies);
        Options.Add(_output);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        var policies = arguments.GetValue(_policies) ?? Examples();
        var features = arguments.GetValue(_features) ?? [];
        using var services = Compose(new CompositionOptions("netedit", features, [policies]));
        var source = services.GetRequiredService<CurrentPolicies>().Read();
        if (source.Set is not { } set)
        {
            throw new InvalidPoliciesException(source.Errors);
        }

        Console.Note(source.NotRead);

        KernelSnapshot own;
        ImmutableArray<DemoRow> rows;
        ImmutableArray<PolicyDecision> decisions;
        using (var adapter = DemoLab.OpenAdapter())
        {
            if (adapter.HasMounted)
            {
                Step($"mounted the BPF file system at {Path.GetDirectoryName(adapter.LedgerPath)}; it stays mounted");
            }

            using var lab = Guarded(() => new DemoLab(adapter));
            (rows, decisions) = Guarded(() => Show(lab, set, services));
            own = Guarded(lab.Own);
        }

        Step("removing everything");
        var left = OwnObjects.WaitUntilGone(own);
        var report = new DemoReport(rows, decisions, left);
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.DemoReport,
            output => Write(output, report, own, policies)
        );
        if (!left.IsEmpty)
        {
            throw new CliException(ExitCode.Failed, "not everything was removed; see above");
        }

        var shown = rows.Select(row => row.Policy).ToHashSet(StringComparer.Ordinal);
        var idle = decisions
            .Where(decision =>
                decision.State is PolicyState.Active or PolicyState.Degraded && !shown.Contains(decision.Policy)
            )
            .Select(decision => decision.Policy)
            .ToList();
        return idle.Count == 0
            ? ExitCode.Ok
            : throw new CliException(
                ExitCode.Failed,
                $"these policies had no visible effect: {string.Join(", ", idle)}"
            );
    }

    private (ImmutableArray<DemoRow> Rows, ImmutableArray<PolicyDecision> Decisions) Show(
        DemoLab lab,
        PolicySet set,
        ServiceProvider services
    )
    {
        var connections = set
            .Policies.Select(policy => DemoConnection.For(policy, lab.Network))
            .OfType<DemoConnection>()
            .ToList();
        Step($"opening {connections.Count} connections without the policies");
        var before = connections.ConvertAll(connection =>
            DemoMeasurement.Read(lab.Network, connection, lab.Scope(connection.Scope))
        );
        var (host, catalog) = (
            services.GetRequiredService<HostFactsReader>(),
            services.GetRequiredService<IFeatureCatalog>()
        );
        var sysctls = set
            .Policies.Select(policy => (Policy: policy, Before: lab.ReadSysctls(policy, host, catalog)))
            .ToList();
        Step($"applying {set.Policies.Length} policies");
        var decisions = lab.Apply(set, host, catalog, Progress.For(Console));
        Step($"opening {connections.Count} connections with the policies");
        var rows = ImmutableArray.CreateBuilder<DemoRow>();
        for (var i = 0; i < connections.Count; i++)
        {
            var connection = connections[i];
            var policy = set.Policies.Single(policy => policy.Name == connection.Policy);
            var decision = decisions.Single(decision => decision.Policy == connection.Policy);
            var declared = DeclaredKnobs.Of(policy, decision, catalog);
            var after = DemoMeasurement.Read(lab.Network, connection, lab.Scope(connection.Scope));
            rows.AddRange(
                from reading in before[i].Zip(after)
                where reading.First.Value != reading.Second.Value && reading.First.IsSetBy(declared, connection.Ends)
                select Row(connection, declared, reading.First, reading.Second.Value)
            );
        }

        rows.AddRange(
            from one in sysctls
            from sysctl in lab.ReadSysctls(one.Policy, host, catalog)
            let first = one.Before[sysctl.Key]
            where first != sysctl.Value
            select new DemoRow(one.Policy.Name, sysctl.Key, first, sysctl.Value, SysctlSource, [sysctl.Key], [Client])
        );
        return (rows.ToImmutable(), decisions);
    }

    private static DemoRow Row(
        DemoConnection connection,
        IReadOnlySet<string> declared,
        DemoReading before,
        string after
    )
    {
        var ends = before.SetAt & connection.Ends;
        var atClient = ends.HasFlag(DemoEnds.Client);
        var atServer = ends.HasFlag(DemoEnds.Server);
        ImmutableArray<string> setAt =
            !atServer ? [Client]
            : atClient ? [Client, Server]
            : [Server];
        return new DemoRow(
            connection.Policy,
            before.Label,
            before.Value,
            after,
            before.Source,
            [.. before.Knobs.Where(declared.Contains)],
            setAt
        );
    }

    private void Write(TextWriter output, DemoReport report, KernelSnapshot own, string policies)
    {
        var table = new Table(
            "POLICY",
            "KNOB",
            TableColumn.Detail("BEFORE"),
            TableColumn.Detail("AFTER"),
            TableColumn.Detail("READ FROM")
        );
        var last = "";
        foreach (var row in report.Rows)
        {
            table.Add(row.Policy == last ? "" : row.Policy, row.Knob, row.Before, row.After, row.Source);
            last = row.Policy;
        }

        table.Write(output, Console.ColorOut);
        foreach (var decision in report.Policies.Where(decision => decision.State is not PolicyState.Active))
        {
            output.WriteLine($"{decision.Policy}: {decision.State}, {Render.ReasonText(decision.Reason)}");
        }

        output.WriteLine();
        if (report.LeftBehind.IsEmpty)
        {
            output.WriteLine(
                $"removed: the kernel holds nothing of the demo any more ({own.Count(KernelItemKind.Program)} "
                    + $"programs, {own.Count(KernelItemKind.Map)} maps, {own.Count(KernelItemKind.Link)} links, "
                    + $"{own.Count(KernelItemKind.Pin)} pins)"
            );
            WriteNext(output, policies);
        }
        else
        {
            output.WriteLine("left behind:");
            foreach (var line in report.LeftBehind)
            {
                output.WriteLine($"  {line}");
            }
        }
    }

    /* From a clone, its own directory under its short name; else what is installed with the program. */
    private static string Examples() =>
        File.Exists("netedit") && Directory.Exists("policies")
            ? "policies"
            : Path.Combine(AppContext.BaseDirectory, "policies");

    private static void WriteNext(TextWriter output, string policies)
    {
        var command = Environment.GetEnvironmentVariable("NETEDIT_COMMAND");
        var netedit = Quoted(string.IsNullOrEmpty(command) ? "netedit" : command);
        var path = Quoted(policies);
        var next = new Table("", "");
        next.Add($"{netedit} validate {path}", "checks policies, including your own, without touching the kernel");
        next.Add($"{netedit} plan --policies {path}", "shows what they would change here, and why; changes nothing");
        next.Add($"{netedit} apply --policies {path}", $"brings them into force; {netedit} uninstall removes all");
        output.WriteLine("next:");
        next.Write(output, color: false, "  ");
    }

    /* For a shell, only where one would take it for more than a word. */
    private static string Quoted(string word)
    {
        var isWord = word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-');
        return isWord ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private void Step(string what) => Console.Error.WriteLine($"netedit: {what}");

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (LabException failure)
        {
            throw new CliException(ExitCode.Failed, failure.Message);
        }
    }
}
