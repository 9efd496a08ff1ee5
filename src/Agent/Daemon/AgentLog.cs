using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NetEdit.Agent.Events;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    Text,
    Json,

    /// <summary>For systemd's journal: text whose priority the journal reads from its beginning, without the time, which the journal has.</summary>
    Journal,
}

/// <summary>How grave a line is.</summary>
internal enum LogLevel
{
    Info,
    Warning,
    Error,
}

/// <summary>The agent's log: one line per event, and none that only repeats the last one about the same subject.</summary>
internal sealed class AgentLog(TerminalWriter output, LogFormat format, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);
    private volatile string? _trouble;
    private long _lost;

    /// <summary>Why lines of the log were lost lately; null when the last one was written.</summary>
    public string? Trouble => _trouble;

    /// <summary>Writes a line.</summary>
    public void Write(LogLevel level, string message, params ReadOnlySpan<(string Key, string Value)> fields)
    {
        var line = format == LogFormat.Json ? Json(level, message, fields) : Text(level, message, fields);
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();

            // A full disk or a reader that went away costs lines, never the agent.
            _trouble = output.Trouble is { } trouble
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{++_lost} lines of the log could not be written: {trouble}"
                )
                : null;
        }
    }

    /// <summary>Writes an event.</summary>
    public void Write(AgentEvent happened) => Write(happened.Level, happened.What, happened.Details);

    /// <summary>Writes a line unless the last one about this subject said the same.</summary>
    /// <param name="subject">What the line is about, for example <c>policy web</c>.</param>
    /// <param name="state">What must differ for the line to be written again.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="message">The line.</param>
    /// <param name="fields">Further fields.</param>
    public void WriteOnce(
        string subject,
        string state,
        LogLevel level,
        string message,
        params ReadOnlySpan<(string Key, string Value)> fields
    )
    {
        lock (_gate)
        {
            if (_last.TryGetValue(subject, out var last) && string.Equals(last, state, StringComparison.Ordinal))
            {
                return;
            }

            _last[subject] = state;
        }

        Write(level, message, fields);
    }

    /// <summary>
    /// Writes the lines of a topic: each when it is new or its state differs, as <see cref="WriteOnce"/> does. What is not among them any
    /// more is forgotten.
    /// </summary>
    /// <param name="topic">What the lines have in common, for example <c>policy</c>; one word.</param>
    /// <param name="lines">All that is true of the topic now.</param>
    /// <returns>The keys of the lines that are not true any more.</returns>
    public IReadOnlyList<string> WriteEach(string topic, IEnumerable<LogLine> lines)
    {
        var prefix = topic + " ";
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            subjects.Add(prefix + line.Key);
            WriteOnce(prefix + line.Key, line.State, line.Level, line.Message, line.Fields);
        }

        lock (_gate)
        {
            var gone = _last
                .Keys.Where(known => known.StartsWith(prefix, StringComparison.Ordinal) && !subjects.Contains(known))
                .ToList();
            gone.ForEach(subject => _last.Remove(subject));
            return gone.ConvertAll(subject => subject[prefix.Length..]);
        }
    }

    /// <summary>Forgets what was written of a subject.</summary>
    public void Forget(string subject)
    {
        lock (_gate)
        {
            _last.Remove(subject);
        }
    }

    private string Timestamp() =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Text(LogLevel level, string message, ReadOnlySpan<(string Key, string Value)> fields)
    {
        var line = new StringBuilder(format == LogFormat.Journal ? Priority(level) : Timestamp() + Word(level)).Append(
            OneLine(message)
        );
        foreach (var (key, value) in fields)
        {
            line.Append(' ').Append(key).Append('=');
            if (value.AsSpan().IndexOfAny(" \"=\n") < 0 && value.Length > 0 && Printable.IsPrintable(value))
            {
                line.Append(value);
            }
            else
            {
                line.Append('"').Append(OneLine(value).Replace("\"", "'", StringComparison.Ordinal)).Append('"');
            }
        }

        return line.ToString();
    }

    /* sd-daemon(3) */
    private static string Priority(LogLevel level) =>
        level switch
        {
            LogLevel.Error => "<3>",
            LogLevel.Warning => "<4>",
            _ => "<6>",
        };

    private static string Word(LogLevel level) =>
        level switch
        {
            LogLevel.Error => " error ",
            LogLevel.Warning => " warn  ",
            _ => " info  ",
        };

    private string Json(LogLevel level, string message, ReadOnlySpan<(string Key, string Value)> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("time", Timestamp());
            writer.WriteString(
                "level",
                level switch
                {
                    LogLevel.Error => "error",
                    LogLevel.Warning => "warning",
                    _ => "info",
                }
            );
            writer.WriteString("message", message);
            foreach (var (key, value) in fields)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Errors of the kernel have several lines.</summary>
    private static string OneLine(string text) => Printable.Line(text.Replace('\n', ' '));
}
