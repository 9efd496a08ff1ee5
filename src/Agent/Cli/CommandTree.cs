using System.CommandLine;
using System.CommandLine.Help;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Cli.Verbs.Lists;

namespace NetEdit.Agent.Cli;

/// <summary>All verbs.</summary>
internal static class CommandTree
{
    public static RootCommand Create(CliConsole console)
    {
        var root = new RootCommand("Tunes the TCP connections of this host with eBPF programs, as policies describe.")
        {
            new AgentVerb(console),
            new DemoVerb(console),
            new ValidateVerb(console),
            new PlanVerb(console),
            new DiffVerb(console),
            new ApplyVerb(console),
            new StatusVerb(console),
            GetVerb.Create(console),
            DescribeVerb.Create(console),
            new ExplainVerb(console),
            new DoctorVerb(console),
            new EventsVerb(console),
            new TopVerb(console),
            new ReportVerb(console),
            new AuditVerb(console),
            new CompareVerb(console),
            new FeaturesVerb(console),
            new CapabilitiesVerb(console),
            PauseVerb.Pause(console),
            PauseVerb.Resume(console),
            new RetryVerb(console),
            new GcVerb(console),
            new UninstallVerb(console),
            new ConfigVerb(console),
            new SchemaVerb(console),
            new CompletionVerb(console),
            new VersionVerb(console),
            new DocsVerb(console),
            new ProbeVerb(console),
            new WatchContainersVerb(console),
        };

        // The package offers /h and /? too, which are paths here, and directives, which nobody asked for.
        root.Directives.Clear();
        for (var i = 0; i < root.Options.Count; i++)
        {
            if (root.Options[i] is HelpOption)
            {
                root.Options[i] = new HelpOption("--help", "-h")
                {
                    Description = "Show help",
                    Action = new HelpWithExamples(),
                };
            }
            else if (root.Options[i] is VersionOption version)
            {
                version.Description = "Show the version";
            }
        }

        return root;
    }
}
