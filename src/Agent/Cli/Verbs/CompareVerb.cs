using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit compare</c></summary>
internal sealed class CompareVerb : Verb
{
    private readonly Argument<string> _name = new("POLICY") { Description = "A policy with share and measure: true" };
    private readonly Option<string?> _policies = new("--policies", "-f")
    {
        Description = "Directory of policies, or one file; needed when no agent runs",
        HelpName = "DIR",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public CompareVerb(CliConsole console)
        : base(
            console,
            "compare",
            "Measure the effect of a policy with a share: compare the connections it applies to with "
                + "the others, with 95 % confidence intervals"
        )
    {
        Arguments.Add(_name);
        Options.Add(_policies);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var report = Find(arguments, arguments.GetRequiredValue(_name));
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.CompareReport,
            output => Write(output, report, Console.ColorOut)
        );
        return ExitCode.Ok;
    }

    private CompareReport Find(ParseResult arguments, string name)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        if (arguments.GetValue(_policies) is { } policies)
        {
            using var services = Compose(
                new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], [policies])
                {
                    StateDirectory = arguments.GetValue(_state),
                }
            );
            var preview = services.GetRequiredService<PolicyPreviews>().Preview();
            Console.Note(preview.NotRead);
            return CompareReport.Of(
                name,
                preview.Set.Policies.Select(policy => policy.Name),
                preview.Decision.Desired,
                () => services.GetRequiredService<BpfAdapter>().ReadUsage().Measures
            );
        }

        var socket = arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger);
        return ControlClient.Send(socket, new ControlRequest("compare") { Names = [name] })?.Compare
            ?? throw new CliException(
                ExitCode.AgentUnreachable,
                $"no agent answers on {socket}; start one, or name the policies with --policies DIR"
            );
    }

    /// <summary>Writes the comparison for a person.</summary>
    internal static void Write(TextWriter output, CompareReport report, bool color)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Policy}: {report.With:N0} connections with the policy and {report.Without:N0} "
                    + $"without it have closed since measuring began"
            )
        );
        output.WriteLine();
        var table = new Table("", "WITH", "WITHOUT", "DIFFERENCE", "95 %", TableColumn.Detail(""));
        foreach (var measure in report.Measures)
        {
            table.Add(
                measure.Verdict switch
                {
                    ArmVerdict.Better => Paint.Good,
                    ArmVerdict.Worse => Paint.Failure,
                    _ => null,
                },
                Title(measure.Measure),
                Value(measure.Measure, measure.With),
                Value(measure.Measure, measure.Without),
                measure.Difference is { } difference ? Difference(measure.Measure, difference) : "",
                measure is { Low: { } low, High: { } high }
                    ? $"{Difference(measure.Measure, low)} to {Difference(measure.Measure, high)}"
                    : "",
                measure.Verdict switch
                {
                    ArmVerdict.TooFew => $"too few: each arm needs {ArmComparison.Least} connections",
                    ArmVerdict.NoDifference => "no difference seen",
                    ArmVerdict.Better => "better",
                    _ => "WORSE",
                }
            );
        }

        table.Write(output, color);
    }

    private static string Title(Measure measure) =>
        measure switch
        {
            Measure.RoundTrip => "round trip",
            Measure.DeliveryRate => "delivery rate",
            Measure.Retransmitted => "retransmitted",
            _ => "duration",
        };

    private static string Value(Measure measure, double? value) =>
        value is not { } known ? "none"
        : measure == Measure.Retransmitted ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0.####} %")
        : measure == Measure.DeliveryRate ? Scaled(known * 8, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"])
        : Scaled(known * 1e6, ["us", "ms", "s"]);

    private static string Difference(Measure measure, double value) =>
        measure == Measure.Retransmitted
            ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:+0.####;-0.####;0} points")
            : string.Create(CultureInfo.InvariantCulture, $"{(value - 1) * 100:+0.0;-0.0;0} %");

    private static string Scaled(double value, string[] units)
    {
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {units[unit]}");
    }
}
