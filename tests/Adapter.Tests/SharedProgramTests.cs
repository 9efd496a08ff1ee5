using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter.Ledger;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>Scopes of one depth with the same features share a program, and each goes by its own rules.</summary>
[Collection<KernelCollection>]
public sealed class SharedProgramTests
{
    private const int KiB = 1024;
    private const int Port = 4471;

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Each_scope_has_its_own_values_for_both_ends_and_for_what_a_syn_ack_says(AddressFamily family)
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var other = scene.Cgroup.CreateChild();
        using var inside = other.CreateChild();
        scene.Tune(one, Tuned(20, 20));
        scene.Tune(other, Tuned(40, 40));

        ProgramsOf(scene).Count.ShouldBe(1);
        Connect(scene, one, family).ShouldBe((20u, 20u, true));
        Connect(scene, other, family).ShouldBe((40u, 40u, false));
        Connect(scene, inside, family).ShouldBe((40u, 40u, false), "a cgroup below a scope");
        Connect(scene, scene.Cgroup, family).ShouldBe((10u, 10u, false), "a cgroup around scopes");
    }

    [KernelFact]
    public void A_scope_that_comes_later_has_the_program_of_the_others_and_one_that_goes_leaves_it_to_them()
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var other = scene.Cgroup.CreateChild();
        var first = scene.Tune(one, Tuned(20, 20));
        var program = ProgramsOf(scene).Single();
        scene.Restart();

        scene.Tune(other, Tuned(40, 40));
        ProgramsOf(scene).Single().ShouldBe(program, "nothing was loaded");
        scene.Execute(new DetachChain(first.Scope, "test"));
        ProgramsOf(scene).Single().ShouldBe(program);
        Connect(scene, one, AddressFamily.InterNetwork).ShouldBe((10u, 10u, false));
        Connect(scene, other, AddressFamily.InterNetwork).ShouldBe((40u, 40u, false));

        scene.Execute(new AttachChain(first, "test"));
        ProgramsOf(scene).Single().ShouldBe(program);
        Connect(scene, one, AddressFamily.InterNetwork).ShouldBe((20u, 20u, true));
    }

    [KernelFact]
    public void One_that_gets_other_features_has_a_program_of_its_own_from_then_on()
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var other = scene.Cgroup.CreateChild();
        scene.Tune(one, Tuned(20, 20));
        scene.Tune(other, Tuned(40, 40));

        var changed = scene.Chain(other, [InitialCwnd]);
        var profile = KernelScene.Profile(changed, (InitialCwnd, Segments(30)));
        scene.Execute(
            new WriteProfile(profile, false, "test"),
            new SwitchRules(
                KernelScene.Everything(changed, profile).WithChainsOf(scene.Adapter.Observe().Rules),
                "test"
            ),
            new UpdateChain(changed, "test")
        );

        ProgramsOf(scene).Count.ShouldBe(2);
        Connect(scene, one, AddressFamily.InterNetwork).ShouldBe((20u, 20u, true));
        Connect(scene, other, AddressFamily.InterNetwork).ShouldBe((30u, 30u, false));
        scene.Adapter.Observe().Chains.ShouldContain(chain => chain.Key == changed.Key && chain.Former.Length == 1);
    }

    [KernelFact]
    public void Scopes_of_another_depth_have_another_program()
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var inside = one.CreateChild();
        scene.Tune(one, Tuned(20, 20));
        scene.Tune(inside, Tuned(40, 40));

        ProgramsOf(scene).Count.ShouldBe(2);
        Connect(scene, one, AddressFamily.InterNetwork).ShouldBe((20u, 20u, true));
        Connect(scene, inside, AddressFamily.InterNetwork).ShouldBe((40u, 40u, false));
    }

    [KernelFact]
    public void Open_connections_of_all_scopes_are_walked_at_once_and_each_gets_and_loses_what_its_scope_gives()
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var other = scene.Cgroup.CreateChild();
        using var ofOne = scene.Connect(Inside(one));
        using var ofOther = scene.Connect(Inside(other));
        var first = scene.Tune(one, (ReceiveWindow, Clamp(32)));
        var second = scene.Tune(other, (ReceiveWindow, Clamp(48)));

        var walks = Walk(
            scene,
            new TuneSockets(first, new WalkedState("rules", "values"), "test"),
            new TuneSockets(second, new WalkedState("rules", "values"), "test")
        );

        walks
            .Select(walk => (walk.Scope, walk.Changed))
            .ShouldBe([(one.Path, 2L), (other.Path, 2L)], ignoreOrder: true);
        (ofOne.Client.GetWindowClamp(), ofOther.Server.GetWindowClamp()).ShouldBe((32 * KiB, 48 * KiB));
        scene.Adapter.Observe().Live.Select(live => live.Scope).ShouldBe([one.Path, other.Path], ignoreOrder: true);

        scene.Execute(new DetachChain(first.Scope, "test"));
        Walk(scene, new ReleaseSockets(first.Scope, null, "test")).Single().Changed.ShouldBe(2);
        ofOne.Client.GetWindowClamp().ShouldBeGreaterThan(48 * KiB);
        ofOther.Server.GetWindowClamp().ShouldBe(48 * KiB);
        scene.Adapter.Observe().Live.Single().Walked.ShouldBe(new WalkedState("rules", "values"));
    }

    [KernelFact]
    public void A_scope_whose_chain_somebody_unpinned_is_forgotten()
    {
        using var scene = new KernelScene();
        using var one = scene.Cgroup.CreateChild();
        using var other = scene.Cgroup.CreateChild();
        scene.Tune(one, Tuned(20, 20));
        scene.Tune(other, Tuned(40, 40));
        scene.Adapter.Observe().Unfinished.ShouldBeFalse();

        Directory.Delete(Path.GetDirectoryName(LinkOf(scene, one))!, recursive: true);
        SpinWait
            .SpinUntil(() => scene.Adapter.Observe().Unfinished, TimeSpan.FromSeconds(30))
            .ShouldBeTrue("once the kernel has let go of the link");
        scene.Execute(new GrowTables(TableRoom.Least, "test"));

        scene.Adapter.Observe().Unfinished.ShouldBeFalse();
        scene.Adapter.Maps!.ScopeTable.Find(one.Id).ShouldBeNull();
        Connect(scene, other, AddressFamily.InterNetwork).ShouldBe((40u, 40u, false));
    }

    private static (ITuningFeature Feature, ParameterValues Values)[] Tuned(int segments, int kilobytes) =>
        [(InitialCwnd, Segments(segments)), (ReceiveWindow, Initial(kilobytes * KiB))];

    private static ParameterValues Clamp(int kilobytes) => new([new("clamp", kilobytes * KiB)]);

    private static TcpPairOptions Inside(LabCgroup cgroup, AddressFamily family = AddressFamily.InterNetwork) =>
        new()
        {
            ClientCgroup = cgroup,
            ServerCgroup = cgroup,
            Family = family,
        };

    /// <summary>The initial windows of both ends, and whether the SYN-ACK offers less than 30 KiB and more than what the kernel would.</summary>
    private static (uint Client, uint Server, bool IsSmall) Connect(
        KernelScene scene,
        LabCgroup cgroup,
        AddressFamily family
    )
    {
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        using var pair = scene.Connect(Inside(cgroup, family) with { Port = Port });
        var window = capture.Stop().Single(packet => packet.IsSynAck).Window;
        return (
            TcpInfo.Read(pair.Client).CongestionWindow,
            TcpInfo.Read(pair.Server).CongestionWindow,
            window is > 15 * KiB and < 30 * KiB
        );
    }

    private static string LinkOf(KernelScene scene, LabCgroup cgroup) =>
        new LedgerDirectory(scene.Adapter.LedgerPath).ChainLinkPin(cgroup.Path);

    private static List<uint> ProgramsOf(KernelScene scene) =>
        [.. scene.Adapter.Observe().Chains.Select(chain => chain.ProgramId).Distinct()];

    private static ImmutableArray<LiveWalkResult> Walk(KernelScene scene, params PlanAction[] actions)
    {
        var result = scene.Adapter.Execute(new Plan("test", [.. actions]));
        result.Error.ShouldBeNull();
        return result.Walks;
    }
}
