using NetEdit.KernelKit;
using NetEdit.Lab;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.EndToEnd.Tests;

public sealed class ForeignProgramTests
{
    [KernelFact]
    public void A_program_of_others_that_runs_after_ours_is_reported_and_outlives_the_uninstall()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "receive-window: { initial: 20KiB }"));
        using var agent = scene.StartAgent();
        using var foreign = new ForeignSockops(scene.Cgroup, answer: 40);

        var status = agent.Reconcile();

        var seen = status["kernel"]!["foreign"]!.AsArray().Single()!;
        ((uint)seen["programId"]!).ShouldBe(foreign.ProgramId);
        ((bool)seen["runsAfterOurs"]!).ShouldBeTrue();
        agent.Metric("netedit_foreign_programs", $"scope=\"{scene.Cgroup.Path}\"").ShouldBe(1);
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("foreign_sockops at sockops, runs after ours");
        agent.Log.Count(entry => entry.Level == "warning" && entry.Message.Contains("runs after ours", StringComparison.Ordinal)).ShouldBe(1);
        Window(scene).ShouldBe(40 * 1460); // its answer is the last

        agent.Stop();
        scene.Run("uninstall").ExitCode.ShouldBe(0);
        foreign.LinkedCgroup.ShouldNotBe(0ul);
        Window(scene).ShouldBe(40 * 1460);
    }

    [KernelFact]
    public void A_program_of_others_that_runs_before_ours_is_reported_and_its_answer_stands()
    {
        using var scene = new Scene();
        using var foreign = new ForeignSockops(scene.Cgroup, answer: 40);
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "receive-window: { initial: 20KiB }"));
        using var agent = scene.StartAgent();

        var seen = agent.Status()["kernel"]!["foreign"]!.AsArray().Single()!;

        ((bool)seen["runsAfterOurs"]!).ShouldBeFalse();
        Window(scene).ShouldBe(40 * 1460);
        agent.Metric("netedit_chain_conflicts_total", "policy=\"web\"").ShouldNotBeNull().ShouldBeGreaterThan(0);
        scene.Run("uninstall", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        foreign.LinkedCgroup.ShouldNotBe(0ul);
        Window(scene).ShouldBe(40 * 1460);
    }

    private static int Window(Scene scene)
    {
        using var capture = PacketCapture.Start(scene.Network.Client, 4452);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup, Port = 4452 });
        return capture.Stop().Single(packet => packet.IsSyn).Window;
    }
}
