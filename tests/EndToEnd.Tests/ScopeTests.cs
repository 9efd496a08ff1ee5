using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class ScopeTests
{
    [KernelFact]
    public void A_policy_waits_for_its_cgroup_and_detaches_when_it_goes()
    {
        using var scene = new Scene();
        var name = "late-" + scene.Ledger;
        scene.Write("web.yaml", Yaml.Policy("web", "/" + name, "initial-cwnd: { segments: 40 }"));
        using var agent = scene.StartAgent();
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");
        Directory.Exists(scene.Pins).ShouldBeFalse();

        using (var late = LabCgroup.Create(name))
        {
            agent.WaitFor(() => scene.Window(late) == 40, "the cgroup that appeared is tuned");
            agent.WaitFor(() => agent.Status().StateOf("web") == "Active none", "the policy is active");
        }

        agent.WaitFor(() => agent.Status().StateOf("web") == "Waiting scope-absent", "the policy waits again");
        agent.Status()["kernel"]!["chains"]!.AsArray().ShouldBeEmpty();
        Directory.Exists(scene.Pins).ShouldBeFalse();

        using (var again = LabCgroup.Create(name))
        {
            agent.WaitFor(() => scene.Window(again) == 40, "the cgroup that was made anew is tuned");
        }
    }

    [KernelFact]
    public void A_cgroup_below_one_that_does_not_exist_either_is_waited_for()
    {
        using var scene = new Scene();
        var name = "late-" + scene.Ledger;
        scene.Write("web.yaml", Yaml.Policy("web", $"/{name}/inner", "initial-cwnd: { segments: 40 }"));
        using var agent = scene.StartAgent();
        agent.Status().StateOf("web").ShouldBe("Waiting scope-absent");

        using var outer = LabCgroup.Create(name);
        using var inner = outer.CreateChild("inner");

        agent.WaitFor(() => scene.Window(inner) == 40, "the inner cgroup is tuned");
        scene.Window(outer).ShouldBe(10);
    }

    [KernelFact]
    public void A_cgroup_made_anew_while_no_agent_ran_is_attached_and_the_old_link_goes()
    {
        using var scene = new Scene();
        var name = "anew-" + scene.Ledger;
        scene.Write("web.yaml", Yaml.Policy("web", "/" + name, "initial-cwnd: { segments: 40 }"));
        using (LabCgroup.Create(name))
        {
            scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        }

        using var anew = LabCgroup.Create(name);
        scene.Window(anew).ShouldBe(10);
        using var agent = scene.StartAgent();

        scene.Window(anew).ShouldBe(40);
        scene.ReadKernel()["chains"]!.AsArray().Count.ShouldBe(1);
    }

    [KernelFact]
    public void Uninstall_removes_the_link_of_a_cgroup_that_is_gone()
    {
        using var scene = new Scene();
        using (var gone = LabCgroup.Create())
        {
            scene.WriteWindow(40, gone);
            scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        }

        scene.ReadKernel()["chains"]!.AsArray().Count.ShouldBe(1);
        scene.Run("uninstall").ExitCode.ShouldBe(0);
        Directory.Exists(scene.Pins).ShouldBeFalse();
    }

    [KernelFact]
    public void The_narrower_scope_wins_and_a_higher_priority_of_the_wider_one_wins_over_it()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        using var sibling = scene.Cgroup.CreateChild("sibling");
        scene.WriteWindow(20, scene.Cgroup, "outer");
        scene.WriteWindow(40, inner, "inner");
        using var agent = scene.StartAgent();
        scene.Window(inner).ShouldBe(40);
        scene.Window(sibling).ShouldBe(20);
        scene.Window().ShouldBe(20);

        scene.WriteWindow(20, scene.Cgroup, "outer", priority: 100);
        agent.WaitFor(() => scene.Window(inner) == 20, "the outer policy's priority wins");
        agent.WaitFor(
            () => agent.Status().StateOf("inner") == "Conflict shadowed",
            "the inner policy says that it lost"
        );

        scene.WriteWindow(40, inner, "inner", priority: 200);
        agent.WaitFor(() => scene.Window(inner) == 40, "the inner policy's priority wins");
        scene.Window(sibling).ShouldBe(20);
        agent.WaitFor(() => agent.Status().StateOf("inner") == "Active none", "the inner policy is active");
    }

    [KernelFact]
    public void Scopes_that_tune_different_features_add_up()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        scene.Write("outer.yaml", Yaml.Policy("outer", scene.Cgroup.Path, "receive-window: { buffer: 128KiB }"));
        scene.WriteWindow(40, inner, "inner");
        using var agent = scene.StartAgent();

        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = inner });

        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        pair.Client.GetReceiveBuffer().ShouldBe(256 * 1024);
    }
}
