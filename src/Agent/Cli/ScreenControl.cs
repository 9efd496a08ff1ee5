namespace NetEdit.Agent.Cli;

/// <summary>Something that a terminal does when it is told to.</summary>
internal sealed class ScreenControl
{
    private ScreenControl(string code) => Code = code;

    /// <summary>Shows a screen of its own, without a cursor.</summary>
    public static ScreenControl Enter { get; } = new("\e[?1049h\e[?25l");

    /// <summary>Shows what was there before, and the cursor; keys mean again what .NET's console made them not mean.</summary>
    public static ScreenControl Leave { get; } = new("\e[?25h\e[?1049l\e[?1l\e>");

    /// <summary>Goes to the first line.</summary>
    public static ScreenControl Home { get; } = new("\e[H");

    /// <summary>Clears the rest of the line.</summary>
    public static ScreenControl ClearLine { get; } = new("\e[K");

    /// <summary>Clears all below.</summary>
    public static ScreenControl ClearBelow { get; } = new("\e[J");

    /// <summary>The control sequence.</summary>
    public string Code { get; }
}
