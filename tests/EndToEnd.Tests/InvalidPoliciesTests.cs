using System.Net;

namespace NetEdit.EndToEnd.Tests;

public sealed class InvalidPoliciesTests
{
    [KernelFact]
    public void The_last_good_set_stays_in_force_until_the_file_is_mended()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var revision = (string)agent.Status()["revision"]!;
        agent.Metric("netedit_policy_set_valid").ShouldBe(1);

        var file = scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segment: 25 }"));
        agent.WaitFor(() => agent.Metric("netedit_policy_set_valid") == 0, "the policies are invalid");

        scene.Window().ShouldBe(40);
        var where = $"{file}:10:21: ";
        var status = agent.Status();
        ((string)status["revision"]!).ShouldBe(revision);
        status.StateOf("web").ShouldBe("Active none");
        var text = scene.Run("status", "--socket", scene.Socket).Output;
        text.ShouldContain(where);
        text.ShouldContain("'segments'"); // what was meant
        text.ShouldContain("the last valid ones stay in force");
        agent.Log.ShouldContain(entry =>
            entry.Level == "error" && entry.Message.StartsWith(where, StringComparison.Ordinal)
        );
        var (ready, body, _) = agent.Get("/readyz");
        ready.ShouldBe(HttpStatusCode.OK); // it does its work, with the last good set
        body.ShouldContain($"{file}:10:"); // the first of them
        agent.Get("/metrics").Body.ShouldContain("netedit_reconciles_total{result=\"invalid\"}");

        scene.WriteWindow(25);
        agent.WaitFor(() => agent.Metric("netedit_policy_set_valid") == 1, "the policies are valid again");
        scene.Window().ShouldBe(25);
        agent.Status()["policyErrors"]!.AsArray().ShouldBeEmpty();
    }

    [KernelFact]
    public void A_start_on_invalid_policies_without_earlier_ones_leaves_the_kernel_alone_and_is_not_ready()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var ids = scene.ReadChainIds();
        scene.Write("broken.yaml", "kind: TuningPolicy\nkind: TuningPolicy\n");
        File.Delete(scene.StateFile("policies.json"));

        using var agent = scene.StartAgent();
        agent.Get("/readyz").Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        agent.Get("/healthz").Status.ShouldBe(HttpStatusCode.OK);
        agent.Actions.ShouldBeEmpty();
        scene.ReadChainIds().ShouldBe(ids);
        scene.Window().ShouldBe(40);

        File.Delete(Path.Combine(scene.Policies, "broken.yaml"));
        agent.WaitFor(() => agent.Get("/readyz").Status == HttpStatusCode.OK, "it is ready");
        agent.Actions.ShouldBeEmpty();
    }

    [KernelFact]
    public void Every_error_of_every_file_is_told_at_once_and_nothing_is_applied()
    {
        using var scene = new Scene();
        var one = scene.Write(
            "one.yaml",
            Yaml.Policy("one", scene.Cgroup.Path, "initial-cwnd: { segments: 0 }\ninitial-cwnd: { segments: 9 }")
        );
        var two = scene.Write("two.yaml", Yaml.Policy("two", "relative/path", "receive-window: { initial: 64 }"));
        var three = scene.Combine("policies", "three.yaml");
        File.WriteAllBytes(three, [0x61, 0x3a, 0xff, 0xfe]);

        foreach (var verb in new[] { "plan", "apply" })
        {
            var outcome = scene.RunWithPolicies(verb);
            outcome.ExitCode.ShouldBe(3, outcome.ToString());
            foreach (var file in new[] { one, two, three })
            {
                outcome.Errors.ShouldContain(file + ":");
            }
        }

        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }
}
