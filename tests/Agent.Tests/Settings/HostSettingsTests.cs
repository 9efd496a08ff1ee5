using System.Text.Json.Nodes;
using Json.Schema;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Settings;

namespace NetEdit.Agent.Tests.Settings;

public sealed class HostSettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Vendor => _directory.Combine("usr", "netedit.yaml");

    private string Own => _directory.Combine("etc", "netedit.yaml");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_variable_wins_over_the_administrators_file_and_that_over_the_vendors()
    {
        Write(Vendor, "interval: 1m\nlogFormat: journal\nfeatures: /usr/features\n");
        Write(Own, "# ours\ninterval: 2m\nfeatures: [/a, /b]\n");

        var settings = Read(("NETEDIT_INTERVAL", "3m"), ("NETEDIT_KERNELS", "ignored"), ("NETEDIT_STATE", ""));

        Of(settings, "interval").ShouldBe(("3m", "NETEDIT_INTERVAL"));
        Of(settings, "features").ShouldBe(("/a /b", $"{Own}:3"));
        Of(settings, "logFormat").ShouldBe(("journal", $"{Vendor}:2"));
        Of(settings, "auditInterval").ShouldBe(("5m", SettingValue.BuiltIn));
        Of(settings, "state").ShouldBe(("/var/lib/netedit", SettingValue.BuiltIn));
        settings.Errors.ShouldBeEmpty();
        Of(Read(("NETEDIT_FEATURES", "/x:/y")), "features").ShouldBe(("/x /y", "NETEDIT_FEATURES"));
    }

    [Fact]
    public void All_errors_are_said_with_their_places_and_nothing_of_their_file_counts()
    {
        Write(Vendor, "interval: 1m\n");
        Write(
            Own,
            """
            intervall: 5m
            interval: 2h
            listen: 0.0.0.0:80
            features: [/ok, relative]
            runTimeStatistics: yes
            ledger: {a: b}
            policies:
            logFormat: text
            logFormat: json
            """
        );

        var settings = Read(("NETEDIT_AUDIT_INTERVAL", "soon"));

        settings
            .Errors.Select(error => error.ToString())
            .ShouldBe(
                [
                    $"{Own}:1:1: unknown key 'intervall'; did you mean 'interval'?",
                    $"{Own}:9:1: key 'logFormat' is repeated; it was given in line 8",
                    $"{Own}:7:10: policies is empty; give it a value or leave it out",
                    $"{Own}:4:17: features: 'relative' is not an absolute path; it must begin with /",
                    $"{Own}:6:9: ledger must be a single value",
                    $"{Own}:3:9: listen: '0.0.0.0:80' is not a loopback address and port, such as "
                        + "127.0.0.1:9417, nor off",
                    $"{Own}:2:11: interval: '2h' is not a time from 1s to 1h, such as 30s or 5m",
                    $"{Own}:5:20: runTimeStatistics: 'yes' is not one of: false, true",
                    "NETEDIT_AUDIT_INTERVAL: 'soon' is not a time from 1s to 1h, such as 30s or 5m, nor 0",
                ],
                ignoreOrder: true
            );
        Of(settings, "interval").ShouldBe(("1m", $"{Vendor}:1"));
        Of(settings, "logFormat").ShouldBe(("text", SettingValue.BuiltIn));
    }

    [Theory]
    [InlineData("- a\n", "must be a mapping of settings")]
    [InlineData("a: &x 1\n", "anchors are not allowed")]
    [InlineData("interval: 30s\n---\ninterval: 1m\n", "only one document")]
    [InlineData("interval: [", "not valid YAML")]
    [InlineData("interval:\t30s\n\tstate: /x\n", "")]
    [InlineData("\u0000", "control character")]
    public void Hostile_files_are_errors(string content, string message)
    {
        Write(Own, content);

        Read().Errors.ShouldNotBeEmpty();
        Read().Errors[0].Message.ShouldContain(message);
    }

    [Fact]
    public void A_file_that_others_can_write_to_or_that_is_too_long_is_not_read()
    {
        Write(Own, "interval: 1m\n");
        File.SetUnixFileMode(Own, (UnixFileMode)0b110_110_110);
        Read().Errors.ShouldHaveSingleItem().Message.ShouldContain("can be written by its group or by others");

        File.SetUnixFileMode(Own, (UnixFileMode)0b110_100_100);
        File.WriteAllText(Own, "#" + new string('x', 64 * 1024));
        Read().Errors.ShouldHaveSingleItem().Message.ShouldBe("exceeds the limit of 64 KiB");

        File.Move(Own, Path.ChangeExtension(Own, ".yml"));
        Read().Errors.ShouldHaveSingleItem().Message.ShouldBe("is not read; name it netedit.yaml");
    }

    [Fact]
    public void An_empty_file_and_one_with_comments_alone_set_nothing()
    {
        Write(Own, "# nothing\n");
        Write(Vendor, "");

        Read().Errors.ShouldBeEmpty();
        Read().Values.ShouldAllBe(value => value.IsBuiltIn);
    }

    [Fact]
    public void What_the_command_line_says_wins_and_verbs_get_only_options_that_they_have()
    {
        Write(Own, "ledger: other\nstate: /s\nlisten: off\npolicies: /p\ninterval: 1m\nfeatures: [/a, /b]\n");

        Missing("agent")
            .ShouldBe([
                "--policies=/p",
                "--features=/a",
                "--features=/b",
                "--ledger=other",
                "--state=/s",
                "--no-http",
                "--interval=1m",
            ]);
        Missing("agent", "--listen", "127.0.0.1:1", "--ledger", "x", "--features", "/c", "-f", "/q", "--interval=5s")
            .ShouldBe(["--state=/s"]);
        Missing("plan", "-f", "x").ShouldBe(["--features=/a", "--features=/b", "--ledger=other", "--state=/s"]);
        Missing("plan").ShouldNotContain("--policies=/p");
        Missing("version").ShouldBeEmpty();
        Missing("events").ShouldBe(["--ledger=other", "--state=/s"]);
    }

    [Fact]
    public void Verbs_run_with_the_settings_of_files()
    {
        Write(Own, $"state: {_directory.Combine("state")}\n");

        Run("events").Error.ShouldContain($"no events are kept in {_directory.Combine("state")}/netedit");
        Run("events", "--state", "/nowhere").Error.ShouldContain("no events are kept in /nowhere/netedit");

        Write(Own, "sate: /x\n");
        Run("events", "--state", "/nowhere")
            .Error.ShouldStartWith($"warning: {Own}:1:1: unknown key 'sate'; did you mean 'state'?\n");
        var agent = Run("agent");
        agent.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        agent.Error.ShouldEndWith("1 error in 1 file; the agent does not start, and the tuning stays as it is\n");
    }

    [Fact]
    public void Config_shows_each_setting_and_its_origin_at_80_and_200_columns()
    {
        Write(Own, "interval: 1m\nfeatures: [/opt/netedit/features/a-long-name, /opt/netedit/features/another]\n");
        var report = SettingsReport.Of(Read());

        foreach (var width in (int[])[80, 200])
        {
            using var output = new StringWriter { NewLine = "\n" };
            ConfigVerb.Write(new TerminalWriter(output, isForPeople: false, width), report, showsOrigin: true);

            output.ToString().ShouldStartWith("SETTING ");
            output.ToString().Split('\n').Length.ShouldBe(SettingCatalog.All.Length + 2);
            foreach (var line in output.ToString().Split('\n'))
            {
                CellText.Width(line).ShouldBeLessThanOrEqualTo(width, line);
            }
        }

        Run("config").Out.ShouldMatch("\ninterval +1m\n");
        Run("config", "--show-origin").Out.ShouldMatch($"interval +1m +{Own}:1\n");
        JsonNode.Parse(Run("config", "-o", "json").Out)!["settings"]!
            .AsArray()
            .Count.ShouldBe(SettingCatalog.All.Length);
    }

    [Fact]
    public void The_schema_takes_what_the_reader_takes()
    {
        var schema = JsonSchema.FromText(Run("config", "--schema").Out);

        IsValid("""{"interval":"1m","features":["/a"],"runTimeStatistics":true,"auditInterval":0}""").ShouldBeTrue();
        IsValid("""{"features":"/a","logFormat":"journal","listen":"off"}""").ShouldBeTrue();
        IsValid("""{"intervall":"1m"}""").ShouldBeFalse();
        IsValid("""{"logFormat":"xml"}""").ShouldBeFalse();

        bool IsValid(string json) => schema.Evaluate(System.Text.Json.JsonDocument.Parse(json).RootElement).IsValid;
    }

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
    }

    private static (string Values, string Origin) Of(HostSettings settings, string key)
    {
        var value = settings.Values.Single(value => value.Setting.Key == key);
        return (string.Join(' ', value.Values), value.Origin);
    }

    private HostSettings Read(params (string Name, string Value)[] variables) =>
        HostSettings.Read([Vendor, Own], name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private string[] Missing(params string[] arguments)
    {
        using var writer = new StringWriter();
        var tree = CommandTree.Create(new CliConsole(writer, writer, colorOut: false, colorError: false));
        return [.. Read().Missing(tree.Parse(arguments))];
    }

    private (int ExitCode, string Out, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(output, error, colorOut: false, colorError: false) { Settings = Read() };
        var exitCode = CommandLine.Run(arguments, console);
        return (exitCode, output.ToString(), error.ToString());
    }
}
