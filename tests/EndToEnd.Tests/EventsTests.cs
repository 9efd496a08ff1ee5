using System.Text.Json.Nodes;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What happened is known afterwards, with an agent and without.</summary>
public sealed class EventsTests
{
    [KernelFact]
    public void An_agent_records_what_it_does_and_who_paused_it_and_the_events_outlive_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (var agent = scene.StartAgent())
        {
            scene.Run("pause", "--socket", scene.Socket).ExitCode.ShouldBe(0);
            scene.Run("resume", "--socket", scene.Socket).ExitCode.ShouldBe(0);
            scene.Write("web.yaml", "kind: [");
            agent.WaitFor(() => Kinds(scene).Contains("invalid"), "the invalid policies are recorded");
            agent.Stop().ShouldBe(0);
        }

        var events = Events(scene);

        events.ShouldContain(happened => Is(happened, "agent", "", "agent started"));
        events.ShouldContain(happened => Is(happened, "policy", "web", "policy Active"));
        events.ShouldContain(happened =>
            (string)happened["kind"]! == "change" && (string)happened["what"]! == "attach chain"
        );
        var paused = events.Single(happened => Is(happened, "pause", "everything", "paused"));
        ((string)paused["details"]!["user"]!).ShouldNotBeEmpty();
        events.ShouldContain(happened => Is(happened, "pause", "everything", "resumed"));
        events.ShouldContain(happened =>
            (string)happened["kind"]! == "agent"
            && ((string)happened["what"]!).StartsWith("agent stopped", StringComparison.Ordinal)
        );
        scene.Run("events", "--policy", "web").Output.ShouldContain("web: policy Active");
    }

    [KernelFact]
    public void A_restart_tells_nothing_twice_and_apply_records_too()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        StartAndStop(scene);
        var before = Events(scene).Count(happened => (string)happened["kind"]! == "policy");
        StartAndStop(scene);
        Events(scene).Count(happened => (string)happened["kind"]! == "policy").ShouldBe(before);

        scene.WriteWindow(25);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);

        Events(scene)
            .ShouldContain(happened => (string)happened["kind"]! == "apply" && (string)happened["by"]! == "apply");
        scene.Run("uninstall").ExitCode.ShouldBe(0);
        Directory.Exists(Path.GetDirectoryName(scene.StateFile("events.jsonl"))).ShouldBeFalse();
    }

    [KernelFact]
    public void Top_counts_what_an_agent_tunes_and_without_one_what_the_kernel_counted()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (scene.StartAgent())
        {
            scene.Window().ShouldBe(40);
            Tuned("top", "-o", "json", "--socket", scene.Socket).ShouldBeGreaterThan(0);
        }

        Tuned("top", "-o", "json", "--socket", scene.Socket).ShouldBeGreaterThan(0);

        long Tuned(params string[] arguments) =>
            scene.Run(arguments).Json["features"]!.AsArray().Single(feature => (string)feature!["policy"]! == "web")![
                "tuned"
            ]!.GetValue<long>();
    }

    [KernelFact]
    public void A_report_holds_every_part_of_a_host_that_is_tuned()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var path = scene.Combine("report.tar.gz");

        var report = scene.Run("report", path, "--redact", "--socket", scene.Socket);

        report.ExitCode.ShouldBe(0, report.ToString());
        var listed = Netedit.RunProgram("tar", ["-tzf", path]).Output;
        foreach (
            var part in (string[])
                ["status.json", "doctor.txt", "capabilities.json", "metrics.txt", "events.jsonl", "policies/"]
        )
        {
            listed.ShouldContain(part);
        }

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        scene.Run("report", path, "--socket", scene.Socket).Errors.ShouldContain("replaces nothing");
    }

    private static void StartAndStop(Scene scene)
    {
        using var agent = scene.StartAgent();
        agent.Stop().ShouldBe(0);
    }

    private static List<JsonNode> Events(Scene scene) =>
        [
            .. scene
                .Run("events", "-o", "json", "-n", "100000")
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!),
        ];

    private static string[] Kinds(Scene scene) => [.. Events(scene).Select(happened => (string)happened["kind"]!)];

    private static bool Is(JsonNode happened, string kind, string about, string what) =>
        (string)happened["kind"]! == kind && (string)happened["about"]! == about && (string)happened["what"]! == what;
}
