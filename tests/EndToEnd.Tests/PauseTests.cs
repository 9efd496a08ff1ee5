using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>The kill switch.</summary>
public sealed class PauseTests
{
    [KernelFact]
    public void Everything_is_paused_and_resumed_for_the_next_connection_without_touching_a_program()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var ids = Scene.Ids(agent.Status()["kernel"]!);
        agent.Metric("netedit_paused", "target=\"everything\"").ShouldBe(0);

        var paused = Verb(scene, "pause");

        paused.Output.ShouldBe("everything: paused; connections opened from now on are not tuned\n");
        paused.Errors.ShouldBeEmpty();
        scene.Window().ShouldBe(10);
        var status = agent.Status();
        Scene.Ids(status["kernel"]!).ShouldBe(ids);
        status["pauses"]!.ToJsonString().ShouldBe("[\"everything\"]");
        status["lastReconcile"]!["converged"]!.GetValue<bool>().ShouldBeTrue();
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("PAUSED: connections opened since");
        scene.Run("explain", "--socket", scene.Socket).Output.ShouldContain("PAUSED (everything)");
        agent.Metric("netedit_paused", "target=\"everything\"").ShouldBe(1);
        agent.WaitFor(
            () => agent.Log.Any(entry => entry.Level == "warning" && entry.Field("paused") == "everything"),
            "the agent says that it is paused"
        );
        Verb(scene, "pause").Output.ShouldBe("no change: it was paused already\npaused now: everything\n");

        Verb(scene, "resume").Output.ShouldBe("everything: resumed; connections opened from now on are tuned\n");
        scene.Window().ShouldBe(40);
        Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids);
        Verb(scene, "resume").Output.ShouldBe("no change: it was not paused\n");
        agent.Metric("netedit_paused", "target=\"everything\"").ShouldBe(0);
    }

    [KernelFact]
    public void One_feature_or_one_policy_is_paused_and_the_rest_goes_on()
    {
        using var scene = new Scene();
        using var other = LabCgroup.Create();
        scene.WriteWindow(40);
        scene.WriteWindow(25, other, "db");
        using var agent = scene.StartAgent();

        Verb(scene, "pause", "db");
        (scene.Window(), scene.Window(other)).ShouldBe((40, 10));
        agent.Metric("netedit_paused", "target=\"policy/db\"").ShouldBe(1);
        scene
            .Run("status", "--socket", scene.Socket)
            .Output.ShouldContain("on, but PAUSED until netedit resume: policy/db");

        Verb(scene, "pause", "feature", "initial-cwnd")
            .Output.ShouldContain("paused now: feature/initial-cwnd, policy/db");
        (scene.Window(), scene.Window(other)).ShouldBe((10, 10));

        Verb(scene, "resume", "initial-cwnd");
        (scene.Window(), scene.Window(other)).ShouldBe((40, 10));
        Verb(scene, "resume");
        (scene.Window(), scene.Window(other)).ShouldBe((40, 25));

        var unknown = scene.Run("pause", "initial-cwdn", "--socket", scene.Socket);
        unknown.ExitCode.ShouldBe(1, unknown.ToString());
        unknown.Errors.ShouldContain("did you mean 'initial-cwnd'?");
    }

    [KernelFact]
    public async Task Of_people_who_pause_something_at_once_none_undoes_the_others()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        string[] features = ["initial-cwnd", "pacing", "ecn", "rto", "mss", "keepalive"];

        await Task.WhenAll(features.Select(feature => Task.Run(() => Verb(scene, "pause", "feature", feature))));

        agent.Status()["pauses"]!
            .AsArray()
            .Select(pause => $"{pause}")
            .ShouldBe(features.Select(feature => $"feature/{feature}").Order(StringComparer.Ordinal));
    }

    [KernelFact]
    public void It_survives_a_restart_a_reboot_and_the_loss_of_its_file()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (var first = scene.StartAgent())
        {
            Verb(scene, "pause");
            first.Kill();
        }

        scene.Window().ShouldBe(10);
        Directory.Delete(scene.Pins, recursive: true); // as a reboot does
        File.Delete(scene.RuntimePauses);
        using (var second = scene.StartAgent())
        {
            scene.Window().ShouldBe(10);
            second.Status()["pauses"]!.ToJsonString().ShouldBe("[\"everything\"]");
            second.Stop();
        }

        File.Delete(scene.StateFile("pauses.json"));
        File.Delete(scene.RuntimePauses);
        using (var third = scene.StartAgent())
        {
            third.Status()["pauses"]!.ToJsonString().ShouldBe("[\"everything\"]");
            third.Actions.ShouldBeEmpty();
            File.Exists(scene.StateFile("pauses.json")).ShouldBeTrue();
            third.Stop();
        }

        File.WriteAllText(scene.StateFile("pauses.json"), "damaged");
        using var fourth = scene.StartAgent();
        scene.Window().ShouldBe(10);
        fourth.Status()["stateProblems"]!.AsArray().Count.ShouldBe(1);
        Verb(scene, "resume");
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void It_works_without_an_agent_and_before_anything_is_tuned()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);

        Verb(scene, "pause", "web");
        scene.Window().ShouldBe(10);
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("policy/web");
        scene.RunWithPolicies("apply").Output.ShouldContain("no changes");
        scene.Window().ShouldBe(10);
        Verb(scene, "resume", "web");
        scene.Window().ShouldBe(40);

        scene.Run("uninstall").ExitCode.ShouldBe(0);
        Verb(scene, "pause");
        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        scene.Window().ShouldBe(10);
    }

    private static NeteditResult Verb(Scene scene, params string[] arguments)
    {
        var outcome = scene.Run([.. arguments, "--socket", scene.Socket]);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }
}
