using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Doctor;
using NetEdit.Agent.Native;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit doctor</c></summary>
internal sealed class DoctorVerb : Verb
{
    private const int OpenFiles = 7; // RLIMIT_NOFILE
    private const int LockedMemory = 8; // RLIMIT_MEMLOCK

    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly ReadingOptions _reading = new();

    public DoctorVerb(CliConsole console)
        : base(
            console,
            "doctor",
            "Say what this host cannot do and what is wrong with NetEdit on it, each with its remedy; exit 1 when "
                + "something is broken, else 6 when there are warnings or something could not be looked at"
        )
    {
        Options.Add(_output);
        _reading.AddTo(this);
    }

    protected override int Run(ParseResult arguments)
    {
        var report = DoctorReport.Of(Examine(arguments));
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.DoctorReport,
            output => Write(output, report, Console.ColorOut)
        );
        return report.Broken > 0 ? ExitCode.Failed
            : report.Warnings + report.Unknown > 0 ? ExitCode.Inconclusive
            : ExitCode.Ok;
    }

    /// <summary>Writes the findings for a person.</summary>
    internal static void Write(TextWriter output, DoctorReport report, bool color)
    {
        var table = new Table("", "", "");
        foreach (var finding in report.Findings)
        {
            table.Add(PaintOf(finding.Severity), WordOf(finding.Severity), finding.Check, finding.What);
            if (finding.Remedy.Length > 0)
            {
                table.Add("", "", "-> " + finding.Remedy);
            }
        }

        table.Write(output, color);
        output.WriteLine();
        output.WriteLine(
            report.Broken + report.Warnings + report.Unknown == 0
                ? "nothing is wrong"
                : $"{report.Broken} broken, {Plural.Count(report.Warnings, "warning")}, "
                    + $"{report.Unknown} could not be looked at"
        );
    }

    private static Paint? PaintOf(FindingSeverity severity) =>
        severity switch
        {
            FindingSeverity.Broken => Paint.Failure,
            FindingSeverity.Warning or FindingSeverity.Unknown => Paint.Warning,
            FindingSeverity.Fine => Paint.Good,
            _ => null,
        };

    private static string WordOf(FindingSeverity severity) =>
        severity == FindingSeverity.Broken ? "BROKEN" : severity.ToString().ToLowerInvariant();

    private HostExamination Examine(ParseResult arguments)
    {
        var host = new HostExamination
        {
            Now = TimeProvider.System.GetUtcNow(),
            Conditions = HostConditions.Read(),
            OpenFiles = Limit(OpenFiles),
            LockedBytes = Limit(LockedMemory),
        };
        try
        {
            host = host with { Status = ControlClient.Ask(_reading.Socket(arguments), "status") };
        }
        catch (CliException exception)
        {
            host = host with { AgentError = exception.Message };
        }

        // The adapter would mount the BPF file system; a doctor changes nothing.
        if (host.Conditions.BpfMount is null)
        {
            return host with { KernelError = "the BPF file system is not mounted" };
        }

        try
        {
            using var services = Compose(_reading.Composition(arguments));
            host = host with { Capabilities = services.GetRequiredService<BpfAdapter>().Capabilities };
            return host.Status is null && host.AgentError is null
                ? host with
                {
                    Status = new HostReports(
                        Console,
                        _reading.Socket(arguments),
                        _reading.Composition(arguments),
                        Compose
                    ).Status(),
                }
                : host;
        }
        catch (Exception exception)
            when (exception is BpfException or IOException or UnauthorizedAccessException or CliException)
        {
            return host with { KernelError = exception.Message };
        }
    }

    private static unsafe ulong? Limit(int resource)
    {
        var limits = stackalloc ulong[2];
        return SystemCalls.GetLimits(resource, limits) == 0 ? *limits : null;
    }
}
