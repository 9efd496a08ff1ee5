using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

public sealed class ReadPathTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("netedit-policies-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void ReadsYamlFilesAtEveryLevelAndNothingElse()
    {
        Write("a.yaml", World.Yaml("a"));
        Write("deep/er/b.yaml", World.Yaml("b"));
        foreach (var name in (string[])["notes.txt", ".hidden.yaml", "c.yaml~", "c.yaml.tmp", "c.yaml.swp", ".git/d.yaml", "x.tmp/d.yaml", "c.yml"])
        {
            Write(name, "not: [a policy");
        }

        Names(_directory).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void ReadsOneFileWhateverItsName()
    {
        Write("policy.txt", World.Yaml("a"));

        Names(Path.Combine(_directory, "policy.txt")).ShouldBe(["a"]);
    }

    [Fact]
    public void FollowsTheLinkThatAConfigPushSwaps()
    {
        Write("releases/1/a.yaml", World.Yaml("a"));
        Write("releases/2/b.yaml", World.Yaml("b"));
        var current = Path.Combine(_directory, "current");
        Directory.CreateSymbolicLink(current, "releases/1");
        Names(current).ShouldBe(["a"]);

        Directory.Delete(current);
        Directory.CreateSymbolicLink(current, "releases/2");
        Names(current).ShouldBe(["b"]);
    }

    [Fact]
    public void FollowsLinksToDirectoriesAndFilesButNotInCycles()
    {
        Write("outside/a.yaml", World.Yaml("a"));
        Write("outside/real/b.yaml", World.Yaml("b"));
        var policies = Directory.CreateDirectory(Path.Combine(_directory, "policies")).FullName;
        File.CreateSymbolicLink(Path.Combine(policies, "file.yaml"), "../outside/a.yaml");
        Directory.CreateSymbolicLink(Path.Combine(policies, "linked"), "../outside/real");
        Directory.CreateSymbolicLink(Path.Combine(policies, "linked-again"), Path.Combine(_directory, "policies/linked"));
        Directory.CreateSymbolicLink(Path.Combine(_directory, "outside/real/up"), "../../policies");
        Directory.CreateSymbolicLink(Path.Combine(policies, "self"), ".");

        Names(policies).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void NamesTheFileAsThePathWasGiven()
    {
        Write("sub/a.yaml", "x");

        PolicyReader.ReadPath(_directory, TestCatalog.Standard).Errors.Single().File.ShouldBe($"{_directory}/sub/a.yaml");
    }

    [Fact]
    public void WhatIsNotThereIsAnError() =>
        PolicyReader.ReadPath(_directory + "/none", TestCatalog.Standard).Errors.Single().ToString().ShouldBe($"{_directory}/none: cannot be read: it does not exist");

    [Fact]
    public void ABrokenLinkIsAnError()
    {
        File.CreateSymbolicLink(Path.Combine(_directory, "a.yaml"), "nowhere");

        PolicyReader.ReadPath(_directory, TestCatalog.Standard).Errors.Single().Message.ShouldBe("cannot be read: it does not exist");
    }

    [Fact]
    public void ALargeFileIsRefusedUnread()
    {
        using (var file = File.Create(Path.Combine(_directory, "a.yaml")))
        {
            file.SetLength(50_000_000);
        }

        PolicyReader.ReadPath(_directory, TestCatalog.Standard).Errors.Single().Message.ShouldBe("is not read: it has 50000000 bytes, and 1048576 (1 MiB) are allowed");
    }

    [Fact]
    public void ADeviceIsNotWaitedFor()
    {
        File.CreateSymbolicLink(Path.Combine(_directory, "a.yaml"), "/dev/zero");

        Names(_directory).ShouldBeEmpty();
    }

    [Fact]
    public void AnEmptyDirectoryIsAnEmptySet() => Names(_directory).ShouldBeEmpty();

    private void Write(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static IEnumerable<string> Names(string path)
    {
        var result = PolicyReader.ReadPath(path, TestCatalog.Standard);
        result.Errors.ShouldBeEmpty();
        return result.Set!.Policies.Select(policy => policy.Name);
    }
}
