using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>Rules for so many peers that programs search their addresses in an array instead of the trie.</summary>
[Collection<KernelCollection>]
public sealed class ManyPeersTests
{
    private const int Many = 1000;

    [KernelFact]
    public void Connections_get_the_profile_of_the_longest_of_many_prefixes()
    {
        using var scene = new KernelScene();
        var (chain, profiles) = Tune(scene, 20, 30, 40);
        var (server, server6) = (Prefix(scene.Network.ServerAddress), Prefix(scene.Network.ServerAddress6));
        List<PrefixRule> rules =
        [
            .. Others(chain, profiles[0]),
            Rule(chain, server, profiles[1]),
            Rule(chain, server6, profiles[2]),
        ];

        Switch(scene, rules);
        Ranges(scene).ShouldNotBeNull();
        Windows(scene).ShouldBe((30u, 10u));
        Windows(scene, AddressFamily.InterNetworkV6).ShouldBe((40u, 10u), "IPv6 peers are in the trie");

        // A shorter prefix around it, and one for all addresses.
        Switch(scene, [.. rules.Where(rule => rule.Peers != server), Rule(chain, Within(server, 24), profiles[2])]);
        Windows(scene).ShouldBe((40u, 10u));
        Switch(scene, [.. rules.Where(rule => rule.Peers != server), Rule(chain, IpPrefix.Any, profiles[2])]);
        Windows(scene).ShouldBe((40u, 10u));
        Switch(scene, [.. rules.Where(rule => rule.Peers != server)]);
        Windows(scene).ShouldBe((10u, 10u));
    }

    /// <summary>The trie says one thing and the array another: so it is the array that programs ask.</summary>
    [KernelFact]
    public void The_array_answers_and_without_it_the_trie_does()
    {
        using var scene = new KernelScene();
        var (chain, profiles) = Tune(scene, 20, 30);
        var server = Prefix(scene.Network.ServerAddress);
        Switch(scene, [.. Others(chain, profiles[0]), Rule(chain, server, profiles[1])]);
        Windows(scene).ShouldBe((30u, 10u));

        using (var outer = Open(scene))
        {
            using var other = RangeMap.TryBuild(new RuleTable([], [.. Others(chain, profiles[0])])).ShouldNotBeNull();
            outer.Update(Slot(scene), BitConverter.GetBytes(other.Handle.Fd));
            Forget(scene);
            Windows(scene).ShouldBe((10u, 10u));
            outer.Delete(Slot(scene)).ShouldBeTrue();
        }

        Forget(scene);
        Windows(scene).ShouldBe((30u, 10u));
    }

    [KernelFact]
    public void The_array_comes_and_goes_with_the_rules_and_is_counted()
    {
        using var scene = new KernelScene();
        var (chain, profiles) = Tune(scene, 20, 30);
        var server = Rule(chain, Prefix(scene.Network.ServerAddress), profiles[1]);
        var empty = Memory(scene);

        Switch(scene, [server]);
        Ranges(scene).ShouldBeNull("a few peers need none");
        Memory(scene).ShouldBe(empty);

        Switch(scene, [.. Others(chain, profiles[0]), server]);
        Memory(scene).ShouldBeGreaterThan(empty + (Many * Abi.Range.Size));
        var first = Ranges(scene).ShouldNotBeNull();
        scene.Restart();
        scene.Adapter.Observe().Rules.Prefixes.Length.ShouldBe(Many + 1, "the trie still has all rules");
        Ranges(scene).ShouldBe(first);
        Windows(scene).ShouldBe((30u, 10u));

        Switch(scene, [.. Others(chain, profiles[0]), server with { Profile = profiles[0].Id }]);
        Ranges(scene).ShouldNotBeNull().ShouldNotBe(first);
        Windows(scene).ShouldBe((20u, 10u));
        Former(scene).ShouldBeNull();

        Switch(scene, [server]);
        Ranges(scene).ShouldBeNull();
        Former(scene).ShouldBeNull();
        Memory(scene).ShouldBe(empty);
        Windows(scene).ShouldBe((30u, 10u));
    }

    [KernelFact]
    public void A_change_that_fails_puts_the_array_back()
    {
        using var scene = new KernelScene();
        var (chain, profiles) = Tune(scene, 20, 30);
        var server = Rule(chain, Prefix(scene.Network.ServerAddress), profiles[1]);
        Switch(scene, [.. Others(chain, profiles[0]), server]);

        scene
            .Adapter.Execute(
                new Plan(
                    "test",
                    [
                        new SwitchRules(new RuleTable([], [server with { Profile = profiles[0].Id }]), "test"),
                        new SetPauses(
                            [.. Enumerable.Range(0, 17).Select(index => PauseTarget.Policy($"p{index}"))],
                            "test"
                        ),
                    ]
                )
            )
            .Success.ShouldBeFalse();

        Ranges(scene).ShouldNotBeNull();
        Former(scene).ShouldBeNull();
        Windows(scene).ShouldBe((30u, 10u));
    }

    /// <summary>A switch that was killed after the word was written: what it left is taken away.</summary>
    [KernelFact]
    public void An_array_of_an_interrupted_switch_is_collected()
    {
        using var scene = new KernelScene();
        var (chain, profiles) = Tune(scene, 20);
        Switch(scene, [.. Others(chain, profiles[0])]);
        using (var outer = Open(scene))
        using (var left = RangeMap.TryBuild(new RuleTable([], [.. Others(chain, profiles[0])])).ShouldNotBeNull())
        {
            outer.Update(FormerSlot(scene), BitConverter.GetBytes(left.Handle.Fd));
        }

        scene.Restart();
        scene.Adapter.Observe().Unfinished.ShouldBeTrue();
        scene.Execute(new GrowTables(TableRoom.Least, "test"));

        scene.Adapter.Observe().Unfinished.ShouldBeFalse();
        Former(scene).ShouldBeNull();
        Ranges(scene).ShouldNotBeNull();
    }

    private static (DesiredChain Chain, DesiredProfile[] Profiles) Tune(KernelScene scene, params int[] segments)
    {
        var chain = scene.Tune((InitialCwnd, Segments(10)));
        DesiredProfile[] profiles =
        [
            .. segments.Select(count =>
            {
                var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(count)));
                return new DesiredProfile(
                    chain.Key,
                    [.. profile.Entries.Select(entry => entry with { Policy = $"p{count}" })]
                );
            }),
        ];
        scene.Execute([.. profiles.Select(profile => new WriteProfile(profile, false, "test"))]);
        return (chain, profiles);
    }

    /// <summary>Rules for addresses that no host of the scene has.</summary>
    private static IEnumerable<PrefixRule> Others(DesiredChain chain, DesiredProfile profile) =>
        Enumerable
            .Range(0, Many)
            .Select(index => Rule(chain, Prefix(new IPAddress([11, (byte)(index >> 8), (byte)index, 7])), profile));

    private static PrefixRule Rule(DesiredChain chain, IpPrefix peers, DesiredProfile profile) =>
        new(chain.Key, Direction.Outbound, 0, peers, profile.Id);

    private static IpPrefix Prefix(IPAddress address) => IpPrefix.Of(address);

    private static IpPrefix Within(IpPrefix address, int length) =>
        new(0, address.Lower >> (32 - length) << (32 - length), 96 + length);

    private static void Switch(KernelScene scene, IEnumerable<PrefixRule> rules) =>
        scene.Execute(new SwitchRules(new RuleTable([], rules), "test"));

    private static (uint Client, uint Server) Windows(
        KernelScene scene,
        AddressFamily family = AddressFamily.InterNetwork
    )
    {
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Family = family,
            }
        );
        return (TcpInfo.Read(pair.Client).CongestionWindow, TcpInfo.Read(pair.Server).CongestionWindow);
    }

    private static long Memory(KernelScene scene) =>
        scene.Adapter.ReadUsage().Maps.Single(map => map.Name == "netedit_ranges").MemoryBytes;

    private static uint? Ranges(KernelScene scene) => Inner(scene, Slot(scene));

    private static uint? Former(KernelScene scene) => Inner(scene, FormerSlot(scene));

    private static uint? Inner(KernelScene scene, byte[] slot)
    {
        using var outer = Open(scene);
        var id = new byte[sizeof(uint)];
        return outer.TryLookup(slot, id) ? BitConverter.ToUInt32(id) : null;
    }

    private static byte[] Slot(KernelScene scene) => BitConverter.GetBytes(Generation(scene) & 1);

    private static byte[] FormerSlot(KernelScene scene) => BitConverter.GetBytes((Generation(scene) + 1) & 1);

    private static uint Generation(KernelScene scene)
    {
        using var map = Open(scene, SharedMaps.State);
        using var state = new StateMap(map);
        return state.Generation;
    }

    /// <summary>What CPUs remember of earlier connections is of other generations.</summary>
    private static void Forget(KernelScene scene)
    {
        using var map = Open(scene, SharedMaps.State);
        using var state = new StateMap(map);
        state.Generation += 2;
    }

    private static KernelMap Open(KernelScene scene, string name = "netedit_ranges") =>
        new(
            name,
            LedgerDirectory.TryGet(
                Path.Combine(Directory.GetDirectories(Path.Combine(scene.Adapter.LedgerPath, "maps")).Single(), name)
            )!
        );
}
