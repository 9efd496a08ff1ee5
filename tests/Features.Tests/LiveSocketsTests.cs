using System.Net.Sockets;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Features.Tests;

/// <summary>What happens to connections that are open already when a policy comes, changes or goes.</summary>
[Collection<KernelCollection>]
public sealed class LiveSocketsTests
{
    private const string Algorithm = "netedit_dctcp";
    private const int Port = 4448;
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const int WindowClamp = 10;

    private static readonly DctcpFeature Dctcp = new();
    private static readonly ReceiveWindowFeature ReceiveWindow = new();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Both_ends_of_an_open_connection_get_the_algorithm_and_lose_it_with_the_policy(AddressFamily family)
    {
        using var scene = new KernelScene();
        scene.Network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, family));
        var chain = scene.Tune((Dctcp, ParameterValues.Empty));
        scene.Network.Server.SetSysctl("net.ipv4.tcp_congestion_control", "reno");
        pair.Client.GetCongestionControl().ShouldBe("bbr");

        var tuned = scene.TuneSockets(chain);

        (tuned.Changed, tuned.Unchanged, tuned.Skipped, tuned.Failed).ShouldBe((2, 0, 0, 0));
        tuned.Tuned["dctcp"].ShouldBe(2);
        tuned.Namespaces.ShouldBeGreaterThan(2);
        pair.Client.GetCongestionControl().ShouldBe(Algorithm);
        pair.Server.GetCongestionControl().ShouldBe(Algorithm);
        pair.SendToServer(1 * MiB);

        scene.Execute(new DetachChain(chain.Scope, "test"));
        var released = scene.ReleaseSockets(chain.Scope);

        released.Released["dctcp"].ShouldBe(2);
        pair.Client.GetCongestionControl().ShouldBe("bbr");
        pair.Server.GetCongestionControl().ShouldBe("reno");
        pair.SendToClient(1 * MiB);
    }

    [KernelFact]
    public void An_open_connection_gets_the_clamp_and_it_is_lifted_with_the_policy()
    {
        using var scene = new KernelScene();
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });
        var scale = capture.Stop().Single(packet => packet.IsSynAck).WindowScale!.Value;
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));

        scene.TuneSockets(chain).Tuned["receive-window"].ShouldBe(2);
        pair.SendToServer(1 * MiB); // what was offered before is not taken back
        LargestWindow(scene, pair, scale).ShouldBeInRange(16 * KiB, 32 * KiB);

        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["receive-window"].ShouldBe(2);
        LargestWindow(scene, pair, scale).ShouldBeGreaterThan(200 * KiB);
    }

    [KernelFact]
    public void A_connection_tuned_when_it_opened_is_released_like_any_other()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((Dctcp, ParameterValues.Empty), (ReceiveWindow, Clamp(32)));
        using var pair = scene.Connect();

        scene
            .TuneSockets(chain)
            .ShouldSatisfyAllConditions(walk => walk.Changed.ShouldBe(0), walk => walk.Unchanged.ShouldBe(2));
        scene.Execute(new DetachChain(chain.Scope, "test"));
        var released = scene.ReleaseSockets(chain.Scope);

        released.Released.Values.ShouldBe([2L, 2L]);
        pair.Server.GetCongestionControl().ShouldBe("bbr");
        pair.Server.GetWindowClamp().ShouldBeGreaterThan(32 * KiB);
        scene.Adapter.Observe().Live.ShouldBeEmpty();
    }

    [KernelFact]
    public void What_the_application_chose_since_is_neither_overruled_nor_undone()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((Dctcp, ParameterValues.Empty), (ReceiveWindow, Clamp(32)));
        using var pair = scene.Connect();
        scene.TuneSockets(chain);
        pair.Client.SetCongestionControl("cubic");
        pair.Client.SetKernelOption(TcpSocketOptions.TcpLevel, WindowClamp, 16 * KiB);

        scene.TuneSockets(chain).Changed.ShouldBe(0);
        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["dctcp"].ShouldBe(1);

        pair.Client.GetCongestionControl().ShouldBe("cubic");
        pair.Client.GetWindowClamp().ShouldBe(16 * KiB);
    }

    [KernelFact]
    public void A_changed_value_reaches_open_connections_up_and_down()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));
        using var pair = scene.Connect();
        scene.TuneSockets(chain, "32");

        scene.Execute(new WriteProfile(KernelScene.Profile(chain, (ReceiveWindow, Clamp(48))), true, "test"));
        scene.TuneSockets(chain, "48").Changed.ShouldBe(2);
        pair.Client.GetWindowClamp().ShouldBe(48 * KiB);
        scene.Execute(new WriteProfile(KernelScene.Profile(chain, (ReceiveWindow, Clamp(16))), true, "test"));
        scene.TuneSockets(chain, "16").Changed.ShouldBe(2);
        pair.Client.GetWindowClamp().ShouldBe(16 * KiB);
    }

    [KernelFact]
    public void Without_ecn_an_open_connection_is_skipped_and_keeps_its_algorithm()
    {
        using var scene = new KernelScene();
        using var pair = scene.Connect();
        var chain = scene.Tune((Dctcp, ParameterValues.Empty));

        var walk = scene.TuneSockets(chain);

        (walk.Changed, walk.Skipped).ShouldBe((0, 2));
        pair.Client.GetCongestionControl().ShouldBe("bbr");
    }

    [KernelFact]
    public void Connections_of_other_cgroups_are_not_even_counted()
    {
        using var scene = new KernelScene();
        using var other = LabCgroup.Create();
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = other, ServerCgroup = scene.Cgroup });
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));

        var walk = scene.TuneSockets(chain);

        (walk.Changed, walk.Unchanged, walk.Skipped, walk.Failed).ShouldBe((1, 0, 0, 0));
        pair.Client.GetWindowClamp().ShouldBeGreaterThan(32 * KiB);
        pair.Server.GetWindowClamp().ShouldBe(32 * KiB);
    }

    /// <summary>The listener is closed by then, and data went both ways: the connection's own counts say who opened it.</summary>
    [KernelTheory]
    [InlineData(Direction.Inbound, false)]
    [InlineData(Direction.Outbound, false)]
    [InlineData(Direction.Inbound, true)]
    [InlineData(Direction.Outbound, true)]
    public void Rules_for_one_direction_tune_that_end_alone(Direction direction, bool lossy)
    {
        using var scene = new KernelScene();
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });
        pair.SendToServer(300_000);
        pair.SendToClient(200_000);
        if (lossy)
        {
            Lose(scene, pair);
        }

        var chain = scene.Tune((ReceiveWindow, Clamp(32)));
        var profile = KernelScene.Profile(chain, (ReceiveWindow, Clamp(32)));
        scene.Execute(
            new SwitchRules(
                new RuleTable(
                    [new PortRange(chain.Key, Port, Port, 1)],
                    [new PrefixRule(chain.Key, direction, 1, IpPrefix.Any, profile.Id)]
                ),
                "test"
            )
        );

        scene.TuneSockets(chain).Changed.ShouldBe(1);
        (pair.Client.GetWindowClamp() == 32 * KiB).ShouldBe(direction == Direction.Outbound);
        (pair.Server.GetWindowClamp() == 32 * KiB).ShouldBe(direction == Direction.Inbound);
    }

    /// <summary>An application that serves both families has IPv6 sockets for its IPv4 peers, too.</summary>
    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rule_for_ipv4_peers_holds_for_those_of_ipv6_sockets(bool open)
    {
        using var scene = new KernelScene();
        using var before = open ? scene.Connect(Mapped(scene)) : null;
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));
        var profile = KernelScene.Profile(chain, (ReceiveWindow, Clamp(32)));
        IpPrefix.TryParse($"{scene.Network.ServerAddress}/32", out var server, out _).ShouldBeTrue();
        scene.Execute(
            new SwitchRules(
                new RuleTable([], [new PrefixRule(chain.Key, Direction.Outbound, 0, server, profile.Id)]),
                "test"
            )
        );
        using var after = open ? null : scene.Connect(Mapped(scene));

        scene.TuneSockets(chain).Changed.ShouldBe(open ? 1 : 0);

        var pair = (before ?? after)!;
        pair.Client.AddressFamily.ShouldBe(AddressFamily.InterNetworkV6);
        pair.Client.GetWindowClamp().ShouldBe(32 * KiB);
        pair.Server.GetWindowClamp().ShouldNotBe(32 * KiB);
    }

    [KernelFact]
    public void A_connection_attempt_under_way_loses_what_it_was_given()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));
        scene.TuneSockets(chain);
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Client, scene.Network.ClientInterface);
        using var socket = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: scene.Cgroup);
        using var first = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork);
        Attempt(first, scene); // takes the one packet that may leave
        Attempt(socket, scene);
        socket.GetWindowClamp().ShouldBe(32 * KiB);

        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["receive-window"].ShouldBe(1);

        socket.GetWindowClamp().ShouldBeGreaterThan(32 * KiB);
    }

    [KernelFact]
    public void A_chain_that_changes_hands_over_what_both_give_and_releases_the_rest()
    {
        using var scene = new KernelScene();
        var both = scene.Tune((Dctcp, ParameterValues.Empty), (ReceiveWindow, Clamp(32)));
        using var pair = scene.Connect();
        scene.TuneSockets(both);
        var one = scene.Chain(scene.Cgroup, [ReceiveWindow]);
        var profile = KernelScene.Profile(one, (ReceiveWindow, Clamp(32)));
        scene.Execute(
            new WriteProfile(profile, false, "test"),
            new SwitchRules(KernelScene.Everything(one, profile).WithChainsOf(scene.Adapter.Observe().Rules), "test"),
            new UpdateChain(one, "test")
        );

        var handed = scene.ReleaseSockets(one.Scope, one);

        handed.Released.Keys.ShouldBe(["dctcp"]);
        pair.Client.GetCongestionControl().ShouldBe("bbr");
        pair.Client.GetWindowClamp().ShouldBe(32 * KiB);
        scene
            .TuneSockets(one)
            .ShouldSatisfyAllConditions(walk => walk.Changed.ShouldBe(0), walk => walk.Unchanged.ShouldBe(2));
        scene.Execute(new DetachChain(one.Scope, "test"));
        scene.ReleaseSockets(one.Scope).Released["receive-window"].ShouldBe(2);
    }

    [KernelFact]
    public void A_scope_inside_keeps_its_own_and_its_connections_fall_to_the_outer_one_with_it()
    {
        using var scene = new KernelScene();
        scene.Network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");
        using var child = scene.Cgroup.CreateChild();
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = child, ServerCgroup = scene.Cgroup });
        var outer = scene.Tune((ReceiveWindow, Clamp(48)));
        var inner = scene.Tune(child, (Dctcp, ParameterValues.Empty), (ReceiveWindow, Clamp(32)));

        scene.TuneSockets(inner).Tuned["dctcp"].ShouldBe(1);
        scene.TuneSockets(outer).Changed.ShouldBe(1);

        (pair.Client.GetWindowClamp(), pair.Server.GetWindowClamp()).ShouldBe((32 * KiB, 48 * KiB));
        scene.Execute(
            new SwitchRules(
                new RuleTable([], scene.Adapter.Observe().Rules.Prefixes.Where(rule => rule.Chain == outer.Key)),
                "test"
            ),
            new DetachChain(inner.Scope, "test")
        );
        scene.ReleaseSockets(inner.Scope, outer).Released.Keys.ShouldBe(["dctcp"]);
        var left = scene.Adapter.Observe().Live.Single();
        (left.Scope, left.Walked).ShouldBe((outer.Scope, WalkedState.None), "the outer chain must walk again");
        scene.TuneSockets(outer).Changed.ShouldBe(1);
        (pair.Client.GetWindowClamp(), pair.Server.GetWindowClamp()).ShouldBe((48 * KiB, 48 * KiB));
        pair.Client.GetCongestionControl().ShouldBe("bbr");
    }

    /// <summary>The inner chain has no live stage, so none of its kind hands the connection over.</summary>
    [KernelFact]
    public void A_connection_of_a_chain_that_is_gone_belongs_to_the_one_around_it()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        var inner = scene.Tune(child, (new InitialCwndFeature(), InitialCwndTests.Segments(20)));
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = child });
        var outer = scene.Tune((ReceiveWindow, Clamp(32)));
        scene.TuneSockets(outer).Changed.ShouldBe(0);

        scene.Execute(
            new DetachChain(inner.Scope, "test"),
            new SwitchRules(
                new RuleTable([], scene.Adapter.Observe().Rules.Prefixes.Where(rule => rule.Chain == outer.Key)),
                "test"
            )
        );

        scene.TuneSockets(outer).Changed.ShouldBe(1);
        pair.Client.GetWindowClamp().ShouldBe(32 * KiB);
    }

    [KernelFact]
    public void What_was_walked_is_in_the_kernel_and_survives_a_restart()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Clamp(32)));
        scene.Adapter.Observe().Live.ShouldBeEmpty("a start after a crash here walks");
        scene.TuneSockets(chain, "v");

        scene.Restart();

        var live = scene.Adapter.Observe().Live.Single();
        (live.Scope, live.Key, live.Digest, live.Walked).ShouldBe(
            (chain.Scope, chain.Key, LiveDigest.OfProgram(chain), new WalkedState("rules", "v"))
        );
        live.Features.ShouldBe(["receive-window"]);
        scene.Adapter.Observe().Orphans.ShouldBeEmpty();
    }

    private static void Attempt(Socket socket, KernelScene scene)
    {
        socket.Blocking = false;
        Should
            .Throw<SocketException>(() => socket.Connect(scene.Network.ServerAddress, Port))
            .SocketErrorCode.ShouldBe(SocketError.WouldBlock);
    }

    /// <summary>The link fails for a while in the middle of a transfer.</summary>
    private static void Lose(KernelScene scene, TcpPair pair)
    {
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        pair.Client.Send(new byte[10_000]);
        Thread.Sleep(50);
        pair.Client.Send(new byte[10_000]);
        Thread.Sleep(500);
        silence.Dispose();
        SpinWait
            .SpinUntil(() => TcpInfo.Read(pair.Client).Unacknowledged == 0u, TimeSpan.FromSeconds(30))
            .ShouldBeTrue();
        TcpInfo.Read(pair.Client).BytesRetransmitted.ShouldBeGreaterThan(0ul);
    }

    private static int LargestWindow(KernelScene scene, TcpPair pair, int scale)
    {
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        pair.SendToServer(64 * MiB);
        return capture.Stop().Where(packet => packet.Outgoing).Max(packet => packet.Window << scale);
    }

    private static TcpPairOptions Mapped(KernelScene scene) =>
        InitialCwndTests.Inside(scene, AddressFamily.InterNetworkV6) with
        {
            ServerAddress = scene.Network.ServerAddress.MapToIPv6(),
            ServerSetup = socket => socket.DualMode = true,
            ClientSetup = socket => socket.DualMode = true,
        };

    private static ParameterValues Clamp(int kibibytes) => new([new("clamp", kibibytes * KiB)]);
}
