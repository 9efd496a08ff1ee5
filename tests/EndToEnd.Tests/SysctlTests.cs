using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Sysctls of the agent's network namespace: set, changed, restored, and left to whoever else changes them.</summary>
public sealed class SysctlTests
{
    private const string Memory = "net.ipv4.tcp_rmem";
    private const string Ecn = "net.ipv4.tcp_ecn";
    private const string Queue = "net.core.somaxconn";
    private const int Buffer = 200_000;
    private const int OtherBuffer = 300_000;
    private const TcpHeaderFlags Asked = TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr;

    [KernelFact]
    public void Sockets_show_a_sysctl_its_changed_value_and_the_original_when_the_policy_goes()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var (memory, ecn, before) = (host[Memory], host[Ecn], host.Observe());
        before.ShouldBe((before.Buffer, TcpHeaderFlags.None));
        host.Write($$"""{ {{Memory}}: "4096  {{Buffer}} 6291456", {{Ecn}}: 1 }""");
        var agent = host.StartAgent();

        agent.Status().StateOf("host").ShouldBe("Active none");
        host.Observe().ShouldBe((Buffer, Asked));
        host.Metric(agent)
            .ShouldBe([
                """{sysctl="net.ipv4.tcp_ecn",policy="host",state="set"} 1""",
                """{sysctl="net.ipv4.tcp_rmem",policy="host",state="set"} 1""",
            ]);
        agent.Reconcile()["lastReconcile"]!["result"]!.ToString().ShouldBe("unchanged");

        host.Write($$"""{ {{Memory}}: "4096 {{OtherBuffer}} 6291456" }""");
        agent.Reconcile();
        host.Observe().ShouldBe((OtherBuffer, TcpHeaderFlags.None));
        host[Ecn].ShouldBe(ecn);

        host.Remove();
        agent.Reconcile();
        host[Memory].ShouldBe(memory);
        host.Observe().ShouldBe(before);
        Directory.Exists(scene.Pins).ShouldBeFalse("the journal goes with the last entry");
    }

    [KernelFact]
    public void What_an_administrator_sets_is_reported_and_stays_also_when_the_policy_goes()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192, {{Ecn}}: 1 }""");
        var agent = host.StartAgent();
        host[Queue] = "777";

        var status = agent.Reconcile();

        host[Queue].ShouldBe("777");
        status.StateOf("host").ShouldBe("Degraded changed-by-others");
        status["lastReconcile"]!["converged"]!.GetValue<bool>().ShouldBeTrue();
        status["policies"]![0]!["reason"]!["text"]!
            .ToString()
            .ShouldContain(
                $"{Queue} is 777, set by somebody else, and stays so; the policy wants 8192, and {original} "
                    + $"was there before"
            );
        host.Metric(agent).ShouldContain("""{sysctl="net.core.somaxconn",policy="host",state="changed-by-others"} 1""");
        scene.Run("status").Output.ShouldContain("8192 by host, " + original + " before: changed-by-others");
        host.Run("explain", "--policies", scene.Policies).Output.ShouldContain("changed-by-others: " + Queue);

        host.Remove();
        agent.Reconcile();
        host[Queue].ShouldBe("777");
        agent.Actions.ShouldContain("forget sysctl");
        Directory.Exists(scene.Pins).ShouldBeFalse();
    }

    [KernelTheory]
    [InlineData("our value")]
    [InlineData("the original")]
    [InlineData("another value in the policy")]
    [InlineData("retry")]
    public void An_administrator_hands_it_back_by(string way)
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192 }""");
        var agent = host.StartAgent();
        host[Queue] = "777";
        agent.Reconcile().StateOf("host").ShouldBe("Degraded changed-by-others");

        switch (way)
        {
            case "our value":
                host[Queue] = "8192";
                break;
            case "the original":
                host[Queue] = original;
                break;
            case "retry":
                scene
                    .Run("retry", "sysctl", "--socket", scene.Socket)
                    .Output.ShouldBe($"{Queue}: set to 8192; somebody else had set it to 777\n");
                break;
            default:
                host.Write($$"""{ {{Queue}}: 9000 }""");
                break;
        }

        agent.Reconcile().StateOf("host").ShouldBe("Active none");
        host[Queue].ShouldBe(way == "another value in the policy" ? "9000" : "8192");
        host.Remove();
        agent.Reconcile();
        host[Queue]
            .ShouldBe(way is "our value" or "the original" ? original : "777", "what stood before the policy's value");
    }

    [KernelFact]
    public void After_a_crash_the_next_agent_adopts_it_and_knows_the_original()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192 }""");
        host.StartAgent().Kill();
        host[Queue].ShouldBe("8192");

        var agent = host.StartAgent();

        agent.Actions.ShouldBeEmpty();
        agent.Status().StateOf("host").ShouldBe("Active none");
        host.Remove();
        agent.Reconcile();
        host[Queue].ShouldBe(original);
    }

    [KernelFact]
    public void Paused_it_has_its_original_value_until_it_is_resumed()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192 }""");
        var agent = host.StartAgent();

        agent.Pause();
        host[Queue].ShouldBe(original);
        agent.Reconcile().StateOf("host").ShouldBe("Active none");
        host[Queue].ShouldBe(original);
        agent.Resume();
        host[Queue].ShouldBe("8192");
    }

    [KernelFact]
    public void The_stronger_policy_gives_each_sysctl_and_the_weaker_one_takes_over_when_it_goes()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        host.Write($$"""{ {{Queue}}: 8192, {{Ecn}}: 1 }""");
        host.Write($$"""{ {{Queue}}: 9000 }""", "strong", priority: 5);
        var agent = host.StartAgent();

        (host[Queue], host[Ecn]).ShouldBe(("9000", "1"));
        scene
            .Run("explain", "--socket", scene.Socket)
            .Output.ShouldContain($"loses to strong by priority 5 over 0, on {Queue}");
        host.Remove("strong");
        agent.Reconcile().StateOf("host").ShouldBe("Active none");
        host[Queue].ShouldBe("8192");
    }

    [KernelFact]
    public void Where_proc_is_read_only_the_host_stays_as_it_is_and_other_features_go_on()
    {
        string[] readOnly =
        [
            "unshare",
            "--mount",
            "sh",
            "-ec",
            "mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; exec \"$@\"",
            "sh",
        ];
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192, {{Ecn}}: 1 }""");
        scene.WriteWindow(40);
        var agent = host.StartAgent(readOnly);

        var status = agent.Status();
        status.StateOf("host").ShouldBe("Failed kernel-refused");
        status.StateOf("web").ShouldBe("Active none");
        status["policies"]![0]!["reason"]!["text"]!
            .ToString()
            .ShouldContain("EROFS (read-only file system); /proc/sys is read-only here");
        host[Queue].ShouldBe(original);
        File.Exists(scene.Pins + "/sysctls").ShouldBeFalse();
        agent.Stop();

        host.StartAgent().Stop();
        host[Queue].ShouldBe("8192");
        host.Remove();
        agent = host.StartAgent(readOnly);
        agent.Status()["lastReconcile"]!["error"]!.ToString().ShouldContain($"could not open {Queue}: EROFS");
        host[Queue].ShouldBe("8192", "it cannot be restored now, and is not forgotten");
        agent.Stop();
        host.StartAgent();
        host[Queue].ShouldBe(original);
    }

    [KernelFact]
    public void Who_puts_the_original_back_again_and_again_is_left_alone_until_retry()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192 }""");
        var agent = host.StartAgent();
        for (var times = 0; times < 6; times++)
        {
            host[Queue].ShouldBe("8192");
            host[Queue] = original;
            agent.Reconcile();
        }

        agent.Status().StateOf("host").ShouldBe("Quarantined quarantined");
        host[Queue].ShouldBe(original);
        scene.Run("retry", "sysctl", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        agent.Reconcile().StateOf("host").ShouldBe("Active none");
        host[Queue].ShouldBe("8192");
    }

    [KernelFact]
    public void An_uninstall_from_another_namespace_restores_it()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        var original = host[Queue];
        host.Write($$"""{ {{Queue}}: 8192 }""");
        host.StartAgent().Stop();
        host[Queue].ShouldBe("8192");

        scene.Run("uninstall").Output.ShouldContain($"restore sysctl  {Queue} = {original}");

        host[Queue].ShouldBe(original);
    }
}
