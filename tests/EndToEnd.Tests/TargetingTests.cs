using System.Globalization;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Which sockets a policy is for, and until when.</summary>
public sealed class TargetingTests
{
    private const int MaximumPacingRate = 47; // SO_MAX_PACING_RATE, bytes per second

    [KernelFact]
    public void A_policy_of_a_unit_finds_its_cgroup_wherever_it_comes_to_be()
    {
        using var scene = new Scene();
        using var slice = scene.Cgroup.CreateChild("ne-test.slice");
        var unit = "ne-" + Guid.NewGuid().ToString("N")[..8] + ".service";
        scene.Write(
            "web.yaml",
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  scope: {{ unit: "
                + $"{unit} }}\n  tuning: {{ initial-cwnd: {{ segments: 40 }} }}\n"
        );
        var agent = scene.StartAgent();
        ((string?)agent.Status()["policies"]![0]!["state"]).ShouldBe("Waiting");
        scene.Window(slice).ShouldBe(10);

        using (var service = slice.CreateChild(unit))
        {
            agent.WaitFor(() => scene.Window(service) == 40, "the unit's cgroup came");
            scene.Window(slice).ShouldBe(10, "beside the unit");
            agent.WaitFor(
                () => (string?)agent.Status()["policies"]![0]!["scope"] == service.Path,
                "the pass that attached it is over"
            );
        }

        agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["state"] == "Waiting", "the unit stopped");
    }

    [KernelFact]
    public void A_policy_of_users_and_interfaces_is_for_their_sockets_alone()
    {
        using var scene = new Scene();
        scene.WriteWindow(20, name: "everyone");
        scene.Write(
            "web.yaml",
            $$"""
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: web }
            spec:
              scope: { cgroup: {{scene.Cgroup.Path}} }
              connections:
                - { users: [nobody, 1234], direction: outbound }
                - { interfaces: ["{{scene.Network.ServerInterface}}"], ports: [5300] }
              tuning: { initial-cwnd: { segments: 40 }, pacing: { rate: 1Gbit } }
            """
        );
        using var before = Connect(1234);
        using var agent = scene.StartAgent();

        Windows(0).ShouldBe((20u, 20u));
        Windows(1234).ShouldBe((40u, 20u));
        Windows(65534).ShouldBe((40u, 20u), "nobody is a name");
        Windows(0, 5300).ShouldBe((20u, 40u));
        before
            .Client.GetKernelOption(TcpSocketOptions.SocketLevel, MaximumPacingRate)
            .ShouldBe(125_000_000, "it was open, and of one of the users");
        before.Server.GetKernelOption(TcpSocketOptions.SocketLevel, MaximumPacingRate).ShouldBe(-1);
        var ends = scene
            .Run(
                "explain",
                "connection",
                before.Client.LocalEndPoint!.ToString()!,
                "-o",
                "json",
                "--socket",
                scene.Socket
            )
            .Json["connections"]!.AsArray();
        var end = ends.Single(end => (string?)end!["local"] == before.Client.LocalEndPoint!.ToString())!;
        ((uint)end["user"]!, (string?)end["interface"]).ShouldBe((1234u, scene.Network.ClientInterface));
        end["features"]!
            .AsArray()
            .Select(feature => (string?)feature!["policy"])
            .ShouldAllBe(policy => policy == "web");
        ends.Single(other => other != end)!["features"]!
            .AsArray()
            .Select(feature => (string?)feature!["policy"])
            .ShouldAllBe(policy => policy == "everyone");

        // A name that is nobody's is told, and the rest of the policy holds.
        scene.Write(
            "web.yaml",
            File.ReadAllText(Path.Combine(scene.Policies, "web.yaml"))
                .Replace("nobody", "nobody-at-all", StringComparison.Ordinal)
        );
        agent.Reconcile();
        var web = agent.Status()["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == "web")!;
        ((string?)web["state"], (string?)web["reason"]!["text"]).ShouldBe(
            ("Degraded", "this host has no user nobody-at-all")
        );
        Windows(65534).ShouldBe((20u, 20u));
        Windows(1234).ShouldBe((40u, 20u));

        TcpPair Connect(uint user, int port = 0) =>
            scene.Connect(
                new TcpPairOptions
                {
                    ClientCgroup = scene.Cgroup,
                    ServerCgroup = scene.Cgroup,
                    Port = port,
                    ClientSetup = socket => socket.SetOwner(user),
                }
            );

        (uint Client, uint Server) Windows(uint user, int port = 0)
        {
            using var pair = Connect(user, port);
            return (TcpInfo.Read(pair.Client).CongestionWindow, TcpInfo.Read(pair.Server).CongestionWindow);
        }
    }

    [KernelFact]
    public void A_policy_that_ends_is_gone_without_a_push()
    {
        using var scene = new Scene();
        var agent = scene.StartAgent();

        // On a busy machine it may end before anybody has looked; then it is given longer.
        foreach (var seconds in (int[])[4, 16, 64])
        {
            var end = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
            scene.Write(
                "web.yaml",
                $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  until: "
                    + $"{end.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\n  scope: {{ cgroup: "
                    + $"{scene.Cgroup.Path} }}\n  tuning: {{ initial-cwnd: {{ segments: 40 }} }}\n"
            );
            agent.WaitFor(
                () =>
                    (string?)agent.Status()["policies"]!.AsArray().FirstOrDefault()?["state"] is "Active" or "Expired",
                "the policy is known"
            );
            var window = scene.Window();
            if (TimeProvider.System.GetUtcNow() < end.AddSeconds(-1)) // it is written in whole seconds
            {
                window.ShouldBe(40);
                break;
            }
        }

        agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["state"] == "Expired", "the policy ended");
        scene.Window().ShouldBe(10);
        Directory.Exists(scene.Pins).ShouldBeFalse("nothing is left of the only policy");
    }
}
