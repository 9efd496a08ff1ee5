using System.Text.Json.Nodes;

namespace NetEdit.EndToEnd.Tests;

public sealed class VerbTests
{
    [KernelFact]
    public void Plan_apply_and_uninstall_say_what_they_do_by_their_exit_codes()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);

        var plan = scene.RunWithPolicies("plan");
        plan.ExitCode.ShouldBe(2, plan.ToString());
        plan.Output.ShouldContain("attach chain");
        Directory.Exists(scene.Pins).ShouldBeFalse();

        var apply = scene.RunWithPolicies("apply");
        apply.ExitCode.ShouldBe(0, apply.ToString());
        scene.Window().ShouldBe(40);
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);
        var ids = scene.ReadChainIds();

        var again = scene.RunWithPolicies("apply");
        again.ExitCode.ShouldBe(0, again.ToString());
        again.Output.ShouldContain("no changes");
        scene.ReadChainIds().ShouldBe(ids);

        var uninstall = scene.Run("uninstall");
        uninstall.ExitCode.ShouldBe(0, uninstall.ToString());
        uninstall.Output.ShouldContain("nothing of NetEdit is left");
        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void Apply_that_leaves_something_not_in_force_says_so_by_its_exit_code()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.Write("wait.yaml", Yaml.Policy("wait", "/not/there/yet", "initial-cwnd: { segments: 20 }"));
        scene.RunWithPolicies("plan").Output.ShouldContain("will be Active");
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0, "one that waits is as it should be");

        scene.Write("none.yaml", Yaml.Policy("none", scene.Cgroup.Path, "initial-cwd: {}"));
        var applied = scene.RunWithPolicies("apply");

        applied.ExitCode.ShouldBe(7, applied.ToString());
        applied.Output.ShouldContain("nothing was to be done; not in force: none (Unsupported)");
        applied.Output.ShouldContain("did you mean 'initial-cwnd'?");
        applied.Errors.ShouldContain("applied, but some policies are not in force; the table says which");
        scene.RunWithPolicies("apply", "-o", "json").ExitCode.ShouldBe(7);
        var plan = scene.RunWithPolicies("plan");
        plan.Output.ShouldNotContain("no changes");
        plan.Output.ShouldContain("which stays not in force: none (Unsupported)");
    }

    [KernelFact]
    public void Every_verb_with_data_gives_it_as_json_and_as_yaml()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        string[][] verbs =
        [
            ["status", "--ledger", scene.Ledger, "--socket", scene.Socket],
            ["status", "--ledger", scene.Ledger, "--socket", scene.Combine("nobody.sock")],
            ["plan", "--ledger", scene.Ledger, "--policies", scene.Policies],
            ["explain", "--ledger", scene.Ledger, "--socket", scene.Socket],
            ["explain", "policy", "web", "--ledger", scene.Ledger, "--policies", scene.Policies],
            ["gc", "--dry-run", "--ledger", scene.Ledger],
            ["validate", scene.Policies],
            ["capabilities"],
            ["features"],
            ["version"],
        ];
        foreach (var verb in verbs)
        {
            var json = Netedit.Run([.. verb, "-o", "json"]);
            json.ExitCode.ShouldBe(0, json.ToString());
            json.Json.ShouldBeOfType<JsonObject>();
        }

        agent.Stop();
        ((string)scene.RunWithPolicies("apply", "-o", "json").Json["revision"]!).Length.ShouldBeGreaterThan(0);
        scene.Run("uninstall", "-o", "json").Json["actions"]!.AsArray().Count.ShouldBeGreaterThan(0);
        scene.Run("status", "-o", "yaml").Output.ShouldStartWith("ledger: " + scene.Ledger);
    }

    [KernelFact]
    public void Status_without_an_agent_reads_the_kernel_and_with_agent_demanded_fails()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);

        scene.ReadKernel()["chains"]!.AsArray().Count.ShouldBe(1);
        var demanded = scene.Run("status", "--agent", "--socket", scene.Socket);
        demanded.ExitCode.ShouldBe(4);
        demanded.Errors.ShouldContain(scene.Socket);
    }

    [KernelFact]
    public void Without_an_agent_get_and_describe_read_the_kernel_and_the_disk_and_say_so()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.Run("get", "policies").Errors.ShouldContain("no policies are kept on disk either");
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);

        var policies = scene.Run("get", "policies", "--socket", scene.Socket);
        policies.ExitCode.ShouldBe(0, policies.ToString());
        policies.Output.ShouldContain("web     Active");
        policies.Errors.ShouldContain(
            $"no agent answers on {scene.Socket}; the policies are those kept on disk since "
        );
        policies.Errors.ShouldContain("; the kernel holds them");
        scene.Run("get", "scopes", "-o", "name").Output.ShouldBe(scene.Cgroup.Path + "\n");
        scene.Window().ShouldBe(40);
        scene.Run("describe", "policy", "web").Output.ShouldContain("connections so far: 1 tuned, none refused");
        scene.RunWithPolicies("apply", "--dry-run").Output.ShouldContain("no changes");

        scene.WriteWindow(20);
        scene.RunWithPolicies("apply", "--dry-run").ExitCode.ShouldBe(2);
        scene.Window().ShouldBe(40);
        var diff = scene.Run("diff", scene.Policies);
        diff.ExitCode.ShouldBe(2, diff.ToString());
        diff.Output.ShouldContain("spec.tuning.initial-cwnd.segments  40 → 20");
    }

    [KernelFact]
    public void Policies_come_from_standard_input()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);

        var valid = Netedit.RunUnder(["sh", "-c", $"cat {scene.Policies}/*.yaml | \"$@\"", "sh"], ["validate", "-"]);

        valid.ExitCode.ShouldBe(0, valid.ToString());
        valid.Output.ShouldStartWith("ok: 1 policy in 1 file");
    }

    [KernelFact]
    public void Explain_names_winner_loser_and_why_and_the_connection_has_the_winners_value()
    {
        using var scene = new Scene();
        scene.WriteWindow(20, name: "everyone", priority: 100);
        scene.WriteWindow(40, name: "special", priority: 200);
        using var agent = scene.StartAgent();

        var report = scene.Run("explain", "--socket", scene.Socket, "-o", "json");

        scene.Window().ShouldBe(40);
        var contest = report.Json["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == "everyone")![
            "features"
        ]![0]!["contests"]!
            .AsArray()
            .Single()!;
        ((string)contest["winner"]!).ShouldBe("special");
        ((string)contest["loser"]!).ShouldBe("everyone");
        ((string)contest["rule"]!).ShouldContain("priority 200 over 100");
        var text = scene.Run("explain", "policy", "special", "--socket", scene.Socket).Output;
        text.ShouldContain("wins over everyone by priority 200 over 100");
        text.ShouldNotContain("everyone: Conflict");
        scene
            .Run("explain", "policy", "everyone", "--socket", scene.Socket)
            .Output.ShouldContain("loses to special by priority 200 over 100");
        text.ShouldContain($"given in {scene.Cgroup.Path} (1 profile); connections so far: 1 tuned, none refused");
        scene.Run("explain", "policy", "special", "--socket", scene.Socket, "-o", "json").Json["uses"]![0]!["tuned"]!
            .GetValue<int>()
            .ShouldBe(1);
        scene
            .Run("explain", "policy", "specal", "--socket", scene.Socket)
            .Errors.ShouldContain("did you mean 'special'?");
    }
}
