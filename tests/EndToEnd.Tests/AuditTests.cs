using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What policies give, compared with what connections have.</summary>
public sealed class AuditTests
{
    private const int Inconclusive = 6;
    private const string Tuning = "initial-cwnd: { segments: 40 }\nkeepalive: { idle: 70s }\npacing: { rate: 2Gbit }";

    [KernelFact]
    public void Connections_that_have_what_they_were_given_confirm_it()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        using var other = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.SendToServer(1);
        pair.SendToClient(1);

        var report = Audit(scene);

        Line(report, "keepalive").ShouldBe("3 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        Line(report, "pacing").ShouldBe("3 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        Line(report, "initial-cwnd").ShouldBe("3 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        agent.Metric("netedit_audit_connections", "feature=\"keepalive\"", "result=\"confirmed\"").ShouldBe(3);
        agent.Metric("netedit_audit_failed", "policy=\"web\"", "feature=\"pacing\"").ShouldBe(0);
        agent.Metric("netedit_last_audit_timestamp_seconds").ShouldNotBeNull().ShouldBeGreaterThan(1e9);
        agent.Status().StateOf("web").ShouldBe("Active none");
        scene
            .Run("audit", "web", "--socket", scene.Socket)
            .Output.ShouldContain(
                "web     keepalive     3          0             0             confirmed  sockets have the value\n"
            );
        scene
            .Run("audit", "wed", "--socket", scene.Socket)
            .Errors.ShouldContain("policy 'wed' is not in force; did you mean 'web'?");
    }

    [KernelFact]
    public void Programs_that_silently_do_not_run_fail_with_evidence_until_an_audit_after_the_repair()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var before = scene.Connect();
        Audit(scene);
        Detach(scene);
        using var first = scene.Connect();
        using var second = scene.Connect();

        var report = Audit(scene, exit: 1);

        Line(report, "keepalive")
            .ShouldBe("2 confirmed, 4 contradicted, 0 inconclusive: Contradicted", "two were opened before");
        var evidence = Of(report, "keepalive")["evidence"]!.AsArray();
        ((string)evidence[0]!["found"]!).ShouldBe($"the chain of {scene.Cgroup.Path} is not attached");
        ((string)evidence[1]!["expected"]!).ShouldBe("idle: 70s");
        ((string)evidence[1]!["found"]!).ShouldStartWith("nothing");
        new[] { first, second }
            .SelectMany(pair => (string[])[$"{pair.Client.LocalEndPoint}", $"{pair.Server.LocalEndPoint}"])
            .ShouldContain((string)evidence[1]!["local"]!);
        agent.Status().StateOf("web").ShouldBe("AuditFailed audit-failed");
        agent.Status().FeatureOf("web", "pacing").ShouldStartWith("AuditFailed audit-failed: ");
        scene.Run("explain", "policy", "web", "--socket", scene.Socket).Output.ShouldContain("web: AuditFailed\n");
        agent.Metric("netedit_audit_failed", "feature=\"keepalive\"").ShouldBe(1);
        agent
            .Metric("netedit_policy_state", "policy=\"web\"", "state=\"AuditFailed\"", "reason=\"audit-failed\"")
            .ShouldBe(1);
        agent.Log.ShouldContain(entry => entry.Message.StartsWith("audit failed", StringComparison.Ordinal));
        agent
            .Actions.Count(action => action.StartsWith("detach", StringComparison.Ordinal))
            .ShouldBe(0, "an audit changes nothing");

        Line(Audit(scene, exit: 1), "pacing")
            .ShouldEndWith("Contradicted", customMessage: "nothing new says otherwise");
        agent.Reconcile();
        Audit(scene);
        agent.Status().StateOf("web").ShouldBe("Active none");
        using var after = scene.Connect();
        Line(Audit(scene), "keepalive")
            .ShouldBe(
                "4 confirmed, 0 contradicted, 4 inconclusive: Confirmed",
                "those that were open before the repair fail nothing any more"
            );
        agent.Metric("netedit_audit_failed", "feature=\"keepalive\"").ShouldBe(0);
    }

    [KernelFact]
    public void What_applications_changed_is_found_and_fails_only_by_most_of_the_new_connections()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        Line(Audit(scene, Inconclusive), "pacing").ShouldEndWith("no-connection");
        using var first = scene.Connect();
        Slow(first.Client);

        Line(Audit(scene, Inconclusive), "pacing")
            .ShouldBe("1 confirmed, 1 contradicted, 0 inconclusive: Inconclusive some-contradict");
        agent.Status().StateOf("web").ShouldBe("Degraded overwritten");
        agent.Status().FeatureOf("web", "pacing").ShouldStartWith("Degraded overwritten: pacing at ");
        agent
            .Metric("netedit_policy_state", "policy=\"web\"", "state=\"Degraded\"", "reason=\"overwritten\"")
            .ShouldBe(1);
        Line(Audit(scene, Inconclusive), "pacing")
            .ShouldBe(
                "1 confirmed, 1 contradicted, 0 inconclusive: Inconclusive some-contradict",
                "it is open, and has another value still"
            );
        agent.Status().StateOf("web").ShouldBe("Degraded overwritten");

        using var second = scene.Connect();
        using var third = scene.Connect();
        foreach (var socket in (Socket[])[second.Client, second.Server, third.Client])
        {
            Slow(socket);
        }

        var report = Audit(scene, exit: 1);
        Line(report, "pacing").ShouldBe("2 confirmed, 4 contradicted, 0 inconclusive: Contradicted");
        var evidence = Of(report, "pacing")["evidence"]![0]!;
        ((string)evidence["expected"]!, (string)evidence["found"]!).ShouldBe(
            ("pacing rate 2000000000 bit/s", "pacing rate 8000000 bit/s")
        );
        Line(report, "keepalive").ShouldEndWith("Confirmed");

        void Slow(Socket socket) => socket.SetKernelOption(TcpSocketOptions.SocketLevel, 47, 1_000_000);
    }

    [KernelFact]
    public void Connections_that_were_open_before_the_values_of_now_fail_nothing()
    {
        using var scene = new Scene();
        using var old = scene.Connect();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var tuned = scene.Connect();
        Audit(scene);
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, Tuning.Replace("70s", "80s", StringComparison.Ordinal))
        );
        agent.Reconcile();
        using var pair = scene.Connect();

        Line(Audit(scene), "keepalive").ShouldBe("2 confirmed, 0 contradicted, 4 inconclusive: Confirmed");
        Line(Audit(scene), "keepalive").ShouldBe("2 confirmed, 0 contradicted, 4 inconclusive: Confirmed");
    }

    [KernelFact]
    public void A_probe_is_made_inside_the_cgroup_and_one_alone_tells()
    {
        using var scene = new Scene();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        WriteProbe(scene, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var agent = scene.StartAgent();

        var report = Audit(scene);
        foreach (var feature in (string[])["initial-cwnd", "keepalive", "pacing"])
        {
            Line(report, feature).ShouldBe("1 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        }

        var probe = report["probes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)probe["policy"]!, (string?)probe["problem"]).ShouldBe(("web", null));
        File.ReadAllText(scene.Cgroup.FullPath + "/cgroup.procs").ShouldBeEmpty();

        Detach(scene);
        report = Audit(scene, exit: 1);
        Line(report, "keepalive").ShouldBe("0 confirmed, 1 contradicted, 0 inconclusive: Contradicted");
        ((bool)Of(report, "keepalive")["evidence"]![1]!["isProbe"]!).ShouldBeTrue();
        agent.Reconcile();
        Line(Audit(scene), "keepalive").ShouldBe("1 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
    }

    [KernelFact]
    public void A_peer_that_does_not_answer_is_no_failure_of_the_policy()
    {
        using var scene = new Scene();
        var port = Ports.Next();
        WriteProbe(scene, port);
        using var agent = scene.StartAgent();

        var refused = Audit(scene, Inconclusive);
        Line(refused, "keepalive")
            .ShouldBe("0 confirmed, 0 contradicted, 0 inconclusive: Inconclusive probe-unanswered");
        ((string)refused["probes"]![0]!["problem"]!).ShouldBe("Connection refused");

        // One that takes no more: further SYNs are dropped.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, port));
        full.Listen(0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        waiting.Connect(full.LocalEndPoint!);
        ((string)Audit(scene, Inconclusive)["probes"]![0]!["problem"]!).ShouldBe("the peer did not answer within 3 s");
    }

    [KernelFact]
    public void A_user_who_names_his_cgroup_like_an_order_to_the_process_that_makes_probes_has_no_file_written()
    {
        using var scene = new Scene();
        var id = System.Security.Cryptography.RandomNumberGenerator.GetHexString(64, lowercase: true);
        var precious = scene.Combine("precious");
        File.WriteAllText(precious, "precious");
        var trap = $"{scene.Combine("trap")}/docker-{id}.scope";
        Directory.CreateDirectory(trap);
        File.CreateSymbolicLink(trap + "/cgroup.procs", precious);
        Directory.CreateDirectory($"{scene.Cgroup.FullPath}/x\r127.0.0.1:9 {trap}");
        WriteProbe(scene, Ports.Next());
        scene.Write(
            "web.yaml",
            File.ReadAllText(Path.Combine(scene.Policies, "web.yaml"))
                .Replace($"cgroup: {scene.Cgroup.Path}", $"container: {{ id: {id} }}", StringComparison.Ordinal)
        );
        using var agent = scene.StartAgent();

        scene.Run("audit", "--socket", scene.Socket);

        File.ReadAllText(precious).ShouldBe("precious");
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");
        agent
            .Log.Count(entry => entry.Message.StartsWith("some cgroups have names", StringComparison.Ordinal))
            .ShouldBe(1, agent.Text);
        agent.Text.ShouldNotContain("\r");
    }

    [KernelFact]
    public void Audits_come_by_themselves()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent("--audit-interval", "1s");
        agent.WaitFor(() => agent.Metric("netedit_last_audit_timestamp_seconds") > 0, "the first audit");
        Detach(scene);

        agent.WaitFor(
            () => agent.Metric("netedit_audit_failed", "feature=\"keepalive\"") == 1,
            "an audit that finds it"
        );
    }

    [KernelFact]
    public void Without_an_agent_the_policies_it_kept_or_those_that_are_named_are_compared()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        agent.Stop();

        Line(Audit(scene), "keepalive").ShouldBe("2 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        Line(scene.RunWithPolicies("audit", "-o", "json").Json, "keepalive")
            .ShouldBe("2 confirmed, 0 contradicted, 0 inconclusive: Confirmed");
        Detach(scene);
        Line(Audit(scene, exit: 1), "keepalive").ShouldEndWith("Contradicted");
        Directory.Delete(scene.State, recursive: true);
        scene
            .Run("audit", "--socket", scene.Socket)
            .Errors.ShouldContain("no policies are known, so nothing is promised");
    }

    private static void WriteProbe(Scene scene, int port) =>
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, Tuning)
                .Replace("  tuning:", $"  audit: {{ probe: 127.0.0.1:{port} }}\n  tuning:", StringComparison.Ordinal)
        );

    /// <summary>Takes the chain away behind the agent's back.</summary>
    private static void Detach(Scene scene)
    {
        var detached = Netedit.RunProgram("bpftool", ["link", "detach", "pinned", scene.ChainLink]);
        detached.ExitCode.ShouldBe(0, detached.ToString());
    }

    private static JsonNode Audit(Scene scene, int exit = 0)
    {
        var outcome = scene.Run("audit", "-o", "json", "--socket", scene.Socket);
        outcome.ExitCode.ShouldBe(exit, outcome.ToString());
        return outcome.Json;
    }

    private static JsonNode Of(JsonNode report, string feature) =>
        report["lines"]!.AsArray().Single(line => (string)line!["feature"]! == feature)!;

    private static string Line(JsonNode report, string feature)
    {
        var line = Of(report, feature);
        var counts =
            $"{line["confirmed"]} confirmed, {line["contradicted"]} contradicted, {line["inconclusive"]} inconclusive";
        return $"{counts}: {line["verdict"]} {line["why"]?["code"]}".TrimEnd();
    }
}
