using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit capabilities</c></summary>
internal sealed class CapabilitiesVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();

    public CapabilitiesVerb(CliConsole console)
        : base(console, "capabilities", "Show what this host's kernel supports, and how each answer was found") =>
        Options.Add(_output);

    protected override int Run(ParseResult arguments)
    {
        using var services = CompositionRoot.Create(
            new CompositionOptions(RuntimePaths.DefaultLedger, [], []),
            Console
        );
        var report = services.GetRequiredService<BpfAdapter>().Capabilities;
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.CapabilityReport,
            output =>
            {
                var table = new Table("CAPABILITY", "AVAILABLE", TableColumn.Detail("FOUND"));
                foreach (var capability in report.Capabilities)
                {
                    table.Add(
                        capability.Available ? Paint.Good : Paint.Warning,
                        capability.Name,
                        capability.Available ? "yes"
                            : capability.Known ? "no"
                            : "not known",
                        capability.Reason
                    );
                }

                output.WriteLine($"kernel {report.KernelRelease}");
                table.Write(output, Console.ColorOut);
            }
        );
        return ExitCode.Ok;
    }
}
