using System.Text.Json;
using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Valid_policies_are_counted()
    {
        WritePolicy("a.yaml", "web");
        WritePolicy("sub/b.yaml", "db");

        var result = Validate();

        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
        result.Out.ShouldMatch("^ok: 2 policies in 2 files, revision [0-9a-f]{16}\n$");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_value_that_costs_something_is_a_warning_and_the_policy_is_valid()
    {
        _directory.Write(
            "a.yaml",
            "apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: { name: db }\nspec:\n  tuning:\n    "
                + "keepalive: { user-timeout: 5s }\n"
        );

        var result = NeteditInProcess.Run("validate", _directory.Path);
        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
        result.Error.ShouldStartWith(
            $"warning: {_directory.Combine("a.yaml")}:6:5: spec.tuning.keepalive: user-timeout also ends a "
                + $"connection whose peer reads nothing for 5 s"
        );

        var warning = JsonDocument
            .Parse(NeteditInProcess.Run("validate", _directory.Path, "-o", "json").Out)
            .RootElement.GetProperty("warnings")[0];
        (warning.GetProperty("policy").GetString(), warning.GetProperty("feature").GetString()).ShouldBe(
            ("db", "keepalive")
        );
    }

    [Theory]
    [InlineData("initial-cwd", "no feature 'initial-cwd' is installed; did you mean 'initial-cwnd'?")]
    [InlineData("bbr", "no feature 'bbr' is installed; netedit features lists those that are")]
    public void A_feature_that_is_not_installed_is_a_warning_with_its_position_and_an_error_with_strict(
        string feature,
        string text
    )
    {
        var file = _directory.Write(
            "a.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: db }}\nspec:\n  tuning:\n    "
                + $"ecn: {{}}\n    {feature}: {{}}\n"
        );

        var result = NeteditInProcess.Run("validate", _directory.Path);
        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
        result.Out.ShouldStartWith("ok: 1 policy in 1 file, ");
        result.Error.ShouldBe($"warning: {file}:7:5: spec.tuning.{feature}: {text}\n");

        var strict = NeteditInProcess.Run("validate", "--strict", _directory.Path);
        strict.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        strict.Error.ShouldBe(result.Error);
        strict.Out.ShouldBe("1 warning, and none is allowed with --strict\n");
        JsonDocument
            .Parse(NeteditInProcess.Run("validate", "--strict", "-o", "json", _directory.Path).Out)
            .RootElement.GetProperty("valid")
            .GetBoolean()
            .ShouldBeFalse();
    }

    [Fact]
    public void Without_a_warning_strict_changes_nothing()
    {
        WritePolicy("a.yaml", "web");

        Validate("--strict").ExitCode.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public void Every_error_of_every_file_is_listed_and_counted()
    {
        WritePolicy("a.yaml", "web", "numbr: 1");
        WritePolicy("b.yaml", "web", "number: 1000");

        var result = Validate();

        result.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        var lines = result.Out.TrimEnd().Split('\n');
        lines[..^1]
            .ShouldContain(line =>
                line.StartsWith(_directory.Combine("a.yaml") + ":6:", StringComparison.Ordinal)
                && line.Contains("did you mean 'number'?", StringComparison.Ordinal)
            );
        lines[..^1]
            .ShouldContain(line => line.StartsWith(_directory.Combine("b.yaml") + ":6:", StringComparison.Ordinal));
        lines[^1].ShouldBe($"{lines.Length - 1} errors in 2 files");
    }

    [Fact]
    public void Json_says_the_same()
    {
        WritePolicy("a.yaml", "web", "number: 1000");

        var result = Validate("-o", "json");

        result.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        var report = JsonDocument.Parse(result.Out).RootElement;
        report.GetProperty("valid").GetBoolean().ShouldBeFalse();
        report.GetProperty("errors")[0].GetProperty("line").GetInt32().ShouldBe(6);
    }

    [Fact]
    public void A_policy_in_a_yml_file_is_read()
    {
        WritePolicy("a.yml", "web");

        var result = Validate();

        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
        result.Out.ShouldStartWith("ok: 1 policy in 1 file, ");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public void What_gives_no_policy_is_said_and_why()
    {
        WritePolicy("a.yaml", "web");
        _directory.Write("README.md", "# Policies");
        _directory.Write("empty.yaml", "");
        _directory.Write("later.yml", "---\n# nothing yet\n---\n");

        var result = Validate("-o", "json");

        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
        string[] expected =
        [
            $"{_directory.Combine("README.md")}: not read; its name ends neither in .yaml nor in .yml",
            $"{_directory.Combine("empty.yaml")}: holds no policy",
            $"{_directory.Combine("later.yml")}: holds no policy",
        ];
        result.Error.ShouldBe(string.Concat(expected.Select(line => $"note: {line}\n")));
        var unread = JsonDocument.Parse(result.Out).RootElement.GetProperty("notRead");
        unread
            .EnumerateArray()
            .Select(entry => $"{entry.GetProperty("path")}: {entry.GetProperty("reason")}")
            .ShouldBe(expected);
    }

    [Fact]
    public void A_path_without_any_policy_fails()
    {
        WritePolicy("full/a.yaml", "web");
        Directory.CreateDirectory(_directory.Combine("none"));

        var result = NeteditInProcess.Run("validate", _directory.Combine("none"));
        result.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        result.Out.ShouldBe(_directory.Combine("none") + ": no policy files in this directory\n1 error in 1 file\n");

        // Also beside one that has some.
        Validate(_directory.Combine("none")).ExitCode.ShouldBe(ExitCode.InvalidPolicy);

        var empty = _directory.Write("none/empty.txt", "# nothing\n");
        NeteditInProcess
            .Run("validate", _directory.Combine("none"))
            .Out.ShouldStartWith(
                _directory.Combine("none")
                    + ": no policy files in this directory (1 ignored: empty.txt: not read; its name ends neither in "
                    + ".yaml nor in .yml)\n"
            );
        NeteditInProcess.Run("validate", empty).Out.ShouldStartWith($"{empty}: no policy in this file\n");
    }

    [Fact]
    public void A_path_without_any_policy_can_be_allowed_and_an_invalid_one_cannot()
    {
        var none = _directory.Combine("none");
        Directory.CreateDirectory(none);

        var empty = NeteditInProcess.Run("validate", "--allow-empty", none);
        empty.ExitCode.ShouldBe(ExitCode.Ok, empty.Out + empty.Error);
        empty.Out.ShouldStartWith("ok: 0 policies in 0 files, revision ");

        _directory.Write("none/a.yaml", "kind: Other\n");
        NeteditInProcess.Run("validate", "--allow-empty", none).ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        NeteditInProcess
            .Run("validate", "--allow-empty", _directory.Combine("absent"))
            .ExitCode.ShouldBe(ExitCode.InvalidPolicy);
    }

    [Fact]
    public void A_name_from_the_disk_moves_no_cursor()
    {
        WritePolicy("a.yaml", "web");
        _directory.Write("x\e[2J\n.txt", "");

        Validate().Error.ShouldContain("x\\u001b[2J\\u000a.txt: not read");
    }

    [Fact]
    public void A_path_that_is_not_there_is_an_error()
    {
        var result = NeteditInProcess.Run("validate", "/nowhere");

        result.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        result.Out.ShouldBe("/nowhere: no such file or directory\n1 error in 1 file\n");
    }

    private CliResult Validate(params string[] more) =>
        NeteditInProcess.Run([
            "validate",
            _directory.Path,
            "--features",
            Path.GetDirectoryName(Plugins.FeatureCatalogTests.TestPlugin)!,
            .. more,
        ]);

    private void WritePolicy(string file, string name, string parameters = "number: 5") =>
        _directory.Write(
            file,
            $$"""
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: {{name}} }
            spec:
              tuning:
                sample: { {{parameters}} }
            """
        );
}
