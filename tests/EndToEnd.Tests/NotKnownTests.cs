using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What a caller cannot see, or may not do, is no fact about the host.</summary>
public sealed class NotKnownTests
{
    private static readonly string Unmount = $"umount {LabCgroup.MountPoint}";
    private static readonly string Mount = $"mount -t cgroup2 none {LabCgroup.MountPoint}";
    private static readonly string Capabilities = $"dotnet {Netedit.Program} capabilities >/dev/null";

    [KernelFact]
    public void What_was_not_mounted_at_the_first_verb_and_is_now_is_there()
    {
        var outcome = Netedit.RunUnder(
            MountNamespace.After($"{Unmount}; {Capabilities}; {Mount}"),
            ["capabilities", "-o", "json"]
        );

        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        outcome.Json["capabilities"]!.AsArray().Single(capability => (string?)capability!["name"] == "cgroup2")![
            "available"
        ]!
            .GetValue<bool>()
            .ShouldBeTrue(outcome.Output);
    }

    [KernelFact]
    public void Where_cgroups_cannot_be_seen_that_is_not_known() =>
        Netedit
            .RunUnder(MountNamespace.After(Unmount), ["capabilities"])
            .Output.ShouldContain("not known  no cgroup v2 hierarchy is mounted here");

    [KernelTheory]
    [InlineData("without cgroups")]
    [InlineData("in a user namespace")]
    public void Who_asked_first_and_could_not_tell_takes_nothing_away_from_the_host(string first)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var attached = scene.ReadChainIds();
        var asks =
            first == "without cgroups"
                ? $"{Unmount}; {Capabilities}; {Mount}"
                : $"unshare --user --map-root-user {Capabilities} || true";

        // The runtime directory is empty: nothing is known before.
        var applied = Netedit.RunUnder(
            MountNamespace.After(asks),
            ["apply", "--policies", scene.Policies, "--ledger", scene.Ledger, "--state", scene.State]
        );

        applied.ExitCode.ShouldBe(0, applied.ToString());
        scene.ReadChainIds().ShouldBe(attached, applied.ToString());
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void The_root_of_a_user_namespace_is_told_to_be_root_of_the_host()
    {
        var outcome = Netedit.RunUnder(["unshare", "--user", "--map-root-user"], ["capabilities"]);

        outcome.ExitCode.ShouldBe(5, outcome.ToString());
        outcome.Errors.ShouldContain("user namespace");
    }

    [KernelFact]
    public void A_pass_that_cannot_see_cgroups_leaves_what_is_in_force_and_says_so()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch([], MountNamespace.After("true"));
        agent.WaitForFirstPass();
        var attached = scene.ReadChainIds();

        MountNamespace.Run(agent.Pid, Unmount);
        var blind = agent.Reconcile();
        blind.StateOf("web").ShouldBe("Degraded capability-unknown");
        blind.FeatureOf("web", "initial-cwnd").ShouldContain("what is in force of it stays as it is");
        scene.ReadChainIds().ShouldBe(attached);
        scene.Window().ShouldBe(40);

        MountNamespace.Run(agent.Pid, Mount);
        agent.Reconcile().StateOf("web").ShouldBe("Active none");
        scene.ReadChainIds().ShouldBe(attached);
    }

    /// <summary>What such a caller calls the host is its own cgroup, and a path leads below that.</summary>
    [KernelTheory]
    [InlineData("")]
    [InlineData("  scope: { cgroup: /inner }\n")]
    public void In_a_cgroup_namespace_no_policy_tunes_another_cgroup_than_it_names(string scope)
    {
        using var scene = new Scene();
        using var inner = LabCgroup.Create(scene.Cgroup.Path.TrimStart('/') + "/inner");
        scene.Write(
            "host.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: host }}\nspec:\n{scope}  tuning: "
                + $"{{ initial-cwnd: {{ segments: 40 }} }}\n"
        );
        string[] container =
        [
            "sh",
            "-ec",
            $"echo $$ >{scene.Cgroup.FullPath}/cgroup.procs; exec unshare --cgroup \"$@\"",
            "sh",
            .. MountNamespace.After($"{Unmount}; {Mount}"),
        ];

        var applied = Netedit.RunUnder(
            container,
            ["apply", "--policies", scene.Policies, "--ledger", scene.Ledger, "--state", scene.State, "-o", "json"]
        );

        applied.Json.StateOf("host").ShouldBe("Unsupported capability-unknown", applied.ToString());
        applied.Output.ShouldContain("--cgroupns=host");
        scene.Window(inner).ShouldBe(10);
        KernelResidue.LinksOf(scene.Cgroup).ShouldBeEmpty();
    }
}
