namespace NetEdit.EndToEnd.Tests;

/// <summary>What failed, or flaps, is left alone until something changes or somebody asks.</summary>
public sealed class QuarantineTests
{
    [KernelFact]
    public void A_refused_program_is_not_tried_again_by_the_next_agent_until_somebody_asks()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nrefused: {}"));
        using (var first = scene.StartAgent("--features", Netedit.Plugins))
        {
            first.Reconcile().FeatureOf("web", "refused").ShouldStartWith("Quarantined quarantined: ");
            first.Kill();
        }

        using var agent = scene.StartAgent("--features", Netedit.Plugins);

        var status = agent.Status();
        status.StateOf("web").ShouldBe("PartiallyActive quarantined");
        status.FeatureOf("web", "refused").ShouldContain("could not load"); // what it said then
        agent.Actions.ShouldBeEmpty();
        agent.Metric("netedit_quarantined", "feature=\"refused\"", "cause=\"refused\"").ShouldBe(1);
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("QUARANTINE");
        scene.Window().ShouldBe(40);

        var typo = scene.Run("retry", "refusd", "--socket", scene.Socket);
        typo.ExitCode.ShouldBe(1, typo.ToString());
        typo.Errors.ShouldContain("did you mean 'refused'?");
        var retried = scene.Run("retry", "refused", "--socket", scene.Socket, "-o", "json");
        retried.ExitCode.ShouldBe(0, retried.ToString());
        ((string)retried.Json["released"]!.AsArray().Single()!["feature"]!).ShouldBe("refused");
        agent.Log.ShouldContain(entry =>
            entry.Message == "out of quarantine on request" && entry.Field("feature") == "refused"
        );

        // It was tried, refused, and is back; without an agent too.
        agent.Reconcile().FeatureOf("web", "refused").ShouldStartWith("Quarantined");
        agent.Stop();
        scene.Run("retry").ExitCode.ShouldBe(0);
        scene.Run("retry").Output.ShouldBe("nothing is in quarantine\n");
        scene
            .RunWithPolicies("apply", "--features", Netedit.Plugins, "-o", "json")
            .Json.FeatureOf("web", "refused")
            .ShouldStartWith("Failed kernel-refused");
        scene
            .RunWithPolicies("apply", "--features", Netedit.Plugins, "-o", "json")
            .Json.FeatureOf("web", "refused")
            .ShouldStartWith("Quarantined");
    }

    [KernelFact]
    public void A_chain_that_somebody_detaches_again_and_again_is_reported_and_left_alone()
    {
        const int tolerated = 5;
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        for (var i = 0; i < tolerated; i++)
        {
            Detach(scene);
            agent.Reconcile().StateOf("web").ShouldBe("Active none");
            scene.Window().ShouldBe(40);
        }

        Detach(scene);
        var status = agent.Reconcile();

        status.StateOf("web").ShouldBe("Quarantined quarantined");
        scene.Window().ShouldBe(10);
        Directory.Exists(scene.Pins).ShouldBeFalse(); // nothing half
        var before = agent.Actions.Count;
        agent.Reconcile();
        agent.Actions.Count.ShouldBe(before);
        agent.Metric("netedit_quarantined", "feature=\"initial-cwnd\"", "cause=\"flapping\"").ShouldBe(1);
        agent.Metric("netedit_drift_repairs_total", "feature=\"initial-cwnd\"").ShouldBe(tolerated + 1);
        var text = scene.Run("explain", "policy", "web", "--socket", scene.Socket).Output;
        text.Split('\n')
            .Count(line =>
                line.EndsWith($"Z: the chain of {scene.Cgroup.Path} is not attached", StringComparison.Ordinal)
            )
            .ShouldBe(tolerated + 1);

        // Another agent leaves it alone too; a changed policy is another matter.
        agent.Stop();
        using var next = scene.StartAgent();
        next.Status().StateOf("web").ShouldBe("Quarantined quarantined");
        scene.Window().ShouldBe(10);
        scene.WriteWindow(25);
        next.WaitFor(() => next.Status().StateOf("web") == "Active none", "the changed policy is in force");
        scene.Window().ShouldBe(25);
        next.Metric("netedit_quarantined", "feature=\"initial-cwnd\"").ShouldBeNull();
    }

    [KernelFact]
    public void A_cgroup_that_is_made_anew_again_and_again_does_not_flap()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        scene.Write("child.yaml", Yaml.Policy("child", scene.Cgroup.Path + "/child", "initial-cwnd: { segments: 25 }"));
        for (var i = 0; i < 8; i++)
        {
            using (scene.Cgroup.CreateChild("child"))
            {
                agent.WaitFor(
                    () => agent.Reconcile().StateOf("child") == "Active none",
                    "the cgroup's policy is in force"
                );
            }

            agent.WaitFor(() => agent.Reconcile().StateOf("child") == "Waiting scope-absent", "the cgroup is gone");
        }

        agent.Status()["quarantine"]!.AsArray().ShouldBeEmpty();
        agent.Metric("netedit_drift_repairs_total", "feature=\"initial-cwnd\"").ShouldBe(0);
        agent.Status().StateOf("web").ShouldBe("Active none");
    }

    private static void Detach(Scene scene)
    {
        var detached = Netedit.RunProgram("bpftool", ["link", "detach", "pinned", scene.ChainLink]);
        detached.ExitCode.ShouldBe(0, detached.ToString());
    }
}
