using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What a connection was given when it was established is known after every later change, of chains with and without live programs.</summary>
public sealed class RememberedHandshakeTests
{
    private const string Window = "initial-cwnd: { segments: 40 }";

    [KernelFact]
    public void No_feature_of_the_handshake_is_forgotten_while_a_policy_beside_it_comes_changes_and_goes()
    {
        using var scene = new Scene();
        var samples = FeatureSample.All.Where(sample => sample.Feature is not ("pacing" or "dctcp"));
        scene.Write(
            "all.yaml",
            Yaml.Policy(
                "all",
                scene.Cgroup.Path,
                string.Join('\n', samples.Select(sample => $"{sample.Feature}: {sample.Tuning}"))
            )
        );
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        var before = States(scene, pair);
        before.ShouldContain("initial-cwnd Applied");

        scene.Write("beside.yaml", Yaml.Policy("beside", scene.Cgroup.Path, "pacing: { rate: 2Gbit }"));
        agent.WaitFor(() => States(scene, pair).Contains("pacing Applied"), "the walk of another chain");
        States(scene, pair).Except(["pacing Applied"]).ShouldBe(before);

        scene.Write("beside.yaml", Yaml.Policy("beside", scene.Cgroup.Path, "pacing: { rate: 1Gbit }"));
        agent.WaitFor(
            () => (long?)Explain(scene, pair)["now"]!["maximumPacingBitsPerSecond"] == 1_000_000_000,
            "the walk of a new value"
        );
        States(scene, pair).Except(["pacing Applied"]).ShouldBe(before);

        File.Delete(Path.Combine(scene.Policies, "beside.yaml"));
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 1, "the chain without it");
        States(scene, pair).ShouldBe(before);
    }

    [KernelFact]
    public void A_chain_without_a_live_program_is_replaced_by_one_without_and_then_by_one_with()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Window));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();

        scene.Write("mark.yaml", Yaml.Policy("mark", scene.Cgroup.Path, "dscp: { value: 10 }"));
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 2, "another chain, without a walk");
        States(scene, pair).ShouldBe(["dscp NotApplied", "initial-cwnd Applied"]);

        scene.Write("rw.yaml", Yaml.Policy("rw", scene.Cgroup.Path, "receive-window: { clamp: 32KiB }"));
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 32 * 1024, "a third chain, with a walk");
        States(scene, pair).ShouldBe(["dscp NotApplied", "initial-cwnd Applied", "receive-window Applied"]);
        ((string)Explain(scene, pair)["tuning"]!).ShouldBe("AtEstablishment");
    }

    [KernelFact]
    public void The_chain_of_a_narrower_scope_that_comes_later_takes_over_what_the_outer_one_gave()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Window));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = inner });

        scene.Write("rw.yaml", Yaml.Policy("rw", inner.Path, "receive-window: { clamp: 32KiB }"));
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 32 * 1024, "the walk of the inner chain");
        States(scene, pair).ShouldBe(["initial-cwnd Applied", "receive-window Applied"]);

        File.Delete(Path.Combine(scene.Policies, "rw.yaml"));
        agent.WaitFor(() => agent.Status()["policies"]!.AsArray().Count == 1, "the outer chain has it again");
        States(scene, pair).ShouldBe(["initial-cwnd Applied"]);
    }

    [KernelFact]
    public void What_no_policy_gives_any_more_is_left_over_and_not_forgotten()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Window));
        scene.Write("rw.yaml", Yaml.Policy("rw", scene.Cgroup.Path, "receive-window: { clamp: 32KiB }"));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();

        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Window, port: 1));
        agent.WaitFor(() => States(scene, pair).Contains("initial-cwnd Leftover"), "the rules are without it");
        scene.Write("rw.yaml", Yaml.Policy("rw", scene.Cgroup.Path, "receive-window: { clamp: 48KiB }"));
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 48 * 1024, "a walk");

        States(scene, pair).ShouldBe(["initial-cwnd Leftover", "receive-window Applied"]);
    }

    [KernelFact]
    public void What_a_chain_gave_that_is_gone_is_unknown_and_not_denied()
    {
        using var scene = new Scene();
        using var inner = scene.Cgroup.CreateChild("inner");
        scene.Write("web.yaml", Yaml.Policy("web", inner.Path, Window));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = inner });

        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, Window));
        agent.WaitFor(
            () => agent.Status()["kernel"]!["chains"]!.AsArray().Single()!["scope"]!.ToString() == scene.Cgroup.Path,
            "the outer chain alone is attached"
        );

        States(scene, pair).ShouldBe(["initial-cwnd Unknown"]);
    }

    private static JsonNode Explain(Scene scene, TcpPair pair) =>
        scene
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
            .Single(connection => (string)connection!["local"]! == pair.Client.LocalEndPoint!.ToString())!;

    private static List<string> States(Scene scene, TcpPair pair) =>
        [.. Explain(scene, pair)["features"]!.AsArray().Select(feature => $"{feature!["feature"]} {feature["state"]}")];
}
