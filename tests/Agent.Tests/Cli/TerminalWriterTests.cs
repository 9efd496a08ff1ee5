using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>Names that others chose, on the way to a terminal.</summary>
public sealed class TerminalWriterTests : IDisposable
{
    private const string Name = "/x\r\e[31mroot\u202etxt\u009b";
    private const string Escaped = "/x\\u000d\\u001b[31mroot\\u202etxt\\u009b";
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void What_is_not_printable_is_escaped_however_it_is_written()
    {
        var writer = new TerminalWriter(_output, isForPeople: false);
        writer.WriteLine(Name);
        writer.Write($"{Name}\n");
        writer.Write(Name.ToCharArray());
        writer.WriteLine();
        foreach (var character in Name)
        {
            writer.Write(character);
        }

        writer.WriteLine();
        writer.Write(Paint.Good, Name);

        _output.ToString().ShouldBe($"{Escaped}\n{Escaped}\n{Escaped}\n{Escaped}\n\e[32m{Escaped}\e[0m");
    }

    [Fact]
    public void A_table_a_message_and_progress_drive_no_terminal()
    {
        var console = new CliConsole(_output, _output, colorOut: true, colorError: true);
        var table = new Table("", "");
        table.Add(Paint.Warning, Name, "a\nb");
        table.Write(console.Out, color: true);
        console.Warn(Name);
        console.Fail(Name);
        console.Note([new UnreadEntry("a\nnetedit: all is well", "it is no file")]);
        Progress.For(console)!.Report(Name);

        _output
            .ToString()
            .ShouldBe(
                $"""
                {'\e'}[33m{Escaped}  a\u000ab{'\e'}[0m
                {'\e'}[33mwarning:{'\e'}[0m {Escaped}
                {'\e'}[31mnetedit:{'\e'}[0m {Escaped}
                note: a\u000anetedit: all is well: it is no file
                {'\e'}[2m{Escaped}
                {'\e'}[0m
                """
            );
    }

    [Fact]
    public void Data_stays_what_it_is()
    {
        const string data = "{\"name\":\"ä 漢 🙂 →\"}\n\tx";
        new TerminalWriter(_output, isForPeople: false).Write(data);

        _output.ToString().ShouldBe(data);
    }

    [Fact]
    public void A_full_disk_ends_no_program_that_only_tells_people_something()
    {
        var full = new StreamWriter("/dev/full") { AutoFlush = true };
        var console = new CliConsole(_output, full, colorOut: false, colorError: true);

        console.Warn("anything");
        Progress.For(console)!.Report("anything");
        console.Error.Flush();
    }
}
