using System.Text.Json;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;

namespace NetEdit.Agent.Tests.Cli;

public sealed class OutputTests
{
    [Fact]
    public void Columns_line_up_without_trailing_blanks()
    {
        var table = new Table("POLICY", "STATE", "REASON");
        table.Add("web", "Active", "");
        table.Add("image-generation", "Failed", "kernel-refused: EPERM");
        table.Add("größe", "A\tb\ec", "x");

        Text(output => table.Write(output, color: false))
            .ShouldBe(
                """
                POLICY            STATE            REASON
                web               Active
                image-generation  Failed           kernel-refused: EPERM
                größe             A\u0009b\u001bc  x

                """
            );
    }

    [Fact]
    public void A_column_without_a_word_is_left_out()
    {
        var table = new Table("FEATURE", "STATE", "POLICY", "WHY");
        table.Add("ecn", "applied", "", "");
        table.Add("pacing", "applied", "", "");

        Text(output => table.Write(output, color: false))
            .ShouldBe(
                """
                FEATURE  STATE
                ecn      applied
                pacing   applied

                """
            );
    }

    [Fact]
    public void Colour_wraps_whole_lines_and_only_when_asked()
    {
        var table = new Table("A");
        table.Add(Paint.Good, "x");

        Text(output => table.Write(new TerminalWriter(output, isForPeople: false), color: true))
            .ShouldBe("\e[2mA\e[0m\n\e[32mx\e[0m\n");
        Text(output => table.Write(output, color: false)).ShouldBe("A\nx\n");
        Text(output => new Table("A").Write(output, color: false)).ShouldBeEmpty();
    }

    [Fact]
    public void Yaml_holds_what_json_holds()
    {
        const string json = """
            { "name": "web", "count": 3, "on": true, "nothing": null, "empty": [], "none": {}, "text": "a: b", "number": "12", "word": "no", "quote": "say \"hi\"\n",
              "list": [ { "a": 1, "b": ["x", "y"] }, { "c": { "d": 2 } }, [1, 2] ] }
            """;

        var yaml = Text(output => YamlOutput.Write(output, JsonDocument.Parse(json).RootElement));

        yaml.ShouldBe(
            """
            name: web
            count: 3
            "on": true
            nothing: null
            empty: []
            none: {}
            text: "a: b"
            number: "12"
            word: "no"
            quote: "say \"hi\"\n"
            list:
            - a: 1
              b:
              - x
              - "y"
            - c:
                d: 2
            - - 1
              - 2

            """
        );
    }

    private static string Text(Action<TextWriter> write)
    {
        using var output = new StringWriter { NewLine = "\n" };
        write(output);
        return output.ToString();
    }
}
