using System.Globalization;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Connections that are opened in a cgroup before its chain is attached, though the policy is older than the cgroup, are counted, each once.</summary>
public sealed class EscapedConnectionsTests
{
    private const int Restarts = 10;
    private const int Clients = 8;
    private const int Tuned = 40;
    private const int Clamp = 32 * 1024;

    [KernelFact]
    public void As_many_escape_the_restarts_of_a_unit_as_its_sockets_show_untuned()
    {
        using var scene = new Scene();
        using var slice = scene.Cgroup.CreateChild("ne-test.slice");
        var unit = $"{scene.Ledger}.service";
        scene.Write(
            "web.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  scope: {{ unit: "
                + $"{unit} }}\n  tuning: {{ initial-cwnd: {{ segments: {Tuned} }} }}\n"
        );
        using var agent = scene.StartAgent();
        agent
            .Metric("netedit_escaped_connections_total", $"scope=\"{unit}\"")
            .ShouldBe(0, "a series that starts at nought lets its first increase be seen");
        var (untuned, opened) = (0, 0);
        for (var restart = 0; restart < Restarts; restart++)
        {
            var (service, pairs) = OpenAtOnce(scene, agent, () => slice.CreateChild(unit), chains: 1);
            try
            {
                agent.Reconcile();
                untuned += pairs.Count(pair => TcpInfo.Read(pair.Client).CongestionWindow != Tuned);
                opened += pairs.Count;
            }
            finally
            {
                pairs.ForEach(pair => pair.Dispose());
                service.Dispose();
            }

            agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["state"] == "Waiting", "the unit stopped");
        }

        untuned.ShouldBeInRange(1, opened - 1, "some come before the chain, some after it");
        var status = agent.Status();
        Escaped(status).ShouldBe($"{unit} {untuned} 0");
        agent.Metric("netedit_escaped_connections_total", $"scope=\"{unit}\"").ShouldBe(untuned);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"at least {untuned} connection{(untuned == 1 ? "" : "s")} of {unit} opened before the new cgroup "
                + $"had its chain; 0 got their settings later, {untuned} still lack some"
        );
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain(text);
        ((long)scene.Run("audit", "--socket", scene.Socket, "-o", "json").Json["escaped"]!).ShouldBe(untuned);
        scene.Run("audit", "--socket", scene.Socket).Output.ShouldContain("escaped tuning since the agent started");
        agent
            .Log.Where(entry => entry.Message.StartsWith("connections escaped", StringComparison.Ordinal))
            .Sum(entry => int.Parse((string)entry.Json["connections"]!, CultureInfo.InvariantCulture))
            .ShouldBe(untuned);
    }

    [KernelFact]
    public void What_a_walk_gives_them_they_lack_for_a_time_only_also_below_a_chain_that_gave_them_something_else()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var late = $"{scene.Cgroup.Path}/late";
        scene.Write("late.yaml", Yaml.Policy("late", late, $"receive-window: {{ clamp: {Clamp}B }}"));
        using var agent = scene.StartAgent();

        var (cgroup, pairs) = OpenAtOnce(scene, agent, () => scene.Cgroup.CreateChild("late"), chains: 2);
        try
        {
            agent.Reconcile();
            pairs.ShouldAllBe(pair => pair.Client.GetWindowClamp() == Clamp, "the walk reached all");
            pairs.ShouldAllBe(
                pair => TcpInfo.Read(pair.Client).CongestionWindow == Tuned,
                "the outer chain had met all"
            );
            var walked = (int)
                agent.Metric("netedit_walked_settings_total", "feature=\"receive-window\"", "action=\"tuned\"")!;
            Escaped(agent.Status()).ShouldBe($"{late} {walked} {walked}");
        }
        finally
        {
            pairs.ForEach(pair => pair.Dispose());
            cgroup.Dispose();
        }
    }

    [KernelFact]
    public void What_was_open_before_a_policy_came_has_not_escaped_it()
    {
        using var scene = new Scene();
        using var before = scene.Connect();
        using var agent = scene.StartAgent();

        scene.WriteWindow(Tuned);
        agent.WaitFor(() => scene.Window() == Tuned, "the policy is in force");
        var status = agent.Reconcile();

        status["escaped"]!.AsArray().ShouldBeEmpty();
        agent.Metric("netedit_escaped_connections_total", $"scope=\"{scene.Cgroup.Path}\"").ShouldBe(0);
    }

    [KernelFact]
    public void What_a_cgroup_opened_that_was_made_anew_while_no_agent_ran_is_counted_at_the_start()
    {
        using var scene = new Scene();
        var name = "anew-" + scene.Ledger;
        scene.Write("web.yaml", Yaml.Policy("web", "/" + name, $"initial-cwnd: {{ segments: {Tuned} }}"));
        using (LabCgroup.Create(name))
        {
            using var first = scene.StartAgent();
            first.Stop();
        }

        using var anew = LabCgroup.Create(name);
        using var one = scene.Connect(new TcpPairOptions { ClientCgroup = anew });
        using var other = scene.Connect(new TcpPairOptions { ClientCgroup = anew });
        using var agent = scene.StartAgent();

        Escaped(agent.Status()).ShouldBe($"/{name} 2 0");
        agent.Reconcile();
        Escaped(agent.Status()).ShouldBe($"/{name} 2 0", "each is counted once");
    }

    /// <summary>
    /// Opens connections as clients of a service do that starts: the first while the agent, which is stopped, cannot attach its chain, and
    /// more until some of them come after it.
    /// </summary>
    private static (LabCgroup Cgroup, List<TcpPair> Pairs) OpenAtOnce(
        Scene scene,
        AgentProcess agent,
        Func<LabCgroup> create,
        int chains
    )
    {
        agent.Signal(Native.SigStop);
        var cgroup = create();
        var pairs = new List<TcpPair> { Open() };
        agent.Signal(Native.SigCont);
        for (var after = 0; after < Clients; )
        {
            after += pairs.Count >= Clients && agent.Status()["kernel"]!["chains"]!.AsArray().Count == chains ? 1 : 0;
            pairs.Add(Open());
        }

        return (cgroup, pairs);

        TcpPair Open() => scene.Connect(new TcpPairOptions { ClientCgroup = cgroup });
    }

    private static string Escaped(JsonNode status)
    {
        var escaped = status["escaped"]!.AsArray().ShouldHaveSingleItem()!;
        return $"{escaped["scope"]} {escaped["connections"]} {escaped["tunedLater"]}";
    }
}
