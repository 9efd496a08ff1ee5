using System.Text;
using NetEdit.Model;

namespace NetEdit.Agent.Cli;

/// <summary>
/// Writes to a terminal, a pipe or a file. Whatever text comes in, names that others chose cannot drive the terminal: what is not printable is escaped, except line feeds
/// and tabs. Only <see cref="Write(Paint, string)"/> and <see cref="Write(ScreenControl)"/> write control sequences.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="isForPeople">Whether it is for people only: then it never throws, for no reader and no full disk may end what it tells of.</param>
/// <param name="width">Columns of the terminal; null when it is none, or its width is not known.</param>
internal sealed class TerminalWriter(TextWriter output, bool isForPeople, int? width = null) : TextWriter
{
    private volatile string? _trouble;

    /// <summary>Why the last line failed; null when it did not.</summary>
    public string? Trouble => _trouble;

    /// <summary>Columns of the terminal; null when it is none, or its width is not known.</summary>
    public int? Width => width;

    /// <inheritdoc/>
    public override Encoding Encoding => output.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Put(Printable.Lines(value.ToString()));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) =>
        Put(Printable.Lines(new string(buffer, index, count)));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Put(Printable.Lines(buffer.ToString()));

    /// <inheritdoc/>
    public override void Write(string? value) => Put(Printable.Lines(value ?? ""));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Put(Printable.Lines(value ?? "") + "\n");

    /// <summary>Writes text in a colour.</summary>
    public void Write(Paint paint, string text) => Put(paint.Of(Printable.Lines(text)));

    /// <summary>Tells the terminal to do something.</summary>
    public void Write(ScreenControl control) => Put(control.Code);

    /// <inheritdoc/>
    public override void Flush() => Do(output.Flush);

    private void Put(string text) =>
        Do(() =>
        {
            output.Write(text);
            _trouble = null;
        });

    private void Do(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (isForPeople && exception is IOException or ObjectDisposedException)
        {
            // Nobody reads it, or the disk is full.
            _trouble = exception.Message;
        }
    }
}
