using System.Text;

namespace NetEdit.Agent.Cli;

/// <summary>The text of a manual page, in the macros of man(7).</summary>
internal sealed class ManText
{
    // Formatters fill lines anew; this only keeps the source readable.
    private const int Columns = 78;

    private readonly StringBuilder _text = new();

    public ManText(string title, string date, string version) =>
        _text.Append(
            $".TH \"{Escape(title.ToUpperInvariant())}\" 1 \"{Escape(date)}\" "
                + $"\"netedit {Escape(version)}\" \"NetEdit\"\n"
        );

    /// <summary>Begins a section.</summary>
    public ManText Section(string name)
    {
        _text.Append($".SH {name}\n");
        return this;
    }

    /// <summary>Adds a paragraph of text; what stands between backticks becomes bold.</summary>
    public ManText Paragraph(string text)
    {
        _text.Append(".PP\n");
        return Line(text);
    }

    /// <summary>Adds a tagged paragraph.</summary>
    /// <param name="tag">What is described, marked up by <see cref="Bold"/> and <see cref="Italic"/>.</param>
    /// <param name="text">The description, as in <see cref="Paragraph"/>.</param>
    public ManText Tagged(string tag, string text)
    {
        _text.Append(".TP\n").Append(tag).Append('\n');
        return Line(text);
    }

    /// <summary>Adds lines that are shown as they are, indented.</summary>
    public ManText Example(IEnumerable<string> lines)
    {
        _text.Append(".PP\n.RS 4\n.nf\n");
        foreach (var line in lines)
        {
            _text.Append(Guard(Escape(line))).Append('\n');
        }

        _text.Append(".fi\n.RE\n");
        return this;
    }

    /// <summary>Adds a line of text that continues the paragraph.</summary>
    public ManText Line(string text)
    {
        var column = 0;
        foreach (var word in Marked(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > Columns)
            {
                _text.Append('\n');
                column = 0;
            }

            var shown = column == 0 ? Guard(word) : " " + word;
            _text.Append(shown);
            column += shown.Length;
        }

        _text.Append('\n');
        return this;
    }

    /// <summary>Adds a line that is marked up already.</summary>
    public ManText Raw(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Markup of what is typed as it stands.</summary>
    public static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    /// <summary>Markup of what stands for something else.</summary>
    public static string Italic(string text) => $"\\fI{Escape(text)}\\fR";

    public override string ToString() => _text.ToString();

    private static string Marked(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 0 ? Escape(part) : Bold(part)));

    private static string Escape(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("\"", "\\(dq", StringComparison.Ordinal)
            .Replace("~", "\\(ti", StringComparison.Ordinal)
            .Replace("^", "\\(ha", StringComparison.Ordinal);

    /* A line that begins so would be taken for a request. */
    private static string Guard(string line) => line is ['.' or '\'', ..] ? "\\&" + line : line;
}
