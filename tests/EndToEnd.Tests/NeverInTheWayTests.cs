using System.Globalization;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Switching off, stopping, status and metrics wait for nothing that the agent does.</summary>
public sealed class NeverInTheWayTests
{
    private const int Untuned = 10;
    private const int Tuned = 40;

    [KernelFact]
    public void Pause_and_resume_take_effect_while_the_agent_is_stopped_and_the_agent_keeps_to_them()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var agent = scene.StartAgent();
        agent.Signal(Native.SigStop);

        Verb(scene, "pause").Output.ShouldBe("everything: paused; connections opened from now on are not tuned\n");
        scene.Window().ShouldBe(Untuned);
        Verb(scene, "resume");
        scene.Window().ShouldBe(Tuned);
        Verb(scene, "pause", "web");
        scene.Window().ShouldBe(Untuned);

        agent.Signal(Native.SigCont);
        agent.Reconcile()["pauses"]!.ToJsonString().ShouldBe("[\"policy/web\"]");
        scene.Window().ShouldBe(Untuned);
    }

    [KernelFact]
    public void Beside_a_pass_that_a_plugin_holds_up_pause_status_and_metrics_answer_and_the_pause_stays()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var (agent, hold) = StartHeld(scene);

        var status = agent.Status();
        status["pass"]!["trigger"]!.GetValue<string>().ShouldBe("start");
        status["lastReconcile"].ShouldBeNull();
        Verb(scene, "status").Output.ShouldContain("this pass");
        agent.Get("/readyz").Body.ShouldBe("not ready: the first reconcile is not done\n");
        agent.Metric("netedit_build_info").ShouldBe(1);
        Verb(scene, "pause");
        scene.Window().ShouldBe(Untuned);
        agent.Status()["pauses"]!.ToJsonString().ShouldBe("[\"everything\"]");

        File.Delete(hold);
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(Untuned);
        agent.Status()["pauses"]!.ToJsonString().ShouldBe("[\"everything\"]");
        agent.WaitFor(() => agent.Status()["pass"] is null, "the pass that the pause caused is over too");
    }

    [KernelFact]
    public void A_pause_before_the_first_pass_has_made_a_map_holds_when_it_makes_them()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var (agent, hold) = StartHeld(scene);

        Verb(scene, "pause");
        File.Delete(hold);
        agent.WaitForFirstPass();

        scene.Window().ShouldBe(Untuned);
        agent.Status()["kernel"]!["chains"]!.AsArray().Count.ShouldBe(1);
        Verb(scene, "resume");
        scene.Window().ShouldBe(Tuned);
    }

    [KernelFact]
    public void The_agent_ends_although_a_plugin_holds_up_its_pass_and_the_tuning_stays()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var (agent, _) = StartHeld(scene);

        agent.Stop().ShouldBe(0);

        agent.Log.ShouldContain(entry =>
            entry.Message.StartsWith("agent stopped in the middle of a pass", StringComparison.Ordinal)
        );
        File.Exists(scene.Socket).ShouldBeFalse();
        scene.Window().ShouldBe(Tuned);
    }

    [KernelFact]
    public void What_expired_while_the_agent_was_stopped_is_not_done_when_it_goes_on()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var agent = scene.StartAgent();
        agent.Signal(Native.SigStop);
        var answer = agent.Send(new { command = "uninstall", expires = Environment.TickCount64 });
        agent.Signal(Native.SigCont);

        ((string?)answer()["error"]).ShouldBe(
            "the request had expired when the agent came to it; it was dropped and nothing was done for it"
        );
        agent.Status()["kernel"]!["chains"]!.AsArray().Count.ShouldBe(1);
        scene.Window().ShouldBe(Tuned);
    }

    [KernelFact]
    public void What_expires_while_a_pass_is_held_up_is_not_done_after_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var (agent, hold) = StartHeld(scene);

        var answer = agent.Send(new { command = "uninstall", expires = Environment.TickCount64 + 100 })();
        File.Delete(hold);
        agent.WaitForFirstPass();

        ((string?)answer["error"]).ShouldNotBeNull().ShouldEndWith("dropped and nothing was done for it");
        scene.Window().ShouldBe(Tuned);
        agent.Status()["kernel"]!["chains"]!.AsArray().Count.ShouldBe(1);
    }

    [KernelFact]
    public void An_uninstall_that_fails_forgets_neither_policies_nor_pauses()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        Verb(scene, "pause");
        string[] files = [scene.StateFile("policies.json"), scene.StateFile("pauses.json")];

        var outcome = Netedit.RunUnder(
            ["unshare", "--mount", "sh", "-ec", "mount -o remount,bind,ro /sys/fs/bpf; exec \"$@\"", "sh"],
            ["uninstall", "--ledger", scene.Ledger, "--state", scene.State, "--socket", scene.Socket]
        );

        outcome.ExitCode.ShouldBe(1, outcome.ToString());
        files.ShouldAllBe(file => File.Exists(file));
        scene.Window().ShouldBe(Untuned);
    }

    private static (AgentProcess Agent, string Hold) StartHeld(Scene scene)
    {
        var hold = scene.Combine("hold");
        File.WriteAllText(hold, "");
        scene.Write("held.yaml", Yaml.Policy("held", scene.Cgroup.Path, "held: {}"));
        var agent = scene.Launch(
            ["--features", Netedit.Plugins],
            ["env", string.Create(CultureInfo.InvariantCulture, $"NETEDIT_TEST_HOLD={hold}")]
        );
        agent.WaitFor(() => File.Exists(scene.Socket) && new FileInfo(hold).Length > 0, "the pass is held up");
        return (agent, hold);
    }

    private static NeteditResult Verb(Scene scene, params string[] arguments)
    {
        var outcome = scene.Run([.. arguments, "--socket", scene.Socket]);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }
}
