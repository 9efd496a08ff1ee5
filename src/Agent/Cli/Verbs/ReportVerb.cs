using System.CommandLine;
using System.Globalization;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Support;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit report</c></summary>
internal sealed class ReportVerb : Verb
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The archive to make; default: netedit-report-TIME.tar.gz in the current directory",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _redact = new("--redact")
    {
        Description = $"Replace, each with the same placeholder everywhere: {Redaction.Description}",
    };
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public ReportVerb(CliConsole console)
        : base(
            console,
            "report",
            "Collect into one archive what somebody who helps needs to know: versions, doctor, status, policies, "
                + "events, log and metrics. It lists the contents, replaces no file, and only its owner can read it"
        )
    {
        Arguments.Add(_file);
        Options.Add(_redact);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var at = TimeProvider.System.GetUtcNow();
        var name = "netedit-report-" + at.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var path = Path.GetFullPath(arguments.GetValue(_file) ?? $"{name}.tar.gz");
        if (Path.Exists(path))
        {
            throw new CliException(
                ExitCode.Failed,
                $"{path} exists, and a report replaces nothing; choose another name"
            );
        }

        var isRedacted = arguments.GetValue(_redact);
        var parts = Parts(arguments, isRedacted);
        List(Console.Out, parts, isRedacted);
        Console.Out.Flush();
        ReportArchive.Write(path, name, parts, at);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"written to {path}, which only its owner can read");
        return ExitCode.Ok;
    }

    /// <summary>Lists the parts.</summary>
    internal static void List(TextWriter output, IReadOnlyList<ReportPart> parts, bool isRedacted)
    {
        var table = new Table(TableColumn.Path("PART"), "SIZE", TableColumn.Detail("NOTE"));
        foreach (var part in parts)
        {
            table.Add(part.Name, Size(part.Text.Length), part.HasFailed ? part.Text.Trim() : "");
        }

        table.Write(output, color: false);
        output.WriteLine(
            isRedacted
                ? "addresses, host names and secrets are replaced; README.txt says exactly what"
                : "nothing is replaced; --redact replaces addresses, host names and secrets"
        );
    }

    private List<ReportPart> Parts(ParseResult arguments, bool isRedacted)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var socket = arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger);
        var state = arguments.GetValue(_state);
        var report = new SupportReport(
            socket,
            new StateDirectory(StatePaths.Of(state, ledger)),
            new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                [_socket.Name] = [_socket.Name, socket],
                [_ledger.Name] = [_ledger.Name, ledger],
                [_features.Name] =
                [
                    .. (arguments.GetValue(_features) ?? []).SelectMany(directory =>
                        (string[])[_features.Name, directory]
                    ),
                ],
                [_state.Name] = state is null ? [] : [_state.Name, state],
            },
            Console.Settings
        );
        var names = isRedacted ? HostNames.Read() : null;
        var redaction = names is null ? null : new Redaction(names.Hosts, names.Domains);
        return
        [
            new ReportPart(
                "README.txt",
                SupportReport.Contents
                    + (
                        isRedacted
                            ? $"Replaced, each with the same placeholder everywhere: {Redaction.Description}\n"
                            : ""
                    )
            ),
            .. report
                .Collect()
                .Select(part =>
                    redaction is null ? part : new ReportPart(redaction.Of(part.Name), redaction.Of(part.Text))
                ),
        ];
    }

    private static string Size(int characters) =>
        characters < 10_000
            ? string.Create(CultureInfo.InvariantCulture, $"{characters} B")
            : string.Create(CultureInfo.InvariantCulture, $"{characters / 1024} KiB");
}
