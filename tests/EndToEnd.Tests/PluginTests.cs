using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class PluginTests
{
    [KernelFact]
    public void A_feature_that_is_not_installed_leaves_the_others_of_its_policy_in_force()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\npacing-of-tomorrow: { rate: 1Gbit }")
        );
        using var agent = scene.StartAgent();

        var status = agent.Status();
        status.StateOf("web").ShouldBe("PartiallyActive feature-not-installed");
        status.FeatureOf("web", "initial-cwnd").ShouldBe("Active");
        status.FeatureOf("web", "pacing-of-tomorrow").ShouldStartWith("Unsupported feature-not-installed");
        scene.Window().ShouldBe(40);
    }

    [KernelTheory]
    [InlineData("refused", "could not load")]
    [InlineData("damaged", "damaged")]
    public void A_stage_that_cannot_be_loaded_leaves_the_others_of_its_policy_in_force(string feature, string reason)
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, $"initial-cwnd: {{ segments: 40 }}\n{feature}: {{}}")
        );
        using var agent = scene.StartAgent("--features", Netedit.Plugins);

        var status = agent.Status();
        /* In that pass, and in each after it. */
        status.StateOf("web").ShouldBeOneOf("PartiallyActive kernel-refused", "PartiallyActive quarantined");
        status.FeatureOf("web", "initial-cwnd").ShouldBe("Active");
        status.FeatureOf("web", feature).ShouldContain(reason);
        scene.Window().ShouldBe(40);
        status["kernel"]!["chains"]![0]!["features"]!.ToJsonString().ShouldBe("[\"initial-cwnd\"]");
        status["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();

        // It is not tried again, and the chain is left alone.
        var before = agent.Actions.Count;
        agent.Reconcile()["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
        agent.Actions.Count.ShouldBe(before);
        Scene.Ids(agent.Status()["kernel"]!).ShouldBe(Scene.Ids(status["kernel"]!));
    }

    [KernelTheory]
    [InlineData("refused")]
    [InlineData("damaged")]
    public void A_policy_of_nothing_but_a_bad_stage_fails_and_leaves_nothing(string feature)
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, $"{feature}: {{}}"));
        using var agent = scene.StartAgent("--features", Netedit.Plugins);

        agent.Status().StateOf("web").ShouldBeOneOf("Failed kernel-refused", "Quarantined quarantined");
        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_bad_stage_added_to_a_policy_in_force_does_not_disturb_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent("--features", Netedit.Plugins);
        var ids = Scene.Ids(agent.Status()["kernel"]!);

        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 25 }\nrefused: {}"));
        agent.WaitFor(
            () => agent.Status().StateOf("web").StartsWith("PartiallyActive", StringComparison.Ordinal),
            "the bad stage was refused"
        );

        scene.Window().ShouldBe(25);
        Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids);
    }

    [KernelFact]
    public void A_stage_that_sets_what_its_feature_does_not_declare_is_not_loaded()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nundeclared: {}")
        );
        using var agent = scene.StartAgent("--features", Netedit.Plugins);

        scene.Window().ShouldBe(40);
        agent.Status().StateOf("web").ShouldBe("PartiallyActive feature-not-installed");
        agent.Text.ShouldContain(
            "cannot be loaded: it requests callback flags 0x40, but its stage declares none of their operations; it "
                + "sets option 10 of level 6, for which it declares no knob"
        );
    }

    [KernelFact]
    public void A_plugin_that_throws_does_not_stop_the_policies_of_others()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.Write("other.yaml", Yaml.Policy("other", scene.Cgroup.Path, "throwing: {}"));
        using var agent = scene.StartAgent("--features", Netedit.Plugins);

        scene.Window().ShouldBe(40);
        agent.Status().StateOf("web").ShouldBe("Active none");
        agent.Status().StateOf("other").ShouldBe("Failed feature-error");
        agent.Status().FeatureOf("other", "throwing").ShouldContain("made to throw");

        // Also when it throws at a description of itself, or at a check of values.
        var file = scene.Write("third.yaml", Yaml.Policy("third", scene.Cgroup.Path, "indescribable: {}"));
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 3, "the third policy is known");
        agent.Status().StateOf("third").ShouldBe("Unsupported feature-not-installed");
        /* A feature that no policy names is not made. */
        agent.Get("/metrics").Body.ShouldContain("netedit_plugin_problems 1");
        File.Delete(file);
        scene.Write("fourth.yaml", Yaml.Policy("fourth", scene.Cgroup.Path, "unchecked: {}"));
        agent.WaitFor(
            () =>
                agent.Log.Any(entry => entry.Message.Contains("the code of unchecked threw", StringComparison.Ordinal)),
            "the error is told where it is"
        );
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void What_a_deleted_plugin_left_goes_and_open_connections_are_released()
    {
        const int Clamp = 32 * 1024;
        using var scene = new Scene();
        var file = scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nclamp-of-yesterday: {}")
        );
        using var pair = scene.Connect();
        var open = pair.Client.GetWindowClamp();
        using (var agent = scene.StartAgent("--features", Netedit.Plugins))
        {
            agent.Status().StateOf("web").ShouldBe("Active none");
            pair.Client.GetWindowClamp().ShouldBe(Clamp);
            agent.Stop();
        }

        using var next = scene.StartAgent();

        next.Status().FeatureOf("web", "clamp-of-yesterday").ShouldStartWith("Unsupported feature-not-installed");
        next.Status()["kernel"]!["chains"]![0]!["features"]!.ToJsonString().ShouldBe("[\"initial-cwnd\"]");
        next.Status()["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();
        pair.Client.GetWindowClamp().ShouldBeGreaterThanOrEqualTo(open);
        scene.Window().ShouldBe(40);
        File.Delete(file);
        next.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is left");
    }
}
