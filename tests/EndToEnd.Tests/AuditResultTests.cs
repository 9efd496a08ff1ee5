using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>The three results of an audit: each has its exit code, says what it rests on or why there is none, and agrees with the policy's state.</summary>
public sealed class AuditResultTests
{
    private const int Contradicted = 1;
    private const int Inconclusive = 6;
    private const string User = "12345:12345";

    [KernelFact]
    public void A_promise_that_no_connection_shows_is_inconclusive_with_its_reason_and_an_exit_code_of_its_own()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "pacing: { rate: 2Gbit }"));
        using var agent = scene.StartAgent();

        var outcome = scene.Run("audit", "--socket", scene.Socket);

        outcome.ExitCode.ShouldBe(Inconclusive, outcome.ToString());
        outcome.Output.ShouldContain("inconclusive  no-connection: no open connection is given it");
        agent
            .Metric("netedit_audit_result", "feature=\"pacing\"", "result=\"inconclusive\"", "reason=\"no-connection\"")
            .ShouldBe(1);
        agent.Metric("netedit_audit_failed", "feature=\"pacing\"").ShouldBe(0);
        agent.Status().StateOf("web").ShouldBe("Active none", "nothing contradicts it");

        using var pair = scene.Connect();
        Result(scene, "pacing").ShouldBe("exit 0: Confirmed Socket");
        agent
            .Metric("netedit_audit_result", "feature=\"pacing\"", "result=\"confirmed\"", "reason=\"none\"")
            .ShouldBe(1);
    }

    /// <summary>The audit said "not told" with exit 0, and the policy was in force as far as its state went.</summary>
    [KernelFact]
    public void A_setting_that_the_kernel_refuses_on_connections_is_contradicted_and_the_policy_says_so()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "congestion-control: { algorithm: nobody }"));
        using var agent = scene.StartAgent();
        Result(scene, "congestion-control").ShouldBe("exit 6: Inconclusive no-connection");
        using var first = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });

        Result(scene, "congestion-control").ShouldBe("exit 6: Inconclusive too-few");
        agent
            .Status()
            .FeatureOf("web", "congestion-control")
            .ShouldStartWith("Degraded refused-on-connections: congestion-control at ");

        using var second = scene.Connect();
        using var third = scene.Connect();
        Result(scene, "congestion-control").ShouldBe("exit 1: Contradicted ");
        agent.Status().StateOf("web").ShouldBe("AuditFailed audit-failed");
        agent.Status().FeatureOf("web", "congestion-control").ShouldContain("refused by the kernel (ENOENT: ");
    }

    [KernelTheory]
    [InlineData("delayed-ack", "{ maximum: 8ms }")]
    [InlineData("ecn", "{}")]
    [InlineData("path-rehash", "{ on-timeout: on }")]
    [InlineData("syn-timeout", "{ first: 200ms }")]
    public void What_no_socket_shows_is_confirmed_by_its_program_unless_others_may_have_had_the_last_word(
        string feature,
        string tuning
    )
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, $"{feature}: {tuning}"));
        using var agent = scene.StartAgent();
        Result(scene, feature).ShouldBe("exit 6: Inconclusive no-connection");
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });

        Result(scene, feature).ShouldBe("exit 0: Confirmed Program");

        using var foreign = new ForeignSockops(scene.Cgroup, answer: 40);
        Result(scene, feature).ShouldBe("exit 6: Inconclusive others-on-hook");
        Audit(scene).Json["lines"]![0]!["why"]!["text"]!.ToString().ShouldContain("foreign_sockops of somebody else");
    }

    [KernelFact]
    public void What_the_kernel_alone_holds_is_confirmed_by_the_kernel_unless_it_is_paused()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "setsockopt-guard: { congestion-control: deny }")
        );
        using var agent = scene.StartAgent();

        Result(scene, "setsockopt-guard").ShouldBe("exit 0: Confirmed Kernel");
        agent.Pause();
        Result(scene, "setsockopt-guard").ShouldBe("exit 6: Inconclusive paused");
    }

    [KernelFact]
    public void A_sysctl_that_somebody_else_changed_is_contradicted_and_the_policy_stays_degraded()
    {
        const string Queue = "net.core.somaxconn";
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        host.Write($$"""{ {{Queue}}: 8192 }""");
        using var agent = host.StartAgent();
        Result(scene, "sysctl").ShouldBe("exit 0: Confirmed Kernel");
        host[Queue] = "777";

        Result(scene, "sysctl").ShouldBe("exit 1: Contradicted ");
        agent.Reconcile();
        Result(scene, "sysctl").ShouldBe("exit 1: Contradicted ");
        agent.Status().StateOf("host").ShouldBe("Degraded changed-by-others");
    }

    /// <summary>It failed always: root without CAP_DAC_OVERRIDE may not write to a file of that user.</summary>
    [KernelFact]
    public void A_probe_in_a_cgroup_that_belongs_to_another_user_is_made_with_the_rights_of_the_service()
    {
        using var scene = new Scene();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        WriteProbe(scene, "web", scene.Cgroup, listener);
        GiveAway(scene.Cgroup);
        using var agent = scene.StartAgent();

        var report = Audit(scene);

        report.ExitCode.ShouldBe(0, report.ToString());
        var probe = report.Json["probes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)probe["problem"]).ShouldBeNull();
        File.ReadAllText(scene.Cgroup.FullPath + "/cgroup.procs").ShouldBeEmpty();
    }

    /// <summary>Whoever owns a cgroup can freeze it, and with it a process that comes in to make a probe.</summary>
    [KernelFact]
    public void A_user_who_freezes_his_cgroup_keeps_no_probe_of_others_from_being_made()
    {
        using var scene = new Scene();
        using var users = LabCgroup.Create();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        WriteProbe(scene, "web", scene.Cgroup, listener);
        WriteProbe(scene, "user", users, listener);
        GiveAway(users);
        File.WriteAllText(users.FullPath + "/cgroup.freeze", "1");
        using var agent = scene.StartAgent();

        var report = Audit(scene);

        report.ExitCode.ShouldBe(Inconclusive, report.ToString());
        report.Json["lines"]!
            .AsArray()
            .Select(line => $"{line!["policy"]} {line["verdict"]} {line["why"]?["code"]}")
            .ShouldBe(["user Inconclusive probe-unanswered", "web Confirmed "]);
        File.ReadAllText(users.FullPath + "/cgroup.procs").ShouldBeEmpty("the process is ended");
    }

    private static void WriteProbe(Scene scene, string name, LabCgroup cgroup, TcpListener listener) =>
        scene.Write(
            name + ".yaml",
            Yaml.Policy(name, cgroup.Path, "pacing: { rate: 2Gbit }")
                .Replace(
                    "  tuning:",
                    $"  audit: {{ probe: {listener.LocalEndpoint} }}\n  tuning:",
                    StringComparison.Ordinal
                )
        );

    private static void GiveAway(LabCgroup cgroup)
    {
        var owned = Netedit.RunProgram("chown", ["-R", User, cgroup.FullPath]);
        owned.ExitCode.ShouldBe(0, owned.ToString());
    }

    private static string Result(Scene scene, string feature)
    {
        var outcome = Audit(scene);
        outcome.ExitCode.ShouldBeOneOf(0, Contradicted, Inconclusive);
        JsonNode line = outcome.Json["lines"]!.AsArray().Single(line => (string)line!["feature"]! == feature)!;
        return $"exit {outcome.ExitCode}: {line["verdict"]} {line["restsOn"]}{line["why"]?["code"]}";
    }

    private static NeteditResult Audit(Scene scene) => scene.Run("audit", "-o", "json", "--socket", scene.Socket);
}
