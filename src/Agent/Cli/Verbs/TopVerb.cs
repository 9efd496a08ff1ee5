using System.CommandLine;
using System.Text.Json;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Top;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit top</c></summary>
internal sealed class TopVerb : Verb
{
    private readonly Option<string> _delay = new("--delay", "-d")
    {
        Description = "Time between two readings, 1s to 1h",
        HelpName = "TIME",
        DefaultValueFactory = _ => "1s",
    };
    private readonly Option<uint?> _number = new("--samples", "-n")
    {
        Description = "End after this many reports; default: 1 when the output is not a terminal, else no end",
        HelpName = "N",
    };
    private readonly ChoiceOption<LineFormat> _output = new(
        "--output",
        "Form of the output; json prints one object a line for each report",
        "-o"
    );
    private readonly ReadingOptions _reading = new();

    public TopVerb(CliConsole console)
        : base(
            console,
            "top",
            "Show live, per policy and feature, how many connections are tuned and how many settings the kernel "
                + "refuses; q ends it"
        )
    {
        _delay.Validators.Add(result =>
        {
            if (!TryParseDelay(result.GetValueOrDefault<string>() ?? "", out _))
            {
                result.AddError($"'{result.GetValueOrDefault<string>()}' is not a time from 1s to 1h, such as 5s.");
            }
        });
        Options.Add(_delay);
        Options.Add(_number);
        Options.Add(_output);
        _reading.AddTo(this);
    }

    protected override int Run(ParseResult arguments)
    {
        _ = TryParseDelay(arguments.GetRequiredValue(_delay), out var delay);
        using var source = new CounterSource(
            Console,
            _reading.Socket(arguments),
            () => Compose(_reading.Composition(arguments))
        );
        var isLive = Console.Out.Width is not null && _output.Get(arguments) == LineFormat.Text;
        var number = arguments.GetValue(_number) ?? (isLive ? uint.MaxValue : 1);
        var before = source.Read();
        if (isLive)
        {
            ShowLive(source, before, delay, number);
            return ExitCode.Ok;
        }

        for (var done = 0U; done < number; done++)
        {
            Thread.Sleep(delay);
            var now = source.Read();
            Write(_output.Get(arguments), TopReport.Between(before, now));
            Console.Out.Flush();
            before = now;
        }

        return ExitCode.Ok;
    }

    private void Write(LineFormat format, TopReport report)
    {
        if (format == LineFormat.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AgentJson.Default.TopReport));
        }
        else
        {
            TopText.Write(Console.Out, report);
        }
    }

    private void ShowLive(CounterSource source, CountersReport before, TimeSpan delay, uint number)
    {
        using var screen = new LiveScreen(Console.Out);
        screen.Show([$"reading again in {delay.TotalSeconds:0} s"], Size().Height);
        for (var done = 0U; done < number && screen.Wait(delay); done++)
        {
            var (width, height) = Size();
            try
            {
                var now = source.Read();
                screen.Show(Picture(TopReport.Between(before, now), width), height);
                before = now;
            }
            catch (CliException exception)
            {
                // An agent that starts again is soon there.
                screen.Show([exception.Message], height);
            }
        }
    }

    /// <summary>The lines of a report, for a terminal.</summary>
    internal static string[] Picture(TopReport report, int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        TopText.Write(new TerminalWriter(text, isForPeople: false, width), report);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    // A terminal may change its size, or not know it.
    private static (int Width, int Height) Size() =>
        (
            Math.Max(System.Console.WindowWidth, CliConsole.NarrowestTerminal),
            System.Console.WindowHeight > 0 ? System.Console.WindowHeight : 24
        );

    private static bool TryParseDelay(string text, out TimeSpan delay) =>
        DurationText.TryParse(text, out delay) && delay >= TimeSpan.FromSeconds(1) && delay <= TimeSpan.FromHours(1);
}
