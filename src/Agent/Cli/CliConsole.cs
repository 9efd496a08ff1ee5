using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Cli;

/// <summary>Where a verb writes: data to <see cref="Out"/>, messages to <see cref="Error"/>.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">Messages.</param>
/// <param name="ColorOut">Whether data may be coloured.</param>
/// <param name="ColorError">Whether messages may be coloured, and progress shown.</param>
internal sealed record CliConsole(TextWriter Out, TextWriter Error, bool ColorOut, bool ColorError)
{
    /// <summary>The console of this process; colour only on a terminal, and not when <c>NO_COLOR</c> is set.</summary>
    public static CliConsole Create()
    {
        var color = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 8192) { AutoFlush = false };
        var error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        return new CliConsole(output, error, color && !Console.IsOutputRedirected, color && !Console.IsErrorRedirected);
    }

    /// <summary>A message that something is wrong and the verb goes on.</summary>
    public void Warn(string message) => Error.WriteLine($"{(ColorError ? Paint.Warning("warning:") : "warning:")} {message}");

    /// <summary>
    /// A message of something the user may not expect, though nothing is wrong. Names from a disk may hold control
    /// characters.
    /// </summary>
    public void Note(string message) =>
        Error.WriteLine($"note: {string.Concat(message.Select(c => char.IsControl(c) ? '?' : c))}");

    /// <summary>Says which entries of a policy directory give no policy.</summary>
    public void Note(IEnumerable<UnreadEntry> entries)
    {
        foreach (var entry in entries)
        {
            Note(entry.ToString());
        }
    }

    /// <summary>A message that ends the verb.</summary>
    public void Fail(string message) => Error.WriteLine($"{(ColorError ? Paint.Failure("netedit:") : "netedit:")} {message}");
}

/// <summary>Colours.</summary>
internal static class Paint
{
    public static string Good(string text) => $"\e[32m{text}\e[0m";

    public static string Warning(string text) => $"\e[33m{text}\e[0m";

    public static string Failure(string text) => $"\e[31m{text}\e[0m";

    public static string Faint(string text) => $"\e[2m{text}\e[0m";

    public static string Strong(string text) => $"\e[1m{text}\e[0m";
}
