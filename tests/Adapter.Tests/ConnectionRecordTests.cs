using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>Connections get a record only where the rules do not tell what they were given, and each has one before anything changes.</summary>
[Collection<KernelCollection>]
public sealed class ConnectionRecordTests
{
    private static readonly KeepaliveFeature Keepalive = new();
    private static readonly PacingFeature Pacing = new();

    [KernelFact]
    public void While_nothing_changes_no_connection_has_a_record_and_the_list_knows_what_each_was_given()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        using var pair = scene.Connect();

        HaveRecords(scene, pair).ShouldBe((false, false));
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        var known = Known(scene, chain);
        known
            .Select(connection => connection.Direction)
            .ShouldBe([Direction.Outbound, Direction.Inbound], ignoreOrder: true);
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40))).Id;
        foreach (var tuning in known.Select(connection => connection.Tuning!))
        {
            (tuning.Profile, tuning.AppliedProfile, tuning.Applied).ShouldBe((profile, profile, (ushort)1));
            tuning.Generation.ShouldBe(scene.Adapter.Maps!.StateMap.Generation);
            (tuning.Walked, tuning.Adopted).ShouldBe((false, false));
        }
    }

    [KernelFact]
    public void Before_the_rules_change_each_gets_the_record_of_what_it_was_given_and_those_opened_after_it_none()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        using var before = scene.Connect();
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40))).Id;

        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));

        HaveRecords(scene, before).ShouldBe((true, true));
        Known(scene, chain).Select(known => known.Tuning!.AppliedProfile).ShouldBe([profile, profile]);
        using var after = scene.Connect();
        HaveRecords(scene, after).ShouldBe((false, false));
        Known(scene, chain).Count.ShouldBe(2, "no rule is for it");
    }

    /// <summary>What was set before the SYN is taken back by the rules that set it, though the rules are others when it is answered.</summary>
    [KernelFact]
    public void A_change_in_the_middle_of_a_handshake_finds_what_was_set_before_it()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Initial(14600)));
        var server = scene.Network.Server;
        using var listener = LabListener.Open(server, new IPEndPoint(scene.Network.ServerAddress, 0));
        using var client = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: scene.Cgroup);
        server.Configure([$"link set dev {scene.Network.ServerInterface} down"]);
        _ = client.ConnectAsync(listener.EndPoint);
        TcpInfo.Read(client).State.ShouldBe(TcpConnectionState.SynSent);
        HasRecord(scene, client).ShouldBeFalse();

        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));

        HasRecord(scene, client).ShouldBeTrue();
        var tuning = Known(scene, chain).Single().Tuning!;
        tuning.Profile.ShouldBe(KernelScene.Profile(chain, (ReceiveWindow, Initial(14600))).Id);
        (tuning.Applied, tuning.AppliedChain).ShouldBe(((ushort)0, 0u), "it is not established");
    }

    [KernelFact]
    public void Connections_of_a_scope_inside_another_have_records_and_those_of_the_outer_one_need_none()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        scene.Tune((InitialCwnd, Segments(20)));
        scene.Tune(child, (InitialCwnd, Segments(40)));

        using var inner = scene.Connect(new TcpPairOptions { ClientCgroup = child, ServerCgroup = child });
        using var outer = scene.Connect();

        HaveRecords(scene, inner).ShouldBe((true, true));
        TcpInfo.Read(inner.Client).CongestionWindow.ShouldBe(40u);
        HaveRecords(scene, outer).ShouldBe((false, false));
        TcpInfo.Read(outer.Client).CongestionWindow.ShouldBe(20u);
    }

    /// <summary>A CPU remembers of a scope whether others are around it. It went on to believe that there were none.</summary>
    [KernelFact]
    public void A_scope_around_another_may_come_without_a_switch_of_rules()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        var tuned = new TcpPairOptions { ClientCgroup = child, ServerCgroup = child };
        var outer = scene.Chain(scene.Cgroup, [InitialCwnd]);
        var outerProfile = KernelScene.Profile(outer, (InitialCwnd, Segments(20)));
        scene.Tune(child, (InitialCwnd, Segments(40)));
        scene.Execute(
            new WriteProfile(outerProfile, false, "test"),
            new SwitchRules(
                KernelScene.Everything(outer, outerProfile).WithChainsOf(scene.Adapter.Observe().Rules),
                "test"
            )
        );
        using var alone = scene.Connect(tuned);
        HaveRecords(scene, alone).ShouldBe((false, false));

        scene.Execute(new AttachChain(outer, "test") { IsNested = true });

        HaveRecords(scene, alone).ShouldBe((true, true));
        for (var attempt = 0; attempt < Environment.ProcessorCount * 4; attempt++)
        {
            using var pair = scene.Connect(tuned);
            TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
            HaveRecords(scene, pair).ShouldBe((true, true));
        }
    }

    [KernelFact]
    public void What_is_opened_while_a_feature_is_paused_has_a_record_and_what_was_open_before_keeps_all()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)), (Keepalive, Idle(60)));
        using var before = scene.Connect();

        scene.Execute(new SetPauses([PauseTarget.Feature(Keepalive.Name)], "test"));
        using var paused = scene.Connect();

        HaveRecords(scene, before).ShouldBe((false, false));
        HaveRecords(scene, paused).ShouldBe((true, true));
        Known(scene, chain).Select(known => (int)known.Tuning!.Applied).ShouldBe([1, 1, 3, 3], ignoreOrder: true);
    }

    [KernelFact]
    public void A_refused_setting_is_remembered_with_its_error_and_the_rest_with_it()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)), (Keepalive, Idle(100_000)));

        using var pair = scene.Connect();

        HaveRecords(scene, pair).ShouldBe((true, true));
        foreach (var tuning in Known(scene, chain).Select(known => known.Tuning!))
        {
            (tuning.Applied, tuning.Errors[1]?.Errno).ShouldBe(((ushort)1, "EINVAL"));
        }
    }

    [KernelFact]
    public void A_changed_value_reaches_connections_without_a_record()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((Pacing, Rate(1_000_000)));
        scene.TuneSockets(chain, "1");
        using var pair = scene.Connect();
        HaveRecords(scene, pair).ShouldBe((false, false));

        scene.TuneSockets(chain, "1").Unchanged.ShouldBe(2, "they have what the rules give");
        HaveRecords(scene, pair).ShouldBe((false, false));
        scene.Execute(new WriteProfile(KernelScene.Profile(chain, (Pacing, Rate(2_000_000))), true, "test"));
        var walk = scene.TuneSockets(chain, "2");

        walk.Changed.ShouldBe(2);
        TcpInfo.Read(pair.Client).MaximumPacingRate.ShouldBe(2_000_000ul);
        scene.ReleaseSockets(chain.Scope);
        TcpInfo.Read(pair.Client).MaximumPacingRate.ShouldBe(ulong.MaxValue);
    }

    /// <summary>A mark outlives the chain that made it. The next one must not take the connection for its own.</summary>
    [KernelFact]
    public void A_mark_of_an_earlier_life_says_nothing()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        using var pair = scene.Connect();
        scene.Uninstall();

        var chain = scene.Tune((Pacing, Rate(1_000_000)));
        Known(scene, chain).ShouldBeEmpty();
        scene.TuneSockets(chain).Changed.ShouldBe(2);

        TcpInfo.Read(pair.Client).MaximumPacingRate.ShouldBe(1_000_000ul);
        Known(scene, chain).Select(known => known.Tuning!.Adopted).ShouldBe([true, true]);
    }

    /// <summary>The first step of a change ended there: records are made of connections that are opened, and of the others by the next change.</summary>
    [KernelFact]
    public void What_a_crash_leaves_half_done_is_done_by_the_next_change()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        using var before = scene.Connect();
        scene.Adapter.Maps!.StateMap.Records = RecordMode.Made;
        using var after = scene.Connect();
        scene.Restart();

        (HaveRecords(scene, before), HaveRecords(scene, after)).ShouldBe(((false, false), (true, true)));
        Known(scene, chain).Count.ShouldBe(4);
        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));

        HaveRecords(scene, before).ShouldBe((true, true));
        Known(scene, chain).Select(known => (int)known.Tuning!.Applied).ShouldBe([1, 1, 1, 1]);
    }

    /// <summary>Another user may make the socket than listens, and a route may change: what rules are matched by is not what it was.</summary>
    [KernelFact]
    public void Where_rules_are_by_user_or_interface_each_connection_has_a_record()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var rules = scene.Adapter.Observe().Rules;

        scene.Execute(
            new SwitchRules(
                new RuleTable(
                    rules.Ports,
                    rules.Prefixes,
                    [new SocketOwnerClass(chain.Key, OriginKind.User, "12345", 1)]
                ),
                "test"
            )
        );

        using var pair = scene.Connect();
        HaveRecords(scene, pair).ShouldBe((true, true));
    }

    private static ParameterValues Idle(int seconds) => new([new("idle", seconds * 1_000_000L)]);

    private static ParameterValues Rate(long bytes) => new([new("rate", bytes * 8)]);

    private static (bool Client, bool Server) HaveRecords(KernelScene scene, TcpPair pair) =>
        (HasRecord(scene, pair.Client), HasRecord(scene, pair.Server));

    private static bool HasRecord(KernelScene scene, Socket socket) =>
        scene.Adapter.Maps!.SocketStorage.TryLookup(
            BitConverter.GetBytes((int)socket.Handle),
            new byte[Abi.Connection.Size]
        );

    private static List<OpenConnection> Known(KernelScene scene, DesiredChain chain)
    {
        var known = new List<OpenConnection>();
        scene.Adapter.ReadConnections(connection =>
        {
            if (connection.Tuning?.Chain == chain.Key)
            {
                known.Add(connection);
            }
        });
        return known;
    }
}
