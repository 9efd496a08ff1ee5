using NetEdit.Agent.Host;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Host;

public sealed class HostLabelsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Labels_are_read_as_text()
    {
        var labels = Read("labels:\n  role: web\n  region: eu\n  enabled: no\n  rack: 12\n");

        labels.Errors.ShouldBeEmpty();
        labels.Labels.ShouldBe([new("enabled", "no"), new("rack", "12"), new("region", "eu"), new("role", "web")]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("labels:\n")]
    [InlineData("labels: {}\n")]
    public void Nothing_is_no_labels(string text)
    {
        var labels = Read(text);

        labels.Errors.ShouldBeEmpty();
        labels.Labels.ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_file_has_no_labels() => HostLabels.Read("/nowhere/host.yaml").ShouldBeSameAs(HostLabels.None);

    [Theory]
    [InlineData("label:\n  role: web\n", 1, 1, "unknown key 'label'")]
    [InlineData("labels: [a]\n", 1, 9, "expected a mapping")]
    [InlineData("- a\n", 1, 1, "expected 'labels:'")]
    [InlineData("labels:\n  role: web\n  role: db\n", 3, 3, "duplicate label 'role'")]
    [InlineData("labels: {a: b}\nlabels: {c: d}\n", 2, 1, "duplicate key 'labels'")]
    [InlineData("labels:\n  role: [web]\n", 2, 9, "must be text")]
    [InlineData("labels:\n  netedit/arch: x\n", 2, 3, "are discovered")]
    [InlineData("labels:\n  a: &x b\n  c: *x\n", 3, 6, "must be text")]
    [InlineData("labels: {\n", 2, 1, "")]
    [InlineData("labels: {a: b}\n---\nlabels: {c: d}\n", 2, 1, "only one document")]
    public void What_is_wrong_is_said_with_its_place(string text, int line, int column, string message)
    {
        var labels = Read(text);

        labels.Labels.ShouldBeEmpty();
        var error = labels.Errors[0];
        (error.Line, error.Column).ShouldBe((line, column), error.ToString());
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void Nesting_size_and_encoding_are_bounded()
    {
        Read("labels: " + new string('[', 20_000)).Errors.ShouldNotBeEmpty();
        Read("labels:\n" + new string('#', 70_000)).Errors[0].Message.ShouldContain("64 KiB");
        Read(string.Concat(Enumerable.Range(0, 300).Select(i => $"{(i == 0 ? "labels:\n" : "")}  l{i}: x\n"))).Errors[0].Message.ShouldContain("more than 256");
        var path = _directory.Combine("latin1.yaml");
        File.WriteAllBytes(path, [.. "labels: {a: "u8, 0xe4, .. "}"u8]);
        HostLabels.Read(path).Errors[0].Message.ShouldBe("is not valid UTF-8");
    }

    private HostLabels Read(string text) => HostLabels.Read(_directory.Write("host.yaml", text));
}
