using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>The BPF file system that a caller sees may not be the one that the ledger is on.</summary>
public sealed class BpfFileSystemTests
{
    private const string UnmountAll = "while umount /sys/fs/bpf 2>/dev/null; do :; done";

    [KernelFact]
    public void Ip_netns_exec_is_refused_with_what_to_run_instead()
    {
        using var scene = new Scene();
        var host = new SysctlHost(scene);
        host.Write("{ net.ipv4.tcp_ecn: 1 }");
        var before = host["net.ipv4.tcp_ecn"];

        var applied = Netedit.RunUnder(
            ["ip", "netns", "exec", host.Network.Name],
            ["apply", "--policies", scene.Policies, "--ledger", scene.Ledger, "--state", scene.State]
        );

        applied.ExitCode.ShouldBe(1, applied.ToString());
        applied.Errors.ShouldContain("nsenter --net=/run/netns/");
        host["net.ipv4.tcp_ecn"].ShouldBe(before, "its original would have been forgotten");
    }

    [KernelTheory]
    [InlineData(UnmountAll)]
    [InlineData("mount -t bpf none /sys/fs/bpf")]
    public void One_that_only_this_mount_namespace_has_is_refused(string mounts)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var attached = scene.ReadChainIds();

        foreach (
            var verb in (string[][])
                [
                    ["apply", "--policies", scene.Policies],
                    ["pause"],
                    ["uninstall"],
                ]
        )
        {
            var outcome = Netedit.RunUnder(
                MountNamespace.After(mounts),
                [.. verb, "--ledger", scene.Ledger, "--state", scene.State]
            );
            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Errors.ShouldContain("nsenter --target 1 --mount");
        }

        scene.ReadChainIds().ShouldBe(attached);
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void Over_the_one_with_our_pins_no_second_chain_is_attached()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch(
            [],
            MountNamespace.OfAnotherHostAfter($"{UnmountAll}; mount -t bpf none /sys/fs/bpf")
        );
        agent.WaitForFirstPass();

        MountNamespace.Run(agent.Pid, "mount -t bpf none /sys/fs/bpf");
        var blind = agent.Reconcile();
        blind.StateOf("web").ShouldBe("Failed kernel-refused");
        blind
            .FeatureOf("web", "initial-cwnd")
            .ShouldContain("if another BPF file system is mounted over them, unmount that one");
        KernelResidue.LinksOf(scene.Cgroup).Length.ShouldBe(1);
        scene.Window().ShouldBe(40);

        MountNamespace.Run(agent.Pid, "umount /sys/fs/bpf");
        agent.Reconcile().StateOf("web").ShouldBe("Active none");
        KernelResidue.LinksOf(scene.Cgroup).Length.ShouldBe(1);
        scene.Run("uninstall", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        scene.Window().ShouldBe(10);
    }

    [KernelTheory]
    [InlineData("apply")]
    [InlineData("pause")]
    [InlineData("uninstall")]
    public void Where_our_pins_cannot_be_seen_no_verb_says_that_it_is_done(string verb)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        string[] policies = verb == "apply" ? ["--policies", scene.Policies] : [];
        var apply =
            $"dotnet {Netedit.Program} apply --policies {scene.Policies} --ledger {scene.Ledger} --state "
            + $"{scene.State} >/dev/null";

        var outcome = Netedit.RunUnder(
            MountNamespace.OfAnotherHostAfter(
                $"{UnmountAll}; mount -t bpf none /sys/fs/bpf; {apply}; mount -t bpf none /sys/fs/bpf"
            ),
            [verb, .. policies, "--ledger", scene.Ledger, "--state", scene.State]
        );

        outcome.ExitCode.ShouldBe(1, outcome.ToString());
        outcome.Errors.ShouldContain("its pins cannot be seen from here");
    }

    [KernelFact]
    public void The_one_that_holds_the_ledger_is_found_when_another_comes_to_the_usual_place()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch(
            [],
            MountNamespace.OfAnotherHostAfter(
                $"{UnmountAll}; mkdir /run/netedit/bpf; mount -t bpf none /run/netedit/bpf"
            )
        );
        agent.WaitForFirstPass();
        var before = agent.Status().StateOf("web");

        MountNamespace.Run(agent.Pid, "mount -t bpf none /sys/fs/bpf");
        var status = agent.Reconcile();

        (before, status.StateOf("web")).ShouldBe(("Active none", "Active none"));
        KernelResidue.LinksOf(scene.Cgroup).Length.ShouldBe(1);
        agent.Actions.Count(action => action == "attach chain").ShouldBe(1);

        // So does a process that begins now: it plans no change.
        MountNamespace.Run(
            agent.Pid,
            $"dotnet {Netedit.Program} plan --policies {scene.Policies} --ledger {scene.Ledger} --state {scene.State}"
        );
    }
}
