using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What somebody does to our objects behind our back is found and mended.</summary>
[Collection(KernelCollection.Name)]
public sealed class DriftTests
{
    [KernelFact]
    public void A_chain_that_somebody_unpinned_is_attached_again_at_the_next_look()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent("--interval", "1s");
        var before = agent.Actions.Count;

        File.Delete(scene.ChainLink);
        agent.WaitFor(() => scene.Window() == 40, "connections are tuned again");

        agent.WaitFor(() => agent.Actions.Count > before, "the log says what was done");
        agent.Log.Last(entry => entry.IsAction).Message.ShouldBe("attach chain");
        agent.Log.Last(entry => entry.IsAction).Field("why").ShouldContain("has no chain");
        ((string)agent.Status()["lastReconcile"]!["trigger"]!).ShouldContain("interval");
    }

    [KernelFact]
    public void A_chain_that_somebody_detached_is_attached_again()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var detached = Netedit.RunProgram("bpftool", ["link", "detach", "pinned", scene.ChainLink]);
        detached.ExitCode.ShouldBe(0, detached.ToString());
        scene.Window().ShouldBe(10);

        var status = agent.Reconcile();

        status.StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
    }

    [KernelTheory]
    [InlineData("netedit_rules")]
    [InlineData("netedit_state")]
    [InlineData("netedit_counters")]
    [InlineData("live_sockets")]
    public void A_shared_pin_that_somebody_removed_is_there_again_and_a_new_agent_finds_all(string pin)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (var agent = scene.StartAgent())
        {
            var path = scene.MapPins.Single(known => Path.GetFileName(known) == pin);
            File.Delete(path);

            var status = agent.Reconcile();

            File.Exists(path).ShouldBeTrue();
            status["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();
            status.StateOf("web").ShouldBe("Active none");
            scene.Window().ShouldBe(40);
            scene.WriteWindow(25);
            agent.WaitFor(() => scene.Window() == 25, "values still reach connections");
            agent.Stop();
        }

        using var next = scene.StartAgent();
        next.Actions.ShouldBeEmpty();
        scene.Window().ShouldBe(25);
    }

    [KernelTheory]
    [InlineData("netedit_rules")]
    [InlineData("live_sockets")]
    public void A_shared_pin_that_somebody_removed_while_no_agent_ran_is_made_again_and_no_other_lost(string pin)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var pins = scene.MapPins;
        File.Delete(pins.Single(known => Path.GetFileName(known) == pin));

        using var agent = scene.StartAgent();

        scene.MapPins.ShouldBe(pins);
        agent.Status().StateOf("web").ShouldBe("Active none");
        agent.Status()["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();
        scene.Window().ShouldBe(40);
        agent.Reconcile()["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
    }

    [KernelFact]
    public void The_whole_ledger_removed_is_made_anew()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        Directory.Delete(scene.Pins, recursive: true);

        var status = agent.Reconcile();

        status.StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
        agent.Reconcile()["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
    }
}
