using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Events;
using NetEdit.Agent.Persistence;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit events</c></summary>
internal sealed class EventsVerb : Verb
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only what happened this long ago or later, such as 30s, 5m, 1h or 7d",
        HelpName = "TIME",
    };
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "Only what concerns this policy",
        HelpName = "NAME",
    };
    private readonly Option<uint> _number = new("--lines", "-n")
    {
        Description = "Only the newest events, this many of them",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };
    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Go on until a signal, and print what happens",
    };
    private readonly ChoiceOption<LineFormat> _output = new(
        "--output",
        "Form of the output; json prints one object a line",
        "-o"
    );
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string?> _state = CommonOptions.State();

    public EventsVerb(CliConsole console)
        : base(
            console,
            "events",
            "Show what happened, when and why: states of policies, cgroups that appeared and disappeared, changes to "
                + "the kernel, drift, quarantine, pauses. The events are read from the state directory, so no agent "
                + "needs to run"
        )
    {
        _since.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !DurationText.TryParse(text, out _))
            {
                result.AddError($"'{text}' is not a duration; write 30s, 5m, 1h or 7d.");
            }
        });
        Options.Add(_since);
        Options.Add(_policy);
        Options.Add(_number);
        Options.Add(_watch);
        Options.Add(_output);
        Options.Add(_ledger);
        Options.Add(_state);
    }

    /// <summary>Chooses events.</summary>
    /// <param name="events">All events, oldest first.</param>
    /// <param name="from">The earliest moment; null for any.</param>
    /// <param name="policy">The policy; null for any.</param>
    internal static IEnumerable<KeptEvent> Select(
        IEnumerable<KeptEvent> events,
        DateTimeOffset? from,
        string? policy
    ) =>
        events.Where(happened =>
            (from is null || happened.At >= from)
            && (policy is null || happened.Policies.Contains(policy, StringComparer.Ordinal))
        );

    /// <summary>Writes events for a person.</summary>
    internal static void Write(TextWriter output, IEnumerable<KeptEvent> events, bool hasHeadings, bool color)
    {
        var table = new Table("TIME", "EVENT", TableColumn.Detail("WHAT")) { HasHeadings = hasHeadings };
        foreach (var happened in events)
        {
            table.Add(PaintOf(happened.Level), Render.Time(happened.At), happened.Kind, EventText.Of(happened));
        }

        table.Write(output, color);
    }

    protected override int Run(ParseResult arguments)
    {
        var directory = StatePaths.Of(arguments.GetValue(_state), arguments.GetRequiredValue(_ledger));
        var policy = arguments.GetValue(_policy);
        using var reader = new EventReader(directory);
        var all = Read(reader);
        ImmutableArray<KeptEvent> chosen =
        [
            .. Select(all, From(arguments), policy)
                .TakeLast((int)Math.Min(arguments.GetRequiredValue(_number), int.MaxValue)),
        ];
        Write(arguments, chosen, hasHeadings: true);
        if (reader.Damaged > 0)
        {
            Console.Warn($"skipped {Plural.Count(reader.Damaged, "damaged line")} of the events in {directory}");
        }

        if (chosen.IsEmpty)
        {
            Console.Note(WhyNone(directory, all, policy));
        }

        while (arguments.GetValue(_watch))
        {
            Console.Out.Flush();
            Thread.Sleep(WatchInterval);
            Write(arguments, [.. Select(Read(reader), from: null, policy)], hasHeadings: false);
        }

        return ExitCode.Ok;
    }

    private void Write(ParseResult arguments, ImmutableArray<KeptEvent> events, bool hasHeadings)
    {
        if (_output.Get(arguments) == LineFormat.Text)
        {
            Write(Console.Out, events, hasHeadings, Console.ColorOut);
            return;
        }

        foreach (var happened in events)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(happened, EventJson.Readable.KeptEvent));
        }
    }

    private DateTimeOffset? From(ParseResult arguments) =>
        arguments.GetValue(_since) is { } text && DurationText.TryParse(text, out var duration)
            ? TimeProvider.System.GetUtcNow() - duration
            : null;

    private static ImmutableArray<KeptEvent> Read(EventReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CliException(
                ExitCode.MissingPrivilege,
                $"the events cannot be read: {exception.Message}. Run netedit as root."
            );
        }
    }

    private static string WhyNone(string directory, ImmutableArray<KeptEvent> all, string? policy) =>
        all.IsEmpty ? $"no events are kept in {directory}; neither an agent nor netedit apply has run with it"
        : policy is not null && !all.Any(happened => happened.Policies.Contains(policy, StringComparer.Ordinal))
            ? $"no event concerns a policy '{policy}'"
                + Suggestion.For(policy, all.SelectMany(happened => happened.Policies).Distinct(StringComparer.Ordinal))
        : "no events match";

    private static Paint? PaintOf(LogLevel level) =>
        level switch
        {
            LogLevel.Error => Paint.Failure,
            LogLevel.Warning => Paint.Warning,
            _ => null,
        };
}
