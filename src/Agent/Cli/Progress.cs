namespace NetEdit.Agent.Cli;

/// <summary>Shows what is being done while it is done; only to a person at a terminal.</summary>
internal sealed class Progress : IProgress<string>
{
    private readonly TextWriter _output;

    private Progress(TextWriter output) => _output = output;

    /// <summary>Progress on this console, or null when nobody watches.</summary>
    public static Progress? For(CliConsole console) => console.ColorError ? new Progress(console.Error) : null;

    public void Report(string value) => _output.WritePainted(Paint.Faint, value + "\n");
}
