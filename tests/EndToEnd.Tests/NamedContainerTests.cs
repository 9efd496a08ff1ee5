using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Policies for containers by what only their runtimes know: a real Docker, Podman and containerd, each as that of a host.</summary>
[Trait(TestDepth.Trait, TestDepth.Deep)]
public sealed class NamedContainerTests
{
    private const int Untuned = 10;
    private const int Tuned = 40;
    private const int Together = 30;

    [KernelTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_container_is_tuned_by_its_image_and_name_as_soon_as_it_starts(string engine)
    {
        using var lab = Start(engine);
        using var scene = new Scene();
        Write(
            scene,
            "image: lab/busybox, name: web-*, expressions: [ { key: labels.canary, operator: DoesNotExist } ]"
        );
        var agent = scene.StartAgent();
        agent.WaitFor(() => Problems(agent).Length == 0, "the runtime answers");
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");

        var web = Cgroup(engine, lab.RunContainer("web-1"));
        _ = lab.RunContainer("db-1");
        _ = lab.RunContainer("web-2", "--label", "canary=yes");
        agent.WaitFor(() => Scopes(agent).Length > 0, "the container is tuned");
        Scopes(agent).ShouldBe([web]);

        scene
            .Run("explain", "policy", "web", "--socket", scene.Socket)
            .Output.ShouldContain($"    {web}  web-1 (lab/busybox:1)\n");
        scene.Run("get", "scopes", "--socket", scene.Socket).Output.ShouldContain("web-1 (lab/busybox:1)");
        var named = agent.Status()["containers"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)named["scope"], (string?)named["name"], (string?)named["image"], (string?)named["runtime"]).ShouldBe(
            (web, "web-1", "lab/busybox:1", engine)
        );
        using (var container = LabCgroup.Create(web[1..]))
        {
            scene.Window(container).ShouldBe(Tuned);
            _ = lab.Run("rm", "--force", "web-1");
        }

        agent.WaitFor(() => Scopes(agent).Length == 0, "it is gone");
    }

    [KernelFact]
    public async Task Thirty_that_start_at_once_are_all_tuned()
    {
        using var lab = Start("docker");
        using var scene = new Scene();
        Write(scene, "image: lab/busybox");
        var agent = scene.StartAgent();
        agent.WaitFor(() => Problems(agent).Length == 0, "the runtime answers");

        var ids = await Task.WhenAll(
            Enumerable.Range(0, Together).Select(number => Task.Run(() => lab.RunContainer($"c{number}")))
        );

        agent.WaitFor(() => Scopes(agent).Length == Together, "all are tuned");
        Scopes(agent).ShouldBe(ids.Select(id => Cgroup("docker", id)), ignoreOrder: true);
        agent.Status().StateOf("web").ShouldBe("Active none");
    }

    [KernelFact]
    public void A_cgroup_of_a_user_with_the_id_of_a_container_is_not_that_container()
    {
        using var lab = Start("docker");
        using var scene = new Scene();
        Write(scene, "name: web");
        var agent = scene.StartAgent();
        var id = lab.RunContainer("web");
        agent.WaitFor(() => Scopes(agent).Length == 1, "the container is tuned");

        using var slice = LabCgroup.Create("ne" + id[..8] + ".slice");
        Netedit.RunProgram("chown", ["1001", slice.FullPath]).ExitCode.ShouldBe(0);
        using var fake = slice.CreateChild($"docker-{id}.scope");
        using var other = slice.CreateChild("docker");
        using var another = other.CreateChild(id);
        Write(scene, "name: web", "second");
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 2, "a pass has seen them");
        Scopes(agent).ShouldBe([Cgroup("docker", id)]);
        (scene.Window(fake), scene.Window(another)).ShouldBe((Untuned, Untuned));
    }

    [KernelFact]
    public void What_was_tuned_stays_tuned_while_the_runtime_hangs_also_through_a_start_of_the_agent()
    {
        using var lab = Start("docker");
        using var scene = new Scene();
        Write(scene, "name: web");
        var agent = scene.StartAgent();
        var web = Cgroup("docker", lab.RunContainer("web"));
        agent.WaitFor(() => Scopes(agent).SequenceEqual([web]), "the container is tuned");

        lab.Freeze();
        agent.Stop().ShouldBe(0);
        agent = scene.StartAgent();
        agent.WaitFor(() => Problems(agent).Length > 0, "status says so");
        Problems(agent)[0]
            .ShouldStartWith("container-names: docker cannot be asked about its containers on /run/docker.sock");
        Problems(agent)[0].ShouldEndWith("systemctl start docker");
        Directory.Exists(scene.Pins + "/chains").ShouldBeTrue("nothing is removed because nobody names the container");

        lab.Thaw();
        agent.WaitFor(() => Scopes(agent).SequenceEqual([web]), "it is known again");
        agent.WaitFor(() => Problems(agent).Length == 0, "status says so");
        agent.Actions.ShouldBeEmpty("there was nothing to change");
    }

    [KernelFact]
    public void A_container_of_ctr_is_tuned_by_its_id()
    {
        Assert.SkipUnless(
            RuntimeLab.IsInstalled("containerd", "ctr", "runc") && !File.Exists(RuntimeLab.Usual.Containerd),
            "needs containerd, runc and busybox-static, and no containerd that runs on this host"
        );
        using var lab = RuntimeLab.Containerd(asHost: true);
        using var scene = new Scene();
        Write(scene, "runtime: containerd, name: web");
        var agent = scene.StartAgent();

        foreach (var name in (string[])["web", "other"])
        {
            string[] options = ["--detach", "--null-io", "--cpu-shares", "0", "--snapshotter", "native"];
            lab.Ctr(["run", .. options, "docker.io/" + BusyboxImage.Name, name]);
        }

        agent.WaitFor(() => Scopes(agent).Length > 0, "the container is tuned");
        Scopes(agent).ShouldBe(["/default/web"]);
    }

    private static RuntimeLab Start(string engine)
    {
        Assert.SkipUnless(
            RuntimeLab.IsInstalled("docker", engine == "docker" ? "dockerd" : "podman", "runc"),
            "needs docker.io, podman, runc and busybox-static: eng/setup.sh test"
        );
        Assert.SkipWhen(
            File.Exists(engine == "docker" ? RuntimeLab.Usual.Docker : RuntimeLab.Usual.Podman),
            $"{engine} runs on this host"
        );
        return engine == "docker" ? RuntimeLab.Docker(asHost: true) : RuntimeLab.Podman(asHost: true);
    }

    private static string Cgroup(string engine, string id) =>
        engine == "docker" ? $"/docker/{id}" : $"/libpod_parent/libpod-{id}";

    private static string[] Problems(AgentProcess agent) =>
        [.. agent.Status()["problems"]!.AsArray().Select(problem => (string)problem!)];

    private static string[] Scopes(AgentProcess agent) =>
        [
            .. agent.Status()["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == "web")!["scopes"]!
                .AsArray()
                .Select(scope => (string)scope!),
        ];

    private static void Write(Scene scene, string container, string name = "web") =>
        scene.Write(
            name + ".yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec: {{ "
                + $"scope: {{ container: {{ {container} }} }}, tuning: {{ initial-cwnd: {{ segments: 40 }} }} }}\n"
        );
}
