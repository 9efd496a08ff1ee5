using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Policies for containers: cgroups laid out as the kubelet, CRI-O, Docker and Podman do, with connections inside.</summary>
public sealed class ContainerTests
{
    private const int Untuned = 10;
    private const int Tuned = 40;
    private const int LookBurst = 20;

    // All ids of a test begin alike, so that containers of this host are none of ours.
    private readonly string _start = RandomNumberGenerator.GetHexString(12, lowercase: true);

    [KernelFact]
    public void Containers_of_a_pod_are_tuned_as_they_come_and_what_goes_is_let_go()
    {
        using var scene = new Scene();
        var (uid, other) = (Uid(), Uid());
        Write(scene, $"pod: {uid}, qos: burstable");
        var agent = scene.StartAgent();
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");
        Directory.Exists(scene.Pins).ShouldBeFalse();

        // A node whose kubelet starts now: each level comes after the one around it is watched, or before.
        using var node = new Node();
        using var neighbour = node.Pod(other, "burstable").CreateChild($"cri-containerd-{Id(1)}.scope");
        var pod = node.Pod(uid, "burstable");
        using var monitor = pod.CreateChild($"crio-conmon-{Id(2)}.scope");
        using (var first = pod.CreateChild($"crio-{Id(2)}.scope"))
        {
            agent.WaitFor(() => scene.Window(first) == Tuned, "the first container of the pod is tuned");
            using var second = pod.CreateChild($"crio-{Id(3)}.scope");
            agent.WaitFor(() => scene.Window(second) == Tuned, "the second one is tuned");
            scene.Window(first).ShouldBe(Tuned);
            using var inside = second.CreateChild("container");
            scene.Window(inside).ShouldBe(Tuned, "what is inside a container is a part of it");
            scene.Window(neighbour).ShouldBe(Untuned, "a container of another pod");
            scene.Window(monitor).ShouldBe(Untuned, "conmon is no container");

            agent.WaitFor(() => Scopes(agent.Status()).SequenceEqual([first.Path, second.Path]), "both are shown");
            ((string?)agent.Status()["policies"]![0]!["scope"]).ShouldBe(
                $"containers {{ pod: \"{uid}\", qos: \"burstable\" }}"
            );
            agent.Status().StateOf("web").ShouldBe("Active none");
            scene
                .Run("status", "--socket", scene.Socket)
                .Output.ShouldContain($"containers {{ pod: \"{uid}\", qos: \"burstable\" }} (2)");
            scene
                .Run("explain", "policy", "web", "--socket", scene.Socket)
                .Output.ShouldContain(
                    $"scope containers {{ pod: \"{uid}\", qos: \"burstable\" }} (2)\n    {first.Path}\n    "
                        + $"{second.Path}\n"
                );
        }

        agent.WaitFor(() => Scopes(agent.Status()).Length == 0, "both are gone");
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");
        ((string?)agent.Status()["policies"]![0]!["reason"]!["text"]).ShouldBe(
            $"no container of this host matches {{ pod: \"{uid}\", qos: \"burstable\" }} yet"
        );
        agent.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is left of the only policy");
    }

    [KernelFact]
    public void Containers_that_are_there_before_the_agent_and_two_that_come_at_once_are_tuned()
    {
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        using var before = slice.CreateChild($"docker-{Id(1)}.scope");
        Write(scene, $"runtime: docker, id: {_start}*");
        Write(scene, $"id: {Id(1)}", "one", "initial-cwnd: { segments: 30 }, pacing: { rate: 1Gbit }", priority: 1);
        var agent = scene.StartAgent();
        scene.Window(before).ShouldBe(30, "the policy of higher priority");

        // By cgroupfs, and one inside a container: Docker in Docker.
        using var docker = slice.CreateChild("docker");
        using var two = docker.CreateChild(Id(2));
        using var three = docker.CreateChild(Id(3));
        using var dockerInThree = three.CreateChild("docker");
        using var inThree = dockerInThree.CreateChild(Id(4));
        agent.WaitFor(() => Scopes(agent.Status()).Length == 4, "all four are shown");
        Scopes(agent.Status()).ShouldBe([before.Path, two.Path, three.Path, inThree.Path]);
        agent.Status()["kernel"]!["chains"]!.AsArray().Count.ShouldBe(4);
        (scene.Window(two), scene.Window(three), scene.Window(inThree)).ShouldBe((Tuned, Tuned, Tuned));
        scene.Window(slice).ShouldBe(Untuned, "beside them");

        // A connection of a container is explained, one switch pauses the policy in all of them, and what is tuned is counted by policy.
        using (var pair = scene.Connect(new TcpPairOptions { ClientCgroup = two }))
        {
            var explained = scene
                .Run(
                    "explain",
                    "connection",
                    pair.Server.LocalEndPoint!.ToString()!,
                    "--socket",
                    scene.Socket,
                    "-o",
                    "json"
                )
                .Json["connections"]!
                .AsArray()
                .Single(connection => (string?)connection!["chain"] == two.Path)!;
            (
                (string?)
                    explained["features"]!.AsArray().Single(feature => (string?)feature!["feature"] == "initial-cwnd")![
                        "policy"
                    ]
            ).ShouldBe("web");
        }

        agent.Metric("netedit_connections_tuned_total", "policy=\"web\"", "feature=\"initial-cwnd\"").ShouldBe(4);
        scene.Run("pause", "policy", "web", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        (scene.Window(two), scene.Window(inThree)).ShouldBe((Untuned, Untuned));
        scene.Run("resume", "web", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        scene.Window(three).ShouldBe(Tuned);
    }

    [KernelFact]
    public void Metrics_are_by_policy_and_keep_their_sums_while_containers_come_and_go()
    {
        const int Containers = 5;
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        using var before = slice.CreateChild($"docker-{Id(0)}.scope");
        Write(scene, $"id: {_start}*");
        var agent = scene.StartAgent();
        agent.Metric("netedit_policy_containers", "policy=\"web\"").ShouldBe(1);
        Delays(agent).ShouldBe(0, "it does not wait for a policy that came after it");

        for (var number = 1; number <= Containers; number++)
        {
            using var container = slice.CreateChild($"docker-{Id(number)}.scope");
            agent.WaitFor(() => scene.Window(container) == Tuned, "the container is tuned");
            agent.WaitFor(() => Delays(agent) == number, "its wait is measured");
            agent.Metric("netedit_connections_tuned_total", "policy=\"web\"").ShouldBe(number);
        }

        agent.WaitFor(() => agent.Metric("netedit_policy_containers", "policy=\"web\"") == 1, "they are gone");
        agent.Metric("netedit_connections_tuned_total", "policy=\"web\"").ShouldBe(Containers);
        Delays(agent).ShouldBe(Containers);
        agent
            .Metric("netedit_container_tuning_delay_seconds_sum", "policy=\"web\"")!
            .Value.ShouldBeInRange(0, 10 * Containers, "of containers that were noticed at once");
        agent
            .Metric("netedit_reconcile_triggers_total", "trigger=\"cgroup changed\"")!
            .Value.ShouldBeGreaterThanOrEqualTo(Containers);
        agent.Get("/metrics").Body.ShouldNotContain(_start + "0"); // no label is a container's
    }

    /// <summary>The only container of a policy takes its counters along; nobody scraped while it lived.</summary>
    [KernelFact]
    public void What_a_container_counted_between_two_scrapes_is_in_the_sums_after_its_end()
    {
        const int Connections = 3;
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        Write(scene, $"id: {_start}*");
        var agent = scene.StartAgent();
        using (var container = slice.CreateChild($"docker-{Id(1)}.scope"))
        {
            agent.WaitFor(() => agent.Status().StateOf("web") == "Active none", "it is tuned");
            for (var connection = 0; connection < Connections; connection++)
            {
                scene.Window(container).ShouldBe(Tuned);
            }
        }

        agent.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is left of the only policy");
        agent.Metric("netedit_connections_tuned_total", "policy=\"web\"").ShouldBe(Connections);
    }

    [KernelFact]
    public void What_a_plan_would_do_is_said_without_an_agent_and_of_no_container_nothing()
    {
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        Write(scene, $"runtime: podman, id: {_start}*");
        scene.RunWithPolicies("plan").Output.ShouldContain("no container of this host matches");
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);

        using var service = slice.CreateChild("app.service");
        using var payload = service.CreateChild($"libpod-payload-{Id(1)}");
        var plan = scene.RunWithPolicies("plan", "-o", "json");

        plan.ExitCode.ShouldBe(2, plan.ToString());
        plan.Json["actions"]!
            .AsArray()
            .ShouldContain(action =>
                (string?)action!["object"] == "chain" && (string?)action["target"] == payload.Path
            );
        Scopes(plan.Json).ShouldBe([payload.Path]);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        scene.Window(payload).ShouldBe(Tuned);
    }

    /// <summary>Units that start and stop where containers may be are looked at, and are no cause of a pass.</summary>
    [KernelFact]
    public void Cgroups_that_are_no_containers_cause_no_pass()
    {
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        Write(scene, $"id: {_start}*");
        var agent = scene.StartAgent();
        var pass = LastPass(agent);

        for (var i = 0; i < 5; i++)
        {
            var watches = Watches(agent);
            _ = slice.CreateChild($"u{i}.service"); // goes with the slice
            agent.WaitFor(() => Watches(agent) > watches, "the unit is looked into");
        }

        LastPass(agent).ShouldBe(pass);
        using var app = slice.CreateChild("app.service");
        using var container = app.CreateChild($"libpod-payload-{Id(1)}");
        agent.WaitFor(() => scene.Window(container) == Tuned, "the container inside a unit is tuned");
        agent.WaitFor(() => LastPass(agent) != pass, "the pass that tuned it is over");
    }

    [KernelFact]
    public void A_share_of_the_connections_of_all_containers_is_compared_as_one()
    {
        const int Each = 40;
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        using var one = slice.CreateChild($"docker-{Id(1)}.scope");
        using var two = slice.CreateChild($"docker-{Id(2)}.scope");
        Write(scene, $"id: {_start}*", spec: "share: 50%, measure: true, ");
        var agent = scene.StartAgent();

        var with = Enumerable
            .Range(0, Each)
            .Sum(_ => (scene.Window(one) == Tuned ? 1 : 0) + (scene.Window(two) == Tuned ? 1 : 0));

        // Of 80 drawn by half: 40, with a standard deviation of 4.5.
        with.ShouldBeInRange(13, 67);
        agent.Metric("netedit_arm_connections_total", "policy=\"web\"", "arm=\"on\"").ShouldBe(with);
        agent.Metric("netedit_arm_connections_total", "policy=\"web\"", "arm=\"off\"").ShouldBe((2 * Each) - with);
        agent.WaitFor(
            () => agent.Metric("netedit_connection_duration_seconds_count", "policy=\"web\"", "arm=\"on\"") == with,
            "those with the policy are closed and measured"
        );
    }

    /// <summary>A crash loop took the tuning of every container of the host into quarantine within 3 s.</summary>
    [KernelFact]
    public void Containers_that_come_and_go_at_once_are_no_fault_of_a_feature()
    {
        const int Restarts = 40;
        using var scene = new Scene();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        using var lasting = slice.CreateChild($"docker-{Id(0)}.scope");
        Write(scene, $"id: {_start}*");
        var agent = scene.StartAgent();

        for (var i = 1; i <= Restarts; i++)
        {
            using (slice.CreateChild($"docker-{Id(1)}.scope"))
            {
                Thread.Sleep(i % 10 * 10); // up for 0 to 90 ms, so that it goes at every moment of a pass
            }
        }

        using var last = slice.CreateChild($"docker-{Id(2)}.scope");
        agent.WaitFor(() => scene.Window(last) == Tuned, "the next container is tuned");
        scene.Window(lasting).ShouldBe(Tuned);
        agent.Status()["quarantine"]!.AsArray().ShouldBeEmpty();
        agent.Log.Where(entry => entry.Level == "error").Select(entry => entry.Json.ToJsonString()).ShouldBeEmpty();
    }

    [KernelFact]
    public void Cgroups_that_come_and_go_like_containers_cost_few_passes_and_a_change_of_policies_waits_for_none()
    {
        const int Times = 150;
        using var scene = new Scene();
        Write(scene, $"runtime: docker, id: {_start}*");
        using var agent = scene.StartAgent();
        using var slice = LabCgroup.Create("ne" + _start + ".slice");
        agent.WaitFor(() => Watches(agent) > 0, "containers are waited for");
        var before = Passes(agent);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var number = 0; number < Times; number++)
        {
            using var container = slice.CreateChild($"docker-{Id(number)}.scope");
            Thread.Sleep(40); // a user's loop
        }

        // Each look may find something and be followed by another.
        (Passes(agent) - before).ShouldBeLessThan(
            LookBurst + (2 * clock.Elapsed.TotalSeconds) + 5,
            $"{Times} came and went in {clock.Elapsed}"
        );
        Write(scene, $"runtime: docker, id: {_start}*", "two");
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 2, "the second policy is known");
    }

    private static double Passes(AgentProcess agent) =>
        ((string[])["changed", "unchanged", "failed"]).Sum(result =>
            agent.Metric("netedit_reconciles_total", $"result=\"{result}\"") ?? 0
        );

    private static double? Delays(AgentProcess agent) =>
        agent.Metric("netedit_container_tuning_delay_seconds_count", "policy=\"web\"");

    private static string[] Scopes(JsonNode report) =>
        [
            .. report["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == "web")!["scopes"]!
                .AsArray()
                .Select(scope => (string)scope!),
        ];

    private static string LastPass(AgentProcess agent) => (string)agent.Status()["lastReconcile"]!["at"]!;

    private static int Watches(AgentProcess agent) =>
        Directory
            .GetFiles($"/proc/{agent.Pid}/fd")
            .Where(descriptor =>
                new FileInfo(descriptor).LinkTarget?.EndsWith("inotify", StringComparison.Ordinal) == true
            )
            .Sum(descriptor =>
                File.ReadLines($"/proc/{agent.Pid}/fdinfo/{Path.GetFileName(descriptor)}")
                    .Count(line => line.StartsWith("inotify wd:", StringComparison.Ordinal))
            );

    private static void Write(
        Scene scene,
        string labels,
        string name = "web",
        string tuning = "initial-cwnd: { segments: 40 }",
        int priority = 0,
        string spec = ""
    ) =>
        scene.Write(
            name + ".yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec: {{ "
                + $"{spec}priority: {priority}, scope: {{ container: {{ {labels} }} }}, tuning: {{ {tuning} }} }}\n"
        );

    private static string Uid() => Guid.NewGuid().ToString();

    private string Id(int number) => _start + number.ToString("x52", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The cgroups of a kubelet with the systemd driver whose root is a slice of its own.</summary>
    private sealed class Node : IDisposable
    {
        private readonly string _name = "ne" + Guid.NewGuid().ToString("N")[..8];
        private readonly LabCgroup _root;
        private readonly LabCgroup _pods;

        public Node()
        {
            _root = LabCgroup.Create(_name + ".slice");
            _pods = _root.CreateChild($"{_name}-kubepods.slice");
        }

        public LabCgroup Pod(string uid, string qos) =>
            _pods
                .CreateChild($"{_name}-kubepods-{qos}.slice")
                .CreateChild($"{_name}-kubepods-{qos}-pod{uid.Replace('-', '_')}.slice");

        public void Dispose() => _root.Dispose();
    }
}
