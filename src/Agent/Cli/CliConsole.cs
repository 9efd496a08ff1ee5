using NetEdit.Agent.Policies;
using NetEdit.Agent.Settings;
using NetEdit.Model;

namespace NetEdit.Agent.Cli;

/// <summary>Where a verb writes: data to <see cref="Out"/>, messages to <see cref="Error"/>.</summary>
/// <param name="output">Data.</param>
/// <param name="error">Messages.</param>
/// <param name="colorOut">Whether data may be coloured.</param>
/// <param name="colorError">Whether messages may be coloured, and progress shown.</param>
/// <param name="width">Columns of the terminal that data is written to; null when it is none.</param>
internal sealed class CliConsole(TextWriter output, TextWriter error, bool colorOut, bool colorError, int? width = null)
{
    // A serial console may say that it has 0 columns.
    internal const int NarrowestTerminal = 40;

    /// <summary>Data.</summary>
    public TerminalWriter Out { get; } = new TerminalWriter(output, isForPeople: false, width);

    /// <summary>Messages.</summary>
    public TerminalWriter Error { get; } = new TerminalWriter(error, isForPeople: true);

    /// <summary>What files and the environment say of the options of verbs.</summary>
    public HostSettings Settings { get; init; } = HostSettings.None;

    /// <summary>Whether data may be coloured.</summary>
    public bool ColorOut => colorOut;

    /// <summary>Whether messages may be coloured, and progress shown.</summary>
    public bool ColorError => colorError;

    /// <summary>The console of this process; colour only on a terminal, and not when <c>NO_COLOR</c> is set.</summary>
    public static CliConsole Create()
    {
        var color =
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 8192) { AutoFlush = false };
        var error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        return new CliConsole(
            output,
            error,
            color && !Console.IsOutputRedirected,
            color && !Console.IsErrorRedirected,
            Console.IsOutputRedirected || Console.WindowWidth < NarrowestTerminal ? null : Console.WindowWidth
        )
        {
            Settings = HostSettings.OfHost(),
        };
    }

    /// <summary>A message that something is wrong and the verb goes on.</summary>
    public void Warn(string message) => Say(Paint.Warning, "warning:", message);

    /// <summary>A message of something the user may not expect, though nothing is wrong.</summary>
    public void Note(string message) => Error.WriteLine($"note: {Printable.Line(message)}");

    /// <summary>Says which entries of a policy directory give no policy.</summary>
    public void Note(IEnumerable<UnreadEntry> entries)
    {
        foreach (var entry in entries)
        {
            Note(entry.ToString());
        }
    }

    /// <summary>A message that ends the verb.</summary>
    public void Fail(string message) => Say(Paint.Failure, "netedit:", message);

    private void Say(Paint paint, string head, string message)
    {
        Error.WritePainted(ColorError ? paint : null, head);
        Error.WriteLine($" {message}");
    }
}
