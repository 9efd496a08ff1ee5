using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class LifeTests
{
    [KernelFact]
    public void A_host_that_no_policy_selects_holds_nothing_of_ours()
    {
        using var scene = new Scene();
        scene.Write(
            "elsewhere.yaml",
            Yaml.Policy("elsewhere", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\ndctcp: {}")
                .Replace("spec:\n", "spec:\n  hosts:\n    labels: { role: another }\n", StringComparison.Ordinal)
        );
        using var agent = scene.StartAgent();

        agent.Status().StateOf("elsewhere").ShouldBe("Skipped host-labels");
        agent.Actions.ShouldBeEmpty();

        // An object of the kernel lives by a pin or by a descriptor.
        Directory.Exists(scene.Pins).ShouldBeFalse();
        agent.BpfDescriptors.ShouldBeEmpty("while the agent runs");
    }

    [KernelFact]
    public void After_sigterm_the_tuning_stays_and_the_next_agent_adopts_it_without_a_change()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var ids = "";
        using (var first = scene.StartAgent())
        {
            ids = Scene.Ids(first.Status()["kernel"]!);
            first.Stop().ShouldBe(0);
            File.Exists(scene.Socket).ShouldBeFalse();
        }

        scene.Window().ShouldBe(40);
        AdoptsWithoutAChange(scene, ids);
    }

    [KernelFact]
    public void After_a_crash_the_tuning_stays_and_the_next_agent_adopts_it_without_a_change()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var ids = "";
        using (var first = scene.StartAgent())
        {
            ids = Scene.Ids(first.Status()["kernel"]!);
            first.Kill();
        }

        scene.Window().ShouldBe(40);
        AdoptsWithoutAChange(scene, ids);
    }

    [KernelFact]
    public void A_value_that_changed_while_no_agent_ran_is_written_by_the_next_into_the_same_chain()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var ids = scene.ReadChainIds();
        scene.WriteWindow(25);

        using var agent = scene.StartAgent();

        agent.Actions.ShouldBe(["write profile"]);
        scene.ReadChainIds().ShouldBe(ids);
        scene.Window().ShouldBe(25);
    }

    [KernelFact]
    public void Sighup_reconciles_and_does_not_end_the_agent()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        File.Delete(scene.ChainLink);

        agent.Signal(Native.SigHup);

        agent.WaitFor(() => scene.Window() == 40, "the chain is attached again");
        agent.WaitFor(() => (string)agent.Status()["lastReconcile"]!["trigger"]! == "SIGHUP", "the status says why");
    }

    private static void AdoptsWithoutAChange(Scene scene, string ids)
    {
        using var second = scene.StartAgent();
        second.Actions.ShouldBeEmpty();
        var status = second.Status();
        Scene.Ids(status["kernel"]!).ShouldBe(ids);
        ((string)status["lastReconcile"]!["result"]!).ShouldBe("unchanged");
        status.StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
    }
}
