using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class DctcpTests
{
    [KernelFact]
    public void Connections_run_the_algorithm_and_a_peer_without_ecn_is_counted_with_its_errno() =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}"));
            using var agent = scene.StartAgent();
            if (DctcpName.WasTaken(agent.Text))
            {
                return agent.Text;
            }

            agent.Status().StateOf("dc").ShouldBe("Active none");
            using (var pair = scene.Connect())
            {
                pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
                pair.Server.GetCongestionControl().ShouldBe("netedit_dctcp");
                SocketStatistics
                    .Read(scene.Network.Client, remotePort: pair.ServerPort)
                    .Single()
                    .Flags.ShouldContain("ecn");
            }

            agent.Metric("netedit_connections_tuned_total", "policy=\"dc\"").ShouldBe(2); // both ends
            scene.Network.Server.SetSysctl("net.ipv4.tcp_ecn", "0");
            using (var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup }))
            {
                pair.Client.GetCongestionControl().ShouldNotBe("netedit_dctcp");
            }

            agent
                .Metric("netedit_tuning_failures_total", "policy=\"dc\"", "feature=\"dctcp\"", "errno=\"EPROTO\"")
                .ShouldBe(1);
            agent.Metric("netedit_connections_tuned_total", "policy=\"dc\"").ShouldBe(2);

            // It stays without an agent, and the next one adopts it.
            var ids = AlgorithmIds(scene);
            agent.Stop();
            using var next = scene.StartAgent();
            next.Actions.ShouldBeEmpty();
            AlgorithmIds(scene).ShouldBe(ids);
            return null;
        });

    [KernelFact]
    public void A_registration_that_somebody_unpinned_is_made_again() =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}"));
            using var agent = scene.StartAgent();
            if (DctcpName.WasTaken(agent.Text))
            {
                return agent.Text;
            }

            File.Delete(scene.Pins + "/algorithms/netedit_dctcp/link");
            agent.WaitFor(() => agent.Reconcile().StateOf("dc") == "Active none", "it is registered again");
            using var pair = scene.Connect();
            pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
            return null;
        });

    [KernelFact]
    public void A_name_that_others_hold_is_asked_for_again_when_it_is_free() =>
        DctcpName.Retry(() =>
        {
            using var others = new Scene();
            using var scene = new Scene();
            others.Write("dc.yaml", Yaml.Policy("dc", others.Cgroup.Path, "dctcp: {}"));
            var taken = others.RunWithPolicies("apply");
            if (DctcpName.WasTaken(taken.ToString()))
            {
                return taken.ToString();
            }

            scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}\ninitial-cwnd: { segments: 40 }"));
            using var agent = scene.StartAgent();
            agent.Status().StateOf("dc").ShouldBe("PartiallyActive kernel-refused");
            agent.Status().FeatureOf("dc", "dctcp").ShouldContain("EEXIST");
            scene.Window().ShouldBe(40);
            var ids = Scene.Ids(agent.Status()["kernel"]!);
            agent.Reconcile();
            Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids); // trying again disturbs nothing
            using (var pair = scene.Connect())
            {
                // Only what the kernel lacks is missing, whoever says it.
                Audited(scene).ShouldBe("exit 1; dctcp Contradicted, initial-cwnd Confirmed");
                agent.Status().FeatureOf("dc", "initial-cwnd").ShouldBe("Active");
                agent.Status().StateOf("dc").ShouldBe("PartiallyActive kernel-refused");
                agent.Metric("netedit_audit_failed", "feature=\"initial-cwnd\"").ShouldBe(0);
                agent.Get("/readyz").Status.ShouldBe(System.Net.HttpStatusCode.OK);
                Explained(scene, pair).ShouldBe("initial-cwnd Applied ");
                agent.Stop();
                Audited(scene).ShouldBe("exit 1; dctcp Contradicted, initial-cwnd Confirmed", "without an agent, too");
                Explained(scene, pair).ShouldBe("initial-cwnd Applied ");
            }

            using var next = scene.StartAgent();
            others.Run("uninstall").ExitCode.ShouldBe(0);
            next.WaitFor(() => next.Reconcile().StateOf("dc") == "Active none", "the algorithm is registered");
            using var fresh = scene.Connect();
            fresh.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
            return null;
        });

    [KernelFact]
    public void One_that_sockets_still_run_drains_and_is_collected_without_being_asked() =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            var file = scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}"));
            using var agent = scene.StartAgent("--interval", "1s");
            if (DctcpName.WasTaken(agent.Text))
            {
                return agent.Text;
            }

            // Applications outside the scope that chose it themselves: those of the policy go back to the host's own with it.
            scene.Network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");
            using (var tuned = scene.Connect())
            using (var pair = scene.Connect(new TcpPairOptions()))
            {
                pair.Client.SetCongestionControl("netedit_dctcp");
                pair.Server.SetCongestionControl("netedit_dctcp");
                tuned.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
                File.Delete(file);
                agent.WaitFor(
                    () =>
                        tuned.Client.GetCongestionControl()
                        == scene.Network.Client.GetSysctl("net.ipv4.tcp_congestion_control"),
                    "the policy's connections are moved off it"
                );
                agent.WaitFor(
                    () => agent.Metric("netedit_draining_sockets", "algorithm=\"netedit_dctcp\"") == 2,
                    "both ends of the other keep it"
                );
                scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("draining: still used by 2 sockets");
                agent.Log.ShouldContain(entry =>
                    entry.Message.StartsWith("draining", StringComparison.Ordinal)
                    && entry.Field("algorithm") == "netedit_dctcp"
                );
            }

            agent.WaitFor(() => !Directory.Exists(scene.Pins), "it is collected");
            agent.WaitFor(() => agent.Metric("netedit_draining_sockets", "algorithm") is null, "nothing drains");
            agent.Log.ShouldContain(entry =>
                entry.IsAction
                && entry.Field("target").Contains("netedit_dctcp", StringComparison.Ordinal)
                && entry.Field("why").Contains("no socket runs it", StringComparison.Ordinal)
            );
            return null;
        });

    private static string Audited(Scene scene)
    {
        var outcome = scene.Run("audit", "-o", "json", "--socket", scene.Socket);
        var lines = outcome.Json["lines"]!.AsArray().Select(line => $"{line!["feature"]} {line["verdict"]}");
        return $"exit {outcome.ExitCode}; {string.Join(", ", lines)}";
    }

    private static string Explained(Scene scene, TcpPair pair)
    {
        var outcome = scene.Run(
            "explain",
            "connection",
            $"{pair.Client.LocalEndPoint}",
            "-o",
            "json",
            "--socket",
            scene.Socket
        );
        var connection = outcome.Json["connections"]!
            .AsArray()
            .First(candidate => (string)candidate!["local"]! == $"{pair.Client.LocalEndPoint}")!;
        return string.Join(
            ", ",
            connection["features"]!
                .AsArray()
                .Select(feature => $"{feature!["feature"]} {feature["state"]} {feature["why"]}")
        );
    }

    private static string AlgorithmIds(Scene scene) => scene.ReadKernel()["algorithms"]!.ToJsonString();
}
