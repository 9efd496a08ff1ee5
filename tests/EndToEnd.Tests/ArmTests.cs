using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Policies for a share of the connections, policies that only observe, and what is measured of them.</summary>
public sealed class ArmTests
{
    private const int Connections = 200;
    private const int Usual = 20;
    private const int Trial = 40;

    [KernelFact]
    public void A_share_of_the_connections_gets_the_policy_and_the_others_what_they_would_without()
    {
        using var scene = new Scene();
        Write(scene, "usual", "", Usual);
        Write(scene, "trial", "priority: 10, share: 25%, measure: true, ", Trial);
        var agent = scene.StartAgent();

        var (with, without) = Count(scene);

        // Of 200 drawn by 25 %: 50, with a standard deviation of 6.
        with.ShouldBeInRange(20, 80);
        (with + without).ShouldBe(Connections, "no connection gets neither");
        agent.Metric("netedit_arm_connections_total", "policy=\"trial\"", "arm=\"on\"").ShouldBe(with);
        agent.Metric("netedit_arm_connections_total", "policy=\"trial\"", "arm=\"off\"").ShouldBe(without);
        agent.Metric("netedit_connections_tuned_total", "policy=\"trial\"").ShouldBe(with);
        agent.Metric("netedit_connections_tuned_total", "policy=\"usual\"").ShouldBe(without);
        agent.WaitFor(
            () => agent.Metric("netedit_connection_duration_seconds_count", "policy=\"trial\"", "arm=\"on\"") == with,
            "those with the policy are closed and measured"
        );
        agent.WaitFor(
            () =>
                agent.Metric("netedit_connection_round_trip_seconds_count", "policy=\"trial\"", "arm=\"off\"")
                == without,
            "and the others"
        );
    }

    [KernelFact]
    public void A_larger_share_is_one_map_write_and_takes_open_connections_in()
    {
        using var scene = new Scene();
        Write(scene, "trial", "share: 1%, ", Trial);
        var agent = scene.StartAgent();
        Count(scene).With.ShouldBeLessThan(Connections / 10);
        var ids = scene.ReadChainIds();

        Write(scene, "trial", "share: 99%, ", Trial);
        agent.WaitFor(() => scene.Window() == Trial, "most are of the share");

        scene.ReadChainIds().ShouldBe(ids);
        Count(scene).With.ShouldBeGreaterThan(Connections * 9 / 10);
    }

    [KernelFact]
    public void An_observer_sets_nothing_and_counts_what_it_would_have_set()
    {
        using var scene = new Scene();
        Write(scene, "usual", "", Usual);
        Write(scene, "trial", "mode: observe, priority: 10, ", Trial);
        var agent = scene.StartAgent();
        scene.Window().ShouldBe(Usual);
        scene.Window().ShouldBe(Usual);

        agent.Metric("netedit_connections_observed_total", "policy=\"trial\"", "feature=\"initial-cwnd\"").ShouldBe(2);
        agent.Metric("netedit_connections_tuned_total", "policy=\"usual\"").ShouldBe(2);
        agent.Metric("netedit_connections_tuned_total", "policy=\"trial\"").ShouldBeNull();
        (
            (string?)
                agent.Status()["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == "trial")!["state"]
        ).ShouldBe("Observing");

        var ids = scene.ReadChainIds();
        Write(scene, "trial", "priority: 10, ", Trial);
        agent.WaitFor(() => scene.Window() == Trial, "it enforces");
        scene.ReadChainIds().ShouldBe(ids, "no program is loaded for that");
    }

    [KernelFact]
    public void Compare_tells_the_slower_arm()
    {
        const int Rate = 40_000_000;
        using var scene = new Scene();
        scene.Write(
            "slow.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: slow }}\nspec: {{ share: 50%, "
                + $"measure: true, scope: {{ cgroup: {scene.Cgroup.Path} }}, tuning: {{ pacing: {{ rate: "
                + $"{Rate / 1_000_000}Mbit }} }} }}\n"
        );
        scene.StartAgent();
        scene.Run("compare", "slow", "--socket", scene.Socket).Output.ShouldContain("too few");
        for (var connection = 0; connection < Connections; connection++)
        {
            using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
            pair.SendToServer(64 * 1024); // the rate gives it 13 ms
        }

        var report = scene.Run("compare", "slow", "--socket", scene.Socket, "-o", "json").Json;
        Eventually.True(
            () =>
                Measured(report = scene.Run("compare", "slow", "--socket", scene.Socket, "-o", "json").Json)
                == Connections,
            "all are closed"
        );
        var measures = report["measures"]!
            .AsArray()
            .ToDictionary(measure => (string)measure!["measure"]!, measure => measure!);

        ((string?)measures["Duration"]["verdict"]).ShouldBe("Worse");
        ((double)measures["Duration"]["difference"]!).ShouldBeGreaterThan(2);
        ((string?)measures["DeliveryRate"]["verdict"]).ShouldBe("Worse");
        measures["Retransmitted"]["difference"].ShouldNotBeNull();

        static int Measured(JsonNode report) => (int)report["with"]! + (int)report["without"]!;
    }

    [KernelFact]
    public void Compare_says_what_it_lacks()
    {
        using var scene = new Scene();
        Write(scene, "whole", "measure: true, ", Trial);
        Write(scene, "silent", "share: 50%, priority: 10, ", Trial);
        scene.StartAgent();

        Rejection("hole").ShouldContain("no policy is named 'hole'; did you mean 'whole'?");
        Rejection("whole").ShouldContain("give it a share in its spec, as in share: 50%");
        Rejection("silent").ShouldContain("it needs measure: true in its spec");

        string Rejection(string policy)
        {
            var outcome = scene.Run("compare", policy, "--socket", scene.Socket);
            outcome.ExitCode.ShouldBe(1);
            return outcome.Errors;
        }
    }

    [KernelFact]
    public void The_chain_of_a_narrower_scope_draws_for_the_policy_of_a_wider_one()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        Write(scene, "trial", "share: 50%, ", Trial);
        scene.Write(
            "inner.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: inner }}\nspec: {{ scope: {{ "
                + $"cgroup: {inner.Path} }}, tuning: {{ keepalive: {{ idle: 100s }} }} }}\n"
        );
        scene.StartAgent();
        var drawn = 0;
        for (var connection = 0; connection < 40; connection++)
        {
            using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = inner });
            var window = TcpInfo.Read(pair.Client).CongestionWindow;
            window.ShouldBeOneOf(10u, (uint)Trial);
            drawn += window == Trial ? 1 : 0;
        }

        drawn.ShouldBeInRange(4, 36, "the chain of the narrower scope draws for the policy of the wider one");
    }

    private static void Write(Scene scene, string name, string spec, int segments) =>
        scene.Write(
            name + ".yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec: {{ {spec}scope: "
                + $"{{ cgroup: {scene.Cgroup.Path} }}, tuning: {{ initial-cwnd: {{ segments: {segments} }} }} }}\n"
        );

    private static (int With, int Without) Count(Scene scene)
    {
        var windows = Enumerable
            .Range(0, Connections)
            .Select(_ => scene.Window())
            .CountBy(window => window)
            .ToDictionary();
        return (windows.GetValueOrDefault(Trial), windows.GetValueOrDefault(Usual));
    }
}
