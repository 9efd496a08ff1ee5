namespace NetEdit.Agent.Cli;

/// <summary>A colour, or another way to make text stand out on a terminal.</summary>
internal sealed class Paint
{
    private readonly string _code;

    private Paint(string code) => _code = code;

    public static Paint Good { get; } = new("\e[32m");

    public static Paint Warning { get; } = new("\e[33m");

    public static Paint Failure { get; } = new("\e[31m");

    public static Paint Faint { get; } = new("\e[2m");

    public static Paint Strong { get; } = new("\e[1m");

    /// <summary>The text with the control sequences around it.</summary>
    public string Of(string text) => $"{_code}{text}\e[0m";
}

/// <summary>Writes text in a colour.</summary>
internal static class PaintExtensions
{
    /// <summary>Writes text, in a colour where there is one and the writer knows colours.</summary>
    public static void WritePainted(this TextWriter output, Paint? paint, string text)
    {
        if (paint is not null && output is TerminalWriter terminal)
        {
            terminal.Write(paint, text);
        }
        else
        {
            output.Write(text);
        }
    }
}
