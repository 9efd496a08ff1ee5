using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class ForeignProgramTests
{
    private const int Tuned = 15 * 1460; // 20 KiB, in whole segments

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
        scene
            .Run("status", "--socket", scene.Socket)
            .Output.ShouldContain("foreign_sockops at sockops, runs after ours");
        agent
            .Log.Count(entry =>
                entry.Level == "warning" && entry.Message.Contains("runs after ours", StringComparison.Ordinal)
            )
            .ShouldBe(1);
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

    /// <summary>Look where the answers are voided, not only where we are attached.</summary>
    [KernelFact]
    public void A_program_of_others_below_the_scope_is_said_of_the_policy_of_the_connection_and_of_the_audit()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "receive-window: { initial: 20KiB }"));
        scene.WriteWindow(40, name: "other");
        using var agent = scene.StartAgent();
        Window(scene, inner).ShouldBe(Tuned);
        using var foreign = ForeignSockops.Voiding(inner);
        Window(scene, inner).ShouldNotBe(Tuned);
        Window(scene).ShouldBe(Tuned);

        var status = agent.Reconcile();

        var seen = status["kernel"]!["foreign"]!.AsArray().Single()!;
        ((string)seen["below"]!).ShouldBe(inner.Path);
        ((uint)seen["programId"]!).ShouldBe(foreign.ProgramId);
        status.StateOf("web").ShouldBe("Active foreign-below");
        status.StateOf("other").ShouldBe("Active none", "it answers nothing");
        agent.Metric("netedit_foreign_programs", $"scope=\"{scene.Cgroup.Path}\"").ShouldBe(1);
        scene
            .Run("status", "--socket", scene.Socket)
            .Output.ShouldContain(
                $"at sockops of {inner.Path} below it, runs before ours: where it returns 0, our answers are void"
            );
        scene
            .Run("audit", "--socket", scene.Socket)
            .Output.ShouldContain("1 foreign program below scopes may override the settings");
        using var inside = scene.Connect(new TcpPairOptions { ClientCgroup = inner });
        using var outside = scene.Connect();
        Foreign(inside).ShouldBe([foreign.ProgramId]);
        Foreign(outside).ShouldBeEmpty();

        uint[] Foreign(TcpPair pair) =>
            [
                .. scene
                    .Run(
                        "explain",
                        "connection",
                        pair.Client.LocalEndPoint!.ToString()!,
                        "--socket",
                        scene.Socket,
                        "-o",
                        "json"
                    )
                    .Json["connections"]!
                    .AsArray()
                    .Single(connection => (string)connection!["local"]! == pair.Client.LocalEndPoint!.ToString())![
                    "foreign"
                ]!
                    .AsArray()
                    .Select(program => (uint)program!["programId"]!),
            ];
    }

    [KernelFact]
    public void A_program_of_others_that_keeps_ours_out_is_named_in_the_state_of_the_policy()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var foreign = ForeignSockops.Voiding(scene.Cgroup, flags: 0);
        using var agent = scene.StartAgent();

        var status = agent.Status();

        status.StateOf("web").ShouldBe("Failed kernel-refused");
        ((string)status["policies"]![0]!["reason"]!["text"]!).ShouldContain(
            $"program {foreign.ProgramId} 'foreign_sockops', which is not NetEdit's, is attached to "
                + $"{scene.Cgroup.Path} without flags"
        );
    }

    private static int Window(Scene scene, LabCgroup? cgroup = null)
    {
        using var capture = PacketCapture.Start(scene.Network.Client, 4452);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = cgroup ?? scene.Cgroup, Port = 4452 });
        return capture.Stop().Single(packet => packet.IsSyn).Window;
    }
}
