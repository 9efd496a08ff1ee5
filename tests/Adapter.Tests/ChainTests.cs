using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class ChainTests
{
    [KernelFact]
    public void Three_features_compiled_apart_act_in_one_program()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty), (InitialCwnd, Segments(40)), (ReceiveWindow, Initial(14600)));

        var syn = Syn(scene, out var pair);
        using (pair)
        {
            TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
            pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
            pair.Server.GetCongestionControl().ShouldBe("netedit_dctcp");
            syn.Window.ShouldBe(14600);
        }

        scene.Adapter.Observe().Chains.Single().Features.ShouldBe(["dctcp", "initial-cwnd", "receive-window"]);
    }

    [KernelFact]
    public void A_changed_value_is_one_map_write_and_loads_nothing()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var before = scene.Adapter.Observe();

        scene.Execute(new WriteProfile(KernelScene.Profile(chain, (InitialCwnd, Segments(60))), true, "test"));

        using var pair = scene.Connect();
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(60u);
        LedgerTests.Attached(scene.Adapter.Observe()).ShouldBe(LedgerTests.Attached(before));
    }

    [KernelFact]
    public void A_stage_added_keeps_the_link_and_changes_the_program()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var before = scene.Adapter.Observe().Chains.Single();

        var chain = scene.Chain(scene.Cgroup, [InitialCwnd, ReceiveWindow]);
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40)), (ReceiveWindow, Initial(14600)));
        scene.Execute(
            new WriteProfile(profile, false, "test"),
            new SwitchRules(KernelScene.Everything(chain, profile).WithChainsOf(scene.Adapter.Observe().Rules), "test"),
            new UpdateChain(chain, "test")
        );

        var after = scene.Adapter.Observe().Chains.Single();
        after.LinkId.ShouldBe(before.LinkId);
        after.ProgramId.ShouldNotBe(before.ProgramId);
        Syn(scene, out var pair).Window.ShouldBe(14600);
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
        pair.Dispose();
    }

    [KernelFact]
    public void The_narrower_scope_handles_its_sockets_and_the_wider_one_the_rest()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        scene.Tune((InitialCwnd, Segments(20)), (ReceiveWindow, Initial(14600)));
        scene.Tune(child, (InitialCwnd, Segments(30)), (ReceiveWindow, Initial(29200)));

        Syn(scene, out var inChild, new TcpPairOptions { ClientCgroup = child, ServerCgroup = scene.Cgroup })
            .Window.ShouldBe(29200);

        TcpInfo.Read(inChild.Client).CongestionWindow.ShouldBe(30u);
        TcpInfo.Read(inChild.Server).CongestionWindow.ShouldBe(20u);
        inChild.Dispose();
    }

    [KernelFact]
    public void Rules_tell_peers_ports_and_directions_apart()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(20)));
        var chain = scene.Chain(scene.Cgroup, [InitialCwnd]);
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(20)));
        IpPrefix.TryParse($"{scene.Network.ServerAddress}/32", out var server, out _).ShouldBeTrue();

        // Outbound, to that peer, to ports 5000 to 5300 (two pages of the port map).
        scene.Execute(
            new SwitchRules(
                new RuleTable(
                    [new PortRange(chain.Key, 5000, 5300, 7)],
                    [new PrefixRule(chain.Key, Direction.Outbound, 7, server, profile.Id)]
                ),
                "test"
            )
        );

        Windows(5000).ShouldBe((20u, 10u));
        Windows(5300).ShouldBe((20u, 10u));
        Windows(4999).ShouldBe((10u, 10u));
        Windows(5301).ShouldBe((10u, 10u));
        using var other = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                Port = 5000,
                Family = System.Net.Sockets.AddressFamily.InterNetworkV6,
            }
        );
        TcpInfo.Read(other.Client).CongestionWindow.ShouldBe(10u);

        (uint Client, uint Server) Windows(int port)
        {
            using var pair = scene.Connect(
                new TcpPairOptions
                {
                    ClientCgroup = scene.Cgroup,
                    ServerCgroup = scene.Cgroup,
                    Port = port,
                }
            );
            return (TcpInfo.Read(pair.Client).CongestionWindow, TcpInfo.Read(pair.Server).CongestionWindow);
        }
    }

    [KernelFact]
    public void Rules_tell_users_and_interfaces_apart()
    {
        const byte Users = 3,
            Interfaces = 2;
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(20)));
        var chain = scene.Chain(scene.Cgroup, [InitialCwnd]);
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(20)));

        Switch((OriginKind.User, "1234", Users), Users);
        Windows(1234, 0).ShouldBe((20u, 10u));
        Windows(0, 1234).ShouldBe((10u, 20u), "an accepted socket is its listener's");
        Windows(1235, 1233).ShouldBe((10u, 10u));

        Switch((OriginKind.Interface, scene.Network.ClientInterface, Interfaces), Interfaces << 4);
        Windows(0, 0).ShouldBe((20u, 10u));
        Switch((OriginKind.Interface, scene.Network.ClientInterface[..^1], Interfaces), Interfaces << 4);
        Windows(0, 0).ShouldBe((10u, 10u), "the beginning of a name is another name");
        Switch((OriginKind.Interface, scene.Network.ServerInterface[..^1] + "*", Interfaces), Interfaces << 4);
        Windows(0, 0).Server.ShouldBe(20u);

        // Both at once: one class is 0 where only the other is named.
        Switch(
            (OriginKind.User, "1234", Users),
            (Interfaces << 4) + Users,
            new SocketOwnerClass(chain.Key, OriginKind.Interface, scene.Network.ClientInterface, Interfaces)
        );
        Windows(1234, 1234).ShouldBe((20u, 10u));
        Windows(0, 0).ShouldBe((10u, 10u));

        void Switch((OriginKind Kind, string Value, byte Class) origin, int wanted, params SocketOwnerClass[] others) =>
            scene.Execute(
                new SwitchRules(
                    new RuleTable(
                        [],
                        from direction in Enum.GetValues<Direction>()
                        select new PrefixRule(chain.Key, direction, 0, IpPrefix.Any, profile.Id)
                        {
                            Origin = (byte)wanted,
                        },
                        [new SocketOwnerClass(chain.Key, origin.Kind, origin.Value, origin.Class), .. others]
                    ),
                    "test"
                )
            );

        (uint Client, uint Server) Windows(uint client, uint server)
        {
            using var pair = scene.Connect(
                new TcpPairOptions
                {
                    ClientCgroup = scene.Cgroup,
                    ServerCgroup = scene.Cgroup,
                    ClientSetup = socket => socket.SetOwner(client),
                    ServerSetup = socket => socket.SetOwner(server),
                }
            );
            return (TcpInfo.Read(pair.Client).CongestionWindow, TcpInfo.Read(pair.Server).CongestionWindow);
        }
    }

    /// <summary>With 8 bits of generation a classification remembered 256 switches ago would have been believed again.</summary>
    [KernelFact]
    public void A_remembered_classification_is_not_believed_after_256_switches()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        scene.Connect().Dispose();

        var pin = Path.Combine(
            Directory.GetDirectories(Path.Combine(scene.Adapter.LedgerPath, "maps")).Single(),
            "netedit_state"
        );
        using var state = new KernelMap("netedit_state", LedgerDirectory.TryGet(pin)!);
        var value = new byte[Abi.State.Size];
        state.TryLookup(new byte[sizeof(uint)], value).ShouldBeTrue();
        var generation = BitConverter.ToUInt32(value, Abi.State.Generation);
        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));
        BitConverter.TryWriteBytes(value.AsSpan(Abi.State.Generation), generation + 256).ShouldBeTrue();
        state.Update(new byte[sizeof(uint)], value);

        using var pair = scene.Connect();
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(10u);
    }

    [KernelFact]
    public void Paused_means_untouched_until_resumed()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));

        scene.Execute(new SetPauses(["everything"], "test"));
        scene.Adapter.Observe().Paused.ShouldBeTrue();
        using (var paused = scene.Connect())
        {
            TcpInfo.Read(paused.Client).CongestionWindow.ShouldBe(10u);
        }

        scene.Execute(new SetPauses([], "test"));
        using var resumed = scene.Connect();
        TcpInfo.Read(resumed.Client).CongestionWindow.ShouldBe(40u);
    }

    [KernelTheory]
    [InlineData("feature/initial-cwnd")]
    [InlineData("policy/test")]
    public void A_paused_feature_or_policy_is_left_out_also_after_a_restart_and_others_go_on(string target)
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)), (ReceiveWindow, Initial(20_000)));

        scene.Execute(new SetPauses([target, "feature/other", "policy/other"], "test"));
        scene.Restart();

        scene.Adapter.Observe().Pauses.ShouldBe(["feature/other", target, "policy/other"], ignoreOrder: true);
        var window = Syn(scene, out var paused).Window;
        using (paused)
        {
            TcpInfo.Read(paused.Client).CongestionWindow.ShouldBe(10u);
            (window < 21_000).ShouldBe(
                target.StartsWith("feature/", StringComparison.Ordinal),
                "another feature goes on, another feature of the paused policy does not"
            );
        }

        scene.Execute(new SetPauses(["feature/other"], "test"));
        using var resumed = scene.Connect();
        TcpInfo.Read(resumed.Client).CongestionWindow.ShouldBe(40u);
    }

    [KernelFact]
    public void More_pauses_than_fit_are_refused_and_nothing_changes()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));

        var result = scene.Adapter.Execute(
            new Plan(
                "test",
                [new SetPauses([.. Enumerable.Range(0, 17).Select(index => PauseTarget.Policy($"p{index}"))], "test")]
            )
        );

        result.Error.ShouldNotBeNull().ShouldContain("the limit is 16");
        scene.Adapter.Observe().Pauses.ShouldBeEmpty();
    }

    [KernelFact]
    public void Connections_and_live_sockets_are_counted_by_profile()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)), (Dctcp, ParameterValues.Empty));
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40)), (Dctcp, ParameterValues.Empty)).Id;

        using var pair = scene.Connect();

        scene
            .Adapter.ReadUsage()
            .Counters.ShouldBe(
                [
                    new TuningCounter(profile, 0, CounterKind.Tuned, "", 2),
                    new TuningCounter(profile, 1, CounterKind.Tuned, "", 2),
                ],
                ignoreOrder: true
            );
        scene.Network.Client.Run(() => scene.Adapter.ReadUsage().LiveSockets![profile]).ShouldBe(1);
        scene.Network.Server.Run(() => scene.Adapter.ReadUsage().LiveSockets![profile]).ShouldBe(1);
    }

    internal static TcpPacket Syn(KernelScene scene, out TcpPair pair, TcpPairOptions? options = null)
    {
        const int Port = 4441;
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        pair = scene.Connect(
            (options ?? new TcpPairOptions { ClientCgroup = scene.Cgroup, ServerCgroup = scene.Cgroup }) with
            {
                Port = Port,
            }
        );
        return capture.Stop().First(packet => packet.IsSyn);
    }
}
