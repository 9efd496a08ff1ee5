using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Tests.Policies;

public sealed class PolicyLayersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Upper => _directory.Combine("etc", "policies.d");

    private string Lower => _directory.Combine("usr", "policies.d");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_vendors_directory_is_read_where_the_administrators_is_named_and_only_there()
    {
        var layers = new PolicyLayers(Upper, Lower);
        Directory.CreateDirectory(Upper);
        layers.Of(Upper).ShouldBe([Upper]);

        Directory.CreateDirectory(Lower);
        layers.Of(Upper).ShouldBe([Upper, Lower]);
        layers.Of(Upper + "/").ShouldBe([Upper + "/", Lower]);
        layers.Of(Path.Combine(Upper, "web.yaml")).Length.ShouldBe(1);
        layers.Of(_directory.Path).Length.ShouldBe(1);
    }

    [Fact]
    public void A_file_replaces_the_vendors_of_its_name_and_a_link_to_dev_null_takes_it_away()
    {
        foreach (var name in (string[])["a.yaml", "b.yaml", "c.yaml", "below/d.yaml", "below/e.yaml"])
        {
            _directory.Write($"usr/policies.d/{name}", "# vendor");
        }

        _directory.Write("etc/policies.d/a.yaml", "# ours");
        _directory.Write("etc/policies.d/below/d.yaml", "# ours");
        _directory.Write("etc/policies.d/z.yaml", "# ours");
        File.CreateSymbolicLink(Path.Combine(Upper, "b.yaml"), "/dev/null");

        var tree = PolicyTree.Walk([Upper, Lower]);

        tree.Errors.ShouldBeEmpty();
        tree.Files.ShouldBe([
            $"{Upper}/a.yaml",
            $"{Upper}/below/d.yaml",
            $"{Upper}/z.yaml",
            $"{Lower}/below/e.yaml",
            $"{Lower}/c.yaml",
        ]);
        tree.Directories.ShouldBe([Upper, $"{Upper}/below", Lower, $"{Lower}/below"]);
        tree.NotRead.Select(entry => entry.ToString())
            .ShouldBe(
                [
                    $"{Upper}/b.yaml: a link to /dev/null; it stands for no policy",
                    $"{Lower}/a.yaml: replaced by {Upper}/a.yaml",
                    $"{Lower}/b.yaml: replaced by {Upper}/b.yaml",
                    $"{Lower}/below/d.yaml: replaced by {Upper}/below/d.yaml",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public void A_link_to_nothing_or_to_another_device_is_an_error()
    {
        _directory.Write("usr/policies.d/a.yaml", "# vendor");
        Directory.CreateDirectory(Upper);
        File.CreateSymbolicLink(Path.Combine(Upper, "a.yaml"), _directory.Combine("nowhere"));
        File.CreateSymbolicLink(Path.Combine(Upper, "b.yaml"), "/dev/zero");

        var tree = PolicyTree.Walk([Upper, Lower]);

        tree.Errors.ShouldHaveSingleItem().Message.ShouldContain("which does not exist");
        new PolicyFiles(Path.Combine(Upper, "b.yaml"))
            .Read()
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("is not a regular file");
    }
}
