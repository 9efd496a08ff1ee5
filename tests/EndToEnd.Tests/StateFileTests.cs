namespace NetEdit.EndToEnd.Tests;

/// <summary>State files may be lost in any way: the agent starts, tunes, and says what it lost.</summary>
public sealed class StateFileTests
{
    [KernelTheory]
    [InlineData("policies.json")]
    [InlineData("quarantine.json")]
    [InlineData("pauses.json")]
    public void A_damaged_file_is_said_and_kept_aside(string name)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var path = scene.StateFile(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{ \"version\": 1, \"holds\"");

        using var agent = scene.StartAgent();

        scene.Window().ShouldBe(40);
        agent.Status()["stateProblems"]!
            .AsArray()
            .Single()!
            .ToString()
            .ShouldStartWith($"{path} is not used: it is damaged");
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain($"state problem: {path} is not used");
        agent.Metric("netedit_state_file_problems", $"file=\"{name}\"").ShouldBe(1);
        agent.Log.ShouldContain(entry => entry.Level == "error" && entry.Field("file") == name);
        File.Exists(path + ".broken").ShouldBeTrue();
    }

    [KernelTheory]
    [InlineData(
        "full",
        "mount -t tmpfs -o size=4k,mode=0700 none $STATE; head -c 4096 /dev/zero >$STATE/filler || true",
        "No space left"
    )]
    [InlineData("read-only", "mount -t tmpfs -o ro,mode=0700 none $STATE", "Read-only file system")]
    public void A_disk_that_takes_nothing_is_said_and_the_host_is_tuned(string disk, string mount, string expected)
    {
        disk.ShouldNotBeEmpty();
        using var scene = new Scene();
        scene.WriteWindow(40);
        Directory.CreateDirectory(scene.State);

        using var agent = scene.Launch(
            [],
            MountNamespace.After(mount.Replace("$STATE", scene.State, StringComparison.Ordinal))
        );
        agent.WaitForFirstPass();

        scene.Window().ShouldBe(40);
        agent.Status()["stateProblems"]!
            .AsArray()
            .Select(problem => problem!.ToString())
            .ShouldContain(problem =>
                problem.Contains("cannot be written", StringComparison.Ordinal)
                && problem.Contains(expected, StringComparison.Ordinal)
            );
        agent.Metric("netedit_state_file_problems", "file=\"policies.json\"").ShouldBe(1);
    }
}
