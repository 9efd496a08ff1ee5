using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetEdit.Lab;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What policies promise, compared with what connections have.</summary>
public sealed class AuditTests
{
    private const string Tuning = "initial-cwnd: { segments: 40 }\nkeepalive: { idle: 70s }\npacing: { rate: 2Gbit }";

    [KernelFact]
    public void Connections_that_have_what_was_promised_keep_it_and_what_cannot_be_told_is_no_failure()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        using var other = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.SendToServer(1);
        pair.SendToClient(1);

        var report = Audit(scene);

        Line(report, "keepalive").ShouldBe("3 kept, 0 otherwise, 0 not told: Kept");
        Line(report, "pacing").ShouldBe("3 kept, 0 otherwise, 0 not told: Kept");
        Line(report, "initial-cwnd").ShouldBe("1 kept, 0 otherwise, 2 not told: Kept");
        agent.Metric("netedit_audit_connections", "feature=\"keepalive\"", "result=\"kept\"").ShouldBe(3);
        agent.Metric("netedit_audit_failed", "policy=\"web\"", "feature=\"pacing\"").ShouldBe(0);
        agent.Metric("netedit_audit_last_time_seconds").ShouldNotBeNull().ShouldBeGreaterThan(1e9);
        agent.Status().StateOf("web").ShouldBe("Active none");
        scene.Run("audit", "web", "--socket", scene.Socket).Output.ShouldContain("web     keepalive     3            3     0          0         kept\n");
        scene.Run("audit", "wed", "--socket", scene.Socket).Errors.ShouldContain("no policy 'wed' is in force; did you mean 'web'?");
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

        Line(report, "keepalive").ShouldBe("2 kept, 4 otherwise, 0 not told: AuditFailed", "two were opened before");
        var evidence = Of(report, "keepalive")["evidence"]!.AsArray();
        ((string)evidence[0]!["found"]!).ShouldBe($"the chain of {scene.Cgroup.Path} is not attached");
        ((string)evidence[1]!["promised"]!).ShouldBe("idle: 70s");
        ((string)evidence[1]!["found"]!).ShouldStartWith("nothing");
        new[] { first, second }.SelectMany(pair => (string[])[$"{pair.Client.LocalEndPoint}", $"{pair.Server.LocalEndPoint}"]).ShouldContain((string)evidence[1]!["local"]!);
        agent.Status().StateOf("web").ShouldBe("AuditFailed audit-failed");
        agent.Status().FeatureOf("web", "pacing").ShouldStartWith("AuditFailed audit-failed: ");
        scene.Run("explain", "policy", "web", "--socket", scene.Socket).Output.ShouldContain("web: AuditFailed\n");
        agent.Metric("netedit_audit_failed", "feature=\"keepalive\"").ShouldBe(1);
        agent.Metric("netedit_policy_state", "policy=\"web\"", "state=\"AuditFailed\"", "reason=\"audit-failed\"").ShouldBe(1);
        agent.Log.ShouldContain(entry => entry.Message.StartsWith("audit failed", StringComparison.Ordinal));
        agent.Actions.Count(action => action.StartsWith("detach", StringComparison.Ordinal)).ShouldBe(0, "an audit changes nothing");

        Line(Audit(scene, exit: 1), "pacing").ShouldEndWith("AuditFailed", customMessage: "nothing new says otherwise");
        agent.Reconcile();
        Audit(scene);
        agent.Status().StateOf("web").ShouldBe("Active none");
        using var after = scene.Connect();
        Line(Audit(scene), "keepalive").ShouldBe("4 kept, 0 otherwise, 4 not told: Kept", "those that were open before the repair fail nothing any more");
        agent.Metric("netedit_audit_failed", "feature=\"keepalive\"").ShouldBe(0);
    }

    [KernelFact]
    public void What_applications_changed_is_found_and_fails_only_by_most_of_the_new_connections()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        Audit(scene);
        using var first = scene.Connect();
        Slow(first.Client);

        Line(Audit(scene), "pacing").ShouldBe("1 kept, 1 otherwise, 0 not told: Otherwise");
        agent.Status().StateOf("web").ShouldBe("Active none");

        using var second = scene.Connect();
        using var third = scene.Connect();
        foreach (var socket in (Socket[])[second.Client, second.Server, third.Client])
        {
            Slow(socket);
        }

        var report = Audit(scene, exit: 1);
        Line(report, "pacing").ShouldBe("2 kept, 3 otherwise, 1 not told: AuditFailed");
        var evidence = Of(report, "pacing")["evidence"]![0]!;
        ((string)evidence["promised"]!, (string)evidence["found"]!).ShouldBe(("pacing rate 2000000000 bit/s", "pacing rate 8000000 bit/s"));
        Line(report, "keepalive").ShouldEndWith("Kept");

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
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning.Replace("70s", "80s", StringComparison.Ordinal)));
        agent.Reconcile();
        using var pair = scene.Connect();

        Line(Audit(scene), "keepalive").ShouldBe("2 kept, 0 otherwise, 4 not told: Kept");
        Line(Audit(scene), "keepalive").ShouldBe("2 kept, 0 otherwise, 4 not told: Kept");
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
            Line(report, feature).ShouldBe("1 kept, 0 otherwise, 0 not told: Kept");
        }

        var probe = report["probes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)probe["policy"]!, (string?)probe["problem"]).ShouldBe(("web", null));
        File.ReadAllText(scene.Cgroup.FullPath + "/cgroup.procs").ShouldBeEmpty();

        Detach(scene);
        report = Audit(scene, exit: 1);
        Line(report, "keepalive").ShouldBe("0 kept, 1 otherwise, 0 not told: AuditFailed");
        ((bool)Of(report, "keepalive")["evidence"]![1]!["isProbe"]!).ShouldBeTrue();
        agent.Reconcile();
        Line(Audit(scene), "keepalive").ShouldBe("1 kept, 0 otherwise, 0 not told: Kept");
    }

    [KernelFact]
    public void A_peer_that_does_not_answer_is_no_failure_of_the_policy()
    {
        using var scene = new Scene();
        var port = Ports.Next();
        WriteProbe(scene, port);
        using var agent = scene.StartAgent();

        var refused = Audit(scene);
        Line(refused, "keepalive").ShouldBe("0 kept, 0 otherwise, 0 not told: NotTold");
        ((string)refused["probes"]![0]!["problem"]!).ShouldBe("Connection refused");

        // One that takes no more: further SYNs are dropped.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, port));
        full.Listen(0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        waiting.Connect(full.LocalEndPoint!);
        ((string)Audit(scene)["probes"]![0]!["problem"]!).ShouldBe("the peer did not answer within 3 s");
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
        scene.Write("web.yaml", File.ReadAllText(Path.Combine(scene.Policies, "web.yaml")).Replace($"cgroup: {scene.Cgroup.Path}", $"container: {{ id: {id} }}", StringComparison.Ordinal));
        using var agent = scene.StartAgent();

        scene.Run("audit", "--socket", scene.Socket);

        File.ReadAllText(precious).ShouldBe("precious");
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");
        agent.Log.Count(entry => entry.Message.StartsWith("cgroups whose names cannot be printed", StringComparison.Ordinal)).ShouldBe(1, agent.Text);
        agent.Text.ShouldNotContain("\r");
    }

    [KernelFact]
    public void Audits_come_by_themselves()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent("--audit-interval", "1s");
        agent.WaitFor(() => agent.Metric("netedit_audit_last_time_seconds") > 0, "the first audit");
        Detach(scene);

        agent.WaitFor(() => agent.Metric("netedit_audit_failed", "feature=\"keepalive\"") == 1, "an audit that finds it");
    }

    [KernelFact]
    public void Without_an_agent_the_policies_it_kept_or_those_that_are_named_are_compared()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        agent.Stop();

        Line(Audit(scene), "keepalive").ShouldBe("2 kept, 0 otherwise, 0 not told: Kept");
        Line(scene.RunWithPolicies("audit", "-o", "json").Json, "keepalive").ShouldBe("2 kept, 0 otherwise, 0 not told: Kept");
        Detach(scene);
        Line(Audit(scene, exit: 1), "keepalive").ShouldEndWith("AuditFailed");
        Directory.Delete(scene.State, recursive: true);
        scene.Run("audit", "--socket", scene.Socket).Errors.ShouldContain("no policies are known, so nothing is promised");
    }

    private static void WriteProbe(Scene scene, int port) => scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Tuning).Replace("  tuning:", $"  audit: {{ probe: 127.0.0.1:{port} }}\n  tuning:", StringComparison.Ordinal));

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

    private static JsonNode Of(JsonNode report, string feature) => report["lines"]!.AsArray().Single(line => (string)line!["feature"]! == feature)!;

    private static string Line(JsonNode report, string feature) => Of(report, feature) is var line ? $"{line["kept"]} kept, {line["otherwise"]} otherwise, {line["notTold"]} not told: {line["verdict"]}" : "";
}
