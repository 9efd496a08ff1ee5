using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Alert rules and dashboard, in a real Prometheus that scrapes a real agent.</summary>
public sealed class PackagingTests
{
    private static readonly string Packaging = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../packaging")
    );
    private static readonly string RuleFile = Path.Combine(Packaging, "prometheus", "netedit.rules.yml");
    private static readonly string Dashboard = Path.Combine(Packaging, "grafana", "netedit.json");

    [KernelFact]
    public void Every_rule_is_evaluated_and_none_fires_on_a_host_that_is_well()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        scene.Window().ShouldBe(40);
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"), RuleFile);
        prometheus.WaitFor("netedit_converged", 1);

        // A rule that was evaluated before the first scrape waits for the agent until the next evaluation.
        Eventually.True(
            () => prometheus.Rules() is { Count: > 0 } rules && rules.Values.All(rule => rule == ("ok", "inactive")),
            "every rule is evaluated and none waits to fire",
            () => string.Join(", ", prometheus.Rules())
        );
    }

    [KernelFact]
    public void What_is_wrong_with_a_host_starts_the_rules_that_name_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        scene.Write("bad.yaml", "nonsense");
        agent.Pause();
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"), RuleFile);

        // They wait before they fire; what counts here is that they have begun to.
        Eventually.True(
            () =>
                prometheus.Rules() is { Count: > 0 } rules
                && rules["NeteditPoliciesInvalid"].State == "pending"
                && rules["NeteditPaused"].State == "pending",
            "the rules are pending",
            () => string.Join(", ", prometheus.Rules())
        );
    }

    [KernelFact]
    public void An_agent_that_is_dead_starts_the_rules_for_it()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var agent = scene.StartAgent();
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"), RuleFile);
        prometheus.WaitFor("up{job=\"netedit\"}", 1);
        Eventually.True(
            () => prometheus.Rules() is { Count: > 0 } rules && rules["NeteditAgentAbsent"] == ("ok", "inactive"),
            "an agent is scraped",
            () => string.Join(", ", prometheus.Rules())
        );

        agent.Stop();

        Eventually.True(
            () => prometheus.Rules() is { Count: > 0 } rules && rules["NeteditAgentDown"].State == "pending",
            "the rule is pending",
            () => string.Join(", ", prometheus.Rules())
        );
    }

    /// <summary>Each query of each panel, in a Prometheus that scrapes an agent with everything that a panel shows.</summary>
    [KernelFact]
    public void Each_query_of_each_panel_of_the_dashboard_gives_series() =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            using var slice = LabCgroup.Create($"ne{Guid.NewGuid():N}.slice");
            var container = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
            var scope = $"scope: {{ cgroup: {scene.Cgroup.Path} }}";
            Write(scene, "usual", scope, "dctcp: {}");
            Write(scene, "trial", $"share: 50%, measure: true, {scope}", "initial-cwnd: { segments: 30 }");
            Write(scene, "watch", $"mode: observe, {scope}", "keepalive: { idle: 60s }");
            Write(scene, "boxes", $"scope: {{ container: {{ id: {container} }} }}", "initial-cwnd: { segments: 40 }");
            var agent = scene.StartAgent("--run-time-statistics");
            if (DctcpName.WasTaken(agent.Text))
            {
                return agent.Text;
            }

            using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"));
            prometheus.WaitFor("netedit_policy_containers", 0);
            prometheus.WaitFor("netedit_container_tuning_delay_seconds_count", 0);
            using var box = slice.CreateChild($"docker-{container}.scope");
            agent.WaitFor(() => scene.Window(box) == 40, "the container is tuned");
            scene.Run("audit", "--socket", scene.Socket);
            scene.Network.Server.SetSysctl("net.ipv4.tcp_ecn", "0");

            // Open sockets are counted in the agent's network namespace.
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var client = new TcpClient();
            using (scene.Cgroup.Enter())
            {
                client.Client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            }

            client.Connect((IPEndPoint)listener.LocalEndpoint);
            var queries = Queries(JsonNode.Parse(File.ReadAllText(Dashboard))!).ToList();
            queries.Count.ShouldBeGreaterThan(30);

            // A rate is of what changes between two scrapes.
            Eventually.True(
                () =>
                {
                    scene.Connect().Dispose();
                    // The other end agrees to no ECN, so the kernel refuses the algorithm.
                    scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup }).Dispose();
                    queries.RemoveAll(query => prometheus.Count(query) > 0);
                    return queries.Count == 0;
                },
                "each query gives series",
                () => "without series: " + string.Join("\n", queries)
            );
            return null;
        });

    private static IEnumerable<string> Queries(JsonNode dashboard) =>
        dashboard["panels"]!
            .AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target =>
                ((string)target!["expr"]!)
                    .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                    .Replace("$instance", ".*", StringComparison.Ordinal)
                    .Replace("$policy", ".*", StringComparison.Ordinal)
            );

    private static void Write(Scene scene, string name, string spec, string tuning) =>
        scene.Write(
            name + ".yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec: {{ {spec}, "
                + $"tuning: {{ {tuning} }} }}\n"
        );
}
