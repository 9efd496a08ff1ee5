using NetEdit.Agent.Host;

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

    [Theory]
    [InlineData("host.yaml")]
    [InlineData("host.yml")]
    [InlineData("netedit")]
    public void A_link_that_leads_nowhere_is_an_error_and_not_a_host_without_labels(string link)
    {
        Directory.CreateSymbolicLink(_directory.Combine(link), "nowhere");

        HostLabels
            .Read(_directory.Combine(link == "netedit" ? "netedit/host.yaml" : "host.yaml"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldContain("is a link to nowhere, which does not exist");
    }

    [Fact]
    public void A_missing_file_has_no_labels() => HostLabels.Read("/nowhere/host.yaml").ShouldBeSameAs(HostLabels.None);

    [Theory]
    [InlineData("label:\n  role: web\n", 1, 1, "unknown key 'label'; did you mean 'labels'?")]
    [InlineData("labels: [a]\n", 1, 9, "labels must be a mapping")]
    [InlineData("- a\n", 1, 1, "must be a mapping with the key 'labels'")]
    [InlineData("labels:\n  role: web\n  role: db\n", 3, 3, "key 'role' is repeated; it was given in line 2")]
    [InlineData("labels: {a: b}\nlabels: {c: d}\n", 2, 1, "key 'labels' is repeated")]
    [InlineData("labels:\n  role: [web]\n", 2, 9, "must be one line")]
    [InlineData("labels:\n  role:\n", 2, 8, "must be one line")]
    [InlineData("labels:\n  my role: web\n", 2, 3, "'my role' is not a valid label")]
    [InlineData("labels:\n  netedit/arch: x\n", 2, 3, "are discovered")]
    [InlineData("labels:\n  a: &x b\n  c: *x\n", 2, 6, "anchors are not allowed")]
    [InlineData("labels: {\n", 2, 1, "")]
    [InlineData("labels: {a: b}\n---\nlabels: {c: d}\n", 3, 1, "only one document")]
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
        var nested = Read("labels: " + new string('[', 20_000));
        nested.Errors.ShouldHaveSingleItem().Message.ShouldContain("more than 64 levels of nesting");
        Read("labels:\n" + new string('#', 70_000)).Errors[0].Message.ShouldContain("64 KiB");
        Read(string.Concat(Enumerable.Range(0, 300).Select(i => $"{(i == 0 ? "labels:\n" : "")}  l{i}: x\n")))
            .Errors[0]
            .Message.ShouldContain("more than 256");
        var path = _directory.Combine("latin1.yaml");
        File.WriteAllBytes(path, [.. "labels: {a: "u8, 0xe4, .. "}"u8]);
        HostLabels.Read(path).Errors[0].Message.ShouldBe("byte 0xe4 is not valid UTF-8");
    }

    [Fact]
    public void A_host_yml_is_read_in_place_of_host_yaml_and_is_an_error_beside_it()
    {
        var other = _directory.Write("host.yml", "labels: { role: db }\n");
        HostLabels.Read(_directory.Combine("host.yaml")).Labels.ShouldBe([new("role", "db")]);

        var error = Read("labels: { role: web }\n").Errors.ShouldHaveSingleItem();
        error.File.ShouldBe(other);
        error.Message.ShouldBe("is not read, since host.yaml is beside it; keep one");
    }

    private HostLabels Read(string text) => HostLabels.Read(_directory.Write("host.yaml", text));
}
