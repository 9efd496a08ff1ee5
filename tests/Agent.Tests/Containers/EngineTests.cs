using System.Diagnostics;

namespace NetEdit.Agent.Tests.Containers;

/// <summary>A real Docker, and a real Podman by the API that is compatible with Docker's.</summary>
[Trait(TestDepth.Trait, TestDepth.Deep)]
public sealed class EngineTests
{
    private const int Together = 30;

    public static TheoryData<string> Engines => ["docker", "podman"];

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_container_is_known_by_name_image_and_labels_from_its_creation_to_its_removal(string engine)
    {
        using var lab = Start(engine);
        var before = lab.RunContainer("before", "--label", "app=web");
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();
        watched.Containers.Keys.ShouldBe([before]);

        // Created, and not started: no process has been in it.
        var id = lab.Run(
                "create",
                "--network",
                "none",
                "--name",
                "web-1",
                "--label",
                "name=x",
                "--label",
                "a.b/c=\"d\"",
                BusyboxImage.Name
            )
            .Trim();
        var container = watched.WaitFor(id);
        (container.Runtime, container.Name, container.IsSandbox).ShouldBe((engine, "web-1", false));
        container.Image.ShouldNotBeNull().Matches(engine == "podman" ? "docker.io/lab/busybox:1" : "lab/busybox:1");
        container.Labels["name"].ShouldBe("x");
        container.Labels["a.b/c"].ShouldBe("\"d\"");

        lab.Run("rename", "web-1", "web-2");
        Eventually.True(() => watched.Containers[id].Name == "web-2", "it has another name");
        lab.Run("rm", "--force", id);
        Eventually.True(() => !watched.Containers.ContainsKey(id), "it is gone");
        watched.Containers.ContainsKey(before).ShouldBeTrue();
        watched.Starts.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Thirty_that_start_at_once_are_all_known(string engine)
    {
        using var lab = Start(engine);
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        var ids = await Task.WhenAll(
            Enumerable.Range(0, Together).Select(number => Task.Run(() => lab.RunContainer($"c{number}")))
        );

        Eventually.True(() => ids.All(watched.Containers.ContainsKey), "all are reported");
        watched
            .Containers.Values.Select(container => container.Name)
            .ShouldBe(Enumerable.Range(0, Together).Select(number => $"c{number}"), ignoreOrder: true);
        watched.Starts.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void The_process_that_asks_has_no_rights_but_the_group_of_the_socket(string engine)
    {
        using var lab = Start(engine);
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        var group = Packaging.Tool.Run("stat", "--format=%g", lab.Socket).Trim();
        foreach (var thread in Directory.GetDirectories($"/proc/{watched.Pid}/task"))
        {
            var status = File.ReadLines(thread + "/status")
                .Select(line => line.Split(':', 2))
                .ToDictionary(parts => parts[0], parts => parts[1].Trim());
            status["Uid"].ShouldBe("65534\t65534\t65534\t65534");
            status["Gid"].ShouldBe($"{group}\t{group}\t{group}\t{group}");
            status["Groups"].ShouldBe("");
            status["NoNewPrivs"].ShouldBe("1");
            foreach (var set in (string[])["CapPrm", "CapEff", "CapAmb"])
            {
                status[set].ShouldBe("0000000000000000", set);
            }
        }
    }

    [Fact]
    public void What_is_known_stays_known_while_the_runtime_is_dead_and_it_is_asked_again()
    {
        using var lab = Start("docker");
        var id = lab.RunContainer("web");
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        lab.Kill();
        Eventually.True(() => watched.Watch.Problem is not null, "its end is noticed");
        watched.Watch.Problem!.ShouldStartWith($"docker cannot be asked about its containers on {lab.Socket}: ");
        watched.Watch.Problem!.ShouldEndWith("Type on the host: start it");
        watched.Containers[id].Name.ShouldBe("web");
        Eventually.True(() => watched.Watch.Problem!.Contains("Connection refused"), "it says why");

        lab.Start();
        watched.WaitUntilItAnswers();
        watched.WaitFor(lab.RunContainer("second")).Name.ShouldBe("second");
    }

    [Fact]
    public void A_runtime_that_hangs_is_noticed_in_bounded_time()
    {
        using var lab = Start("docker");
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        lab.Freeze();
        var clock = Stopwatch.StartNew();
        watched.Watch.Look();
        Eventually.True(() => watched.Watch.Problem is not null, "it is noticed");
        watched.Watch.Problem!.ShouldContain("did not answer within 10 s");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));

        lab.Thaw();
        watched.WaitUntilItAnswers();
    }

    private static RuntimeLab Start(string engine)
    {
        Assert.SkipUnless(
            RuntimeLab.IsInstalled("docker", engine == "docker" ? "dockerd" : "podman", "runc"),
            "needs docker.io, podman, runc and busybox-static: eng/setup.sh test"
        );
        return engine == "docker" ? RuntimeLab.Docker() : RuntimeLab.Podman();
    }
}
