using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Lab;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>All features side by side on two hosts, a policy each, from the first policy to the removal.</summary>
internal sealed class GuestRun(
    CapabilityReport capabilities,
    IEnumerable<FeatureCheck> features,
    Images images,
    bool inPairs
)
{
    private readonly ImmutableArray<FeatureRecord> _features = [.. features.Select(check => new FeatureRecord(check))];
    private readonly CheckLog _host = new("host");
    private ImmutableArray<ProgramSize> _programs = [];

    public GuestReport Run()
    {
        var scene = new Scene();
        var before = KernelProgram.List().Select(program => program.Id).ToHashSet();
        Each("nothing before", feature => feature.ShouldBeOff(scene));
        foreach (var feature in _features)
        {
            feature.Prepare(scene);
        }

        using (var open = new OpenConnections(scene))
        {
            foreach (var feature in _features)
            {
                feature.WritePolicy(scene);
            }

            AgentProcess? agent = null;
            _host.Check("policies are applied", () => agent = scene.StartAgent());
            if (agent is not null)
            {
                _programs = Sizes(before);
                Live(scene, agent, open);
            }
        }

        _host.Check("uninstalled without residue", scene.Dispose);
        return new GuestReport
        {
            Capabilities = capabilities,
            Host = _host.Checks,
            Features = [.. _features.Select(feature => feature.Report)],
            Programs = _programs,
        };
    }

    private void Live(Scene scene, AgentProcess agent, OpenConnections open)
    {
        foreach (var feature in _features)
        {
            feature.ReadDecision(agent);
        }

        Each("effect", feature => feature.ShouldHold(scene));
        foreach (var feature in _features)
        {
            feature.CheckOpen(open.Of(feature));
        }

        _host.Check(
            "other values load no program",
            () =>
            {
                var ids = Scene.Ids(agent.Status()["kernel"]!);
                foreach (var feature in _features.Where(feature => feature.CanChange))
                {
                    feature.Change(scene);
                }

                Scene.Ids(agent.Reconcile()["kernel"]!).ShouldBe(ids);
            }
        );
        images.Forget();
        foreach (var feature in _features)
        {
            feature.CheckChange(scene, open.Of(feature));
        }

        _host.Check("an open connection is explained", () => ShouldExplain(scene));
        _host.Check(
            "a share of the connections gets a policy, and both arms are measured",
            () => ShouldSplit(scene, agent)
        );
        _host.Check("policies tell users and interfaces apart", () => ShouldTellOrigins(scene, agent));
        _host.Check("pause", agent.Pause);
        Each("paused", feature => feature.ShouldBeOff(scene));
        _host.Check("resume", agent.Resume);
        Each("resumed", feature => feature.ShouldHold(scene));

        if (_features.Any(feature => feature.Log.HasFailed))
        {
            Console.WriteLine($"{agent.Text}\n{agent.Get("/metrics").Body}");
        }

        var adopted = Scene.Ids(agent.Status()["kernel"]!);
        agent.Kill();
        Each("tuned while no agent runs", feature => feature.ShouldHold(scene));
        _host.Check(
            "the next agent adopts all of it without a change",
            () =>
            {
                agent = scene.StartAgent();
                agent.Actions.ShouldBeEmpty();
                Scene.Ids(agent.Status()["kernel"]!).ShouldBe(adopted);
            }
        );
        Remove(scene, agent, open);
        _host.Check("without policies nothing is pinned", () => Directory.Exists(scene.Pins).ShouldBeFalse());
        CheckValues(scene, agent);
        _host.Check(
            "features together, all or two, give what each gives alone",
            () =>
            {
                var composition = new Composition(scene, inPairs);
                scene.Write("all.yaml", composition.Policies());
                agent.Reconcile();
                composition.Problems(AddressFamily.InterNetwork).ShouldBeEmpty();
            }
        );
    }

    private void CheckValues(Scene scene, AgentProcess agent)
    {
        using var values = new ValueRun(scene, agent);
        foreach (var feature in _features.Where(feature => values.Has(feature.Report.Feature)))
        {
            feature.Log.Check(
                "bounds and the advertised value",
                () => values.Check(feature.Report.Feature),
                feature.IsInForce ? null : "it is not in force"
            );
        }
    }

    private static void ShouldExplain(Scene scene)
    {
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Port = Images.Port,
            }
        );
        var outcome = scene.Run(
            "explain",
            "connection",
            pair.Client.LocalEndPoint!.ToString()!,
            "-o",
            "json",
            "--socket",
            scene.Socket
        );
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        var ends = outcome.Json["connections"]!.AsArray();
        ends.Count.ShouldBe(2, outcome.Output);
        ends.ShouldAllBe(end =>
            (string?)end!["cgroup"] == scene.Cgroup.Path && end["features"]!.AsArray().Count > 0 && end["now"] != null
        );
        if (ends.All(end => (string?)end!["tuning"] != "Unknown")) // before 5.11 nobody reads what is remembered
        {
            ends.ShouldAllBe(end => (string?)end!["tuning"] == "AtEstablishment", outcome.Output);
        }
    }

    private static void ShouldSplit(Scene scene, AgentProcess agent)
    {
        const int Connections = 24;
        const uint Segments = 33;
        const int Port = 5200;
        var file = scene.Write(
            "share.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: share }}\nspec: {{ priority: "
                + $"100, share: 50%, measure: true, scope: {{ cgroup: {scene.Cgroup.Path} }}, connections: [ {{ "
                + $"ports: [{Port}] }} ], tuning: {{ initial-cwnd: {{ segments: {Segments} }} }} }}\n"
        );
        agent.Reconcile();
        var drawn = 0;
        for (var connection = 0; connection < Connections; connection++)
        {
            using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup, Port = Port });
            drawn += TcpInfo.Read(pair.Client).CongestionWindow == Segments ? 1 : 0;
        }

        drawn.ShouldBeInRange(1, Connections - 1);
        agent.WaitFor(() => Measured("on") + Measured("off") == Connections, "all of them closed");
        Measured("on").ShouldBe(drawn);
        File.Delete(file);
        agent.Reconcile();

        double Measured(string arm) =>
            agent.Metric("netedit_connection_duration_seconds_count", "policy=\"share\"", $"arm=\"{arm}\"") ?? 0;
    }

    private static void ShouldTellOrigins(Scene scene, AgentProcess agent)
    {
        const uint Segments = 35;
        const int User = 1234;
        const int Port = 5201;
        var file = scene.Write(
            "origin.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: origin }}\nspec: {{ priority: "
                + $"100, scope: {{ cgroup: {scene.Cgroup.Path} }}, connections: [ {{ ports: [{Port}], users: "
                + $"[{User}] }}, {{ ports: [{Port + 1}], interfaces: [{scene.Network.ClientInterface}] }} ], "
                + $"tuning: {{ initial-cwnd: {{ segments: {Segments} }} }} }}\n"
        );
        agent.Reconcile();
        Window(Port, User).ShouldBe((Segments, Other(Port)));
        Window(Port, User + 1).Client.ShouldNotBe(Segments);
        Window(Port + 1, User).Client.ShouldBe(Segments);
        Window(Port + 1, User).Server.ShouldNotBe(Segments);
        File.Delete(file);
        agent.Reconcile();

        uint Other(int port) => Window(port, 0).Server;

        (uint Client, uint Server) Window(int port, uint user)
        {
            using var pair = scene.Connect(
                new TcpPairOptions
                {
                    ClientCgroup = scene.Cgroup,
                    ServerCgroup = scene.Cgroup,
                    Port = port,
                    ClientSetup = socket => socket.SetOwner(user),
                }
            );
            return (TcpInfo.Read(pair.Client).CongestionWindow, TcpInfo.Read(pair.Server).CongestionWindow);
        }
    }

    /// <summary>One policy after the other, those that share a port together; the others stay in force.</summary>
    private void Remove(Scene scene, AgentProcess agent, OpenConnections open)
    {
        var left = _features.ToList();
        foreach (var group in _features.GroupBy(feature => feature.Port == 0 ? feature.Report.Feature : ""))
        {
            foreach (var feature in group)
            {
                feature.Remove(scene);
                left.Remove(feature);
            }

            _host.Check(
                "removed: " + string.Join(", ", group.Select(feature => feature.Report.Feature)),
                () => agent.Reconcile()
            );
            images.Forget();
            foreach (var feature in group)
            {
                feature.CheckRemoval(scene, open.Of(feature));
            }

            _host.Check("the others stay", () => left.ForEach(feature => feature.ShouldHold(scene)));
        }
    }

    private void Each(string name, Action<FeatureRecord> check)
    {
        images.Forget();
        foreach (var feature in _features)
        {
            feature.Log.Check(name, () => check(feature));
        }
    }

    /// <summary>Connections that are open before any policy: one for those that select all, and one at the port of the others.</summary>
    private sealed class OpenConnections(Scene scene) : IDisposable
    {
        private readonly TcpPair _any = scene.Connect();
        private readonly TcpPair _atPort = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Port = Images.Port,
            }
        );

        public TcpPair Of(FeatureRecord feature) => feature.Port == 0 ? _any : _atPort;

        public void Dispose()
        {
            _any.Dispose();
            _atPort.Dispose();
        }
    }

    /// <summary>Instruction counts of what was loaded since.</summary>
    private static ImmutableArray<ProgramSize> Sizes(HashSet<uint> before) =>
        [
            .. KernelProgram
                .List()
                .Where(program => !before.Contains(program.Id))
                .GroupBy(program => program.Type == "struct_ops" ? "congestion control" : program.Name)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new ProgramSize(
                    group.Key,
                    group.Sum(program => program.Instructions),
                    group.Any(program => program.VerifiedInstructions == 0)
                        ? null
                        : group.Sum(program => program.VerifiedInstructions)
                )),
        ];
}
