using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetEdit.Agent.Cli.Output;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary>A verb of <c>netedit get</c>: lists things of one kind, a view of a report.</summary>
/// <typeparam name="T">The report.</typeparam>
internal abstract class ListVerb<T> : Verb
    where T : class
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly ChoiceOption<ListFormat> _output = new("--output", "Form of the output", "-o");
    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Go on until a signal: read again every second, and print what is new, has changed or is gone",
    };

    protected ListVerb(CliConsole console, string name, string description, Argument argument)
        : base(console, name, description)
    {
        Arguments.Add(argument);
        Options.Add(_output);
        Options.Add(_watch);
        Reading.AddTo(this);
    }

    protected ReadingOptions Reading { get; } = new();

    /// <summary>How the report is written as JSON.</summary>
    protected abstract JsonTypeInfo<T> Type { get; }

    /// <summary>The headings of the table.</summary>
    protected abstract TableColumn[] Headings(bool wide);

    /// <summary>The rows of the table.</summary>
    protected abstract ImmutableArray<ListRow> Rows(T report, bool wide);

    /// <summary>Reads the report.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="reports">Where from.</param>
    /// <param name="again">Whether it was read before; then what is named may be gone.</param>
    protected abstract T Read(ParseResult arguments, HostReports reports, bool again);

    protected override int Run(ParseResult arguments)
    {
        var reports = new HostReports(Console, Reading.Socket(arguments), Reading.Composition(arguments), Compose);
        var format = _output.Get(arguments);
        var report = Read(arguments, reports, again: false);
        Write(format, report, Rows(report, format == ListFormat.Wide), hasHeadings: true);
        while (arguments.GetValue(_watch))
        {
            Console.Out.Flush();
            Thread.Sleep(WatchInterval);
            var next = Read(arguments, reports, again: true);
            WriteChanges(format, report, next);
            report = next;
        }

        return ExitCode.Ok;
    }

    private void WriteChanges(ListFormat format, T before, T now)
    {
        if (format is ListFormat.Json or ListFormat.Yaml)
        {
            if (JsonSerializer.Serialize(before, Type) != JsonSerializer.Serialize(now, Type))
            {
                Console.Out.Write(format == ListFormat.Yaml ? "---\n" : "");
                Write(format, now, [], hasHeadings: false);
            }

            return;
        }

        var wide = format == ListFormat.Wide;
        Write(format, now, ListRow.Changes(Rows(before, wide), Rows(now, wide)), hasHeadings: false);
    }

    private void Write(ListFormat format, T report, ImmutableArray<ListRow> rows, bool hasHeadings)
    {
        switch (format)
        {
            case ListFormat.Json:
                Console.Write(OutputFormat.Json, report, Type, _ => { });
                break;
            case ListFormat.Yaml:
                Console.Write(OutputFormat.Yaml, report, Type, _ => { });
                break;
            case ListFormat.Name:
                foreach (var row in rows)
                {
                    Console.Out.WriteLine(row.Name);
                }

                break;
            default:
                var table = new Table(Headings(format == ListFormat.Wide))
                {
                    HasHeadings = hasHeadings,
                    IsWide = format == ListFormat.Wide,
                };
                foreach (var row in rows)
                {
                    table.Add(row.Paint, row.Cells);
                }

                table.Write(Console.Out, Console.ColorOut);
                break;
        }
    }
}
