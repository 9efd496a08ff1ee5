using System.Globalization;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Verbs that change the kernel have the running agent do it.</summary>
public sealed class WriteVerbTests
{
    [KernelFact]
    public void Apply_of_the_agents_policies_is_a_pass_of_the_agent()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        Directory.Delete(scene.Pins, recursive: true); // nobody would notice for an hour

        var applied = scene.RunWithPolicies("apply", "--socket", scene.Socket, "-o", "json");

        applied.ExitCode.ShouldBe(0, applied.ToString());
        applied.Json.StateOf("web").ShouldBe("Active none");
        applied.Json["actions"]!.AsArray().Count.ShouldBeGreaterThan(0);
        agent.Actions.ShouldContain("attach chain");
        scene.Window().ShouldBe(40);
        var again = scene.RunWithPolicies("apply", "--socket", scene.Socket);
        again.Output.ShouldContain("no changes");

        scene.Write("web.yaml", "kind: [");
        var invalid = scene.RunWithPolicies("apply", "--socket", scene.Socket);
        invalid.ExitCode.ShouldBe(3, invalid.ToString());
        invalid.Errors.ShouldContain("web.yaml:");
    }

    [KernelFact]
    public void Apply_of_other_policies_is_refused_and_says_what_to_do()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var other = scene.Combine("other");
        Directory.CreateDirectory(other);

        var refused = scene.Run("apply", "--policies", other, "--socket", scene.Socket);

        refused.ExitCode.ShouldBe(1, refused.ToString());
        refused.Errors.ShouldContain(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the agent (pid {agent.Pid}) keeps this host to {scene.Policies}"
            )
        );
        refused.Errors.ShouldContain("stop it first, or use another --ledger");
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void Gc_is_done_by_the_agent()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var orphan = $"{scene.Pins}/chains/{new string('a', 16)}";
        var map = Netedit.RunProgram(
            "bpftool",
            ["map", "create", orphan, "type", "array", "key", "4", "value", "4", "entries", "1", "name", "stray"]
        );
        map.ExitCode.ShouldBe(0, map.ToString());

        var dry = scene.Run("gc", "--dry-run", "--socket", scene.Socket);
        dry.ExitCode.ShouldBe(2, dry.ToString());
        dry.Output.ShouldContain(orphan);
        File.Exists(orphan).ShouldBeTrue();

        var collected = scene.Run("gc", "--socket", scene.Socket);
        collected.ExitCode.ShouldBe(0, collected.ToString());
        collected.Output.ShouldContain("1 orphan removed");
        File.Exists(orphan).ShouldBeFalse();
        scene.Run("gc", "--socket", scene.Socket).Output.ShouldBe("no orphans\n");
        scene.Window().ShouldBe(40);
        agent.Metric("netedit_orphans").ShouldBe(0);
    }

    [KernelFact]
    public void Uninstall_has_the_agent_remove_everything_and_end()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();

        var uninstalled = scene.Run("uninstall", "--socket", scene.Socket);

        uninstalled.ExitCode.ShouldBe(0, uninstalled.ToString());
        uninstalled.Output.ShouldContain("nothing of NetEdit is left in the kernel");
        uninstalled.Errors.ShouldContain("the agent has exited too");
        agent.WaitForExit().ShouldBe(0);
        agent.Actions.ShouldContain("detach chain");
        Directory.Exists(scene.Pins).ShouldBeFalse();
        Directory.Exists(Path.GetDirectoryName(scene.StateFile("policies.json"))).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }
}
