using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter.Kinds;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>A connection is handled by the chain of its narrowest scope, also while chains come, go and are replaced by another version's.</summary>
[Collection<KernelCollection>]
public sealed class NestedScopeTests
{
    [KernelFact]
    public void A_handshake_that_the_inner_chain_claimed_falls_to_the_outer_one_when_that_chain_loses_its_rules()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        var outer = scene.Tune(Tuned(20));
        scene.Tune(child, Tuned(40));

        WindowAfter(scene, child, () => scene.Execute(new SwitchRules(RulesOf(scene, outer), "test"))).ShouldBe(20u);
    }

    [KernelFact]
    public void A_handshake_that_the_inner_chain_claimed_falls_to_the_outer_one_when_that_chain_goes()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        var outer = scene.Tune(Tuned(20));
        var inner = scene.Tune(child, Tuned(40));

        WindowAfter(
                scene,
                child,
                () =>
                    scene.Execute(new SwitchRules(RulesOf(scene, outer), "test"), new DetachChain(inner.Scope, "test"))
            )
            .ShouldBe(20u);
    }

    [KernelFact]
    public void Chains_of_two_versions_know_each_others_connections()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        var outer = scene.Tune((InitialCwnd, Segments(20)));
        var inner = scene.Tune(child, (InitialCwnd, Segments(40)));
        var (rules, room) = (scene.Adapter.Observe().Rules, TableRoom.Least);

        scene.RestartAsAnotherVersion();
        scene.Execute(
            new CreateSharedMaps(room, [], "test"),
            new WriteProfile(KernelScene.Profile(outer, (InitialCwnd, Segments(20))), false, "test"),
            new WriteProfile(KernelScene.Profile(inner, (InitialCwnd, Segments(40))), false, "test"),
            new SwitchRules(rules, "test")
        );

        scene.Execute(new UpdateChain(inner, "test"));
        Window(scene, child)
            .ShouldBe(40u, "the outer chain, still of the former version, stands back for the new one inside");
        Window(scene, scene.Cgroup).ShouldBe(20u);
        scene.Execute(new UpdateChain(outer, "test"));
        Window(scene, child).ShouldBe(40u);
        scene.Execute(new RemoveFormerMaps(scene.Adapter.Observe().FormerMaps.Single(), "test"));

        scene.Restart();
        scene.Execute(
            new CreateSharedMaps(room, [], "test"),
            new WriteProfile(KernelScene.Profile(outer, (InitialCwnd, Segments(20))), false, "test"),
            new WriteProfile(KernelScene.Profile(inner, (InitialCwnd, Segments(40))), false, "test"),
            new SwitchRules(rules, "test"),
            new UpdateChain(outer, "test")
        );
        Window(scene, child)
            .ShouldBe(40u, "the outer chain, of the new version, has the rules of the former one inside");
        scene.Execute(new UpdateChain(inner, "test"));
        Window(scene, child).ShouldBe(40u);
        scene.Execute(new RemoveFormerMaps(scene.Adapter.Observe().FormerMaps.Single(), "test"));
    }

    /// <summary>One feature that acts when the connection is established, and one that acts, and so claims it, before its SYN.</summary>
    private static (ITuningFeature Feature, ParameterValues Values)[] Tuned(int segments) =>
        [(InitialCwnd, Segments(segments)), (ReceiveWindow, Initial(14600))];

    private static RuleTable RulesOf(KernelScene scene, DesiredChain chain) =>
        new([], scene.Adapter.Observe().Rules.Prefixes.Where(rule => rule.Chain == chain.Key));

    /// <summary>The window of a connection that is in its handshake while something is done.</summary>
    private static uint WindowAfter(KernelScene scene, LabCgroup cgroup, Action act)
    {
        var server = scene.Network.Server;
        using var listener = LabListener.Open(server, new IPEndPoint(scene.Network.ServerAddress, 0));
        using var client = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: cgroup);
        server.Configure([$"link set dev {scene.Network.ServerInterface} down"]);
        var connecting = client.ConnectAsync(listener.EndPoint);
        TcpInfo.Read(client).State.ShouldBe(TcpConnectionState.SynSent);
        act();
        server.Configure([$"link set dev {scene.Network.ServerInterface} up"]);
        connecting.Wait(TimeSpan.FromSeconds(40)).ShouldBeTrue("the SYN is sent again after a second");
        return TcpInfo.Read(client).CongestionWindow;
    }

    private static uint Window(KernelScene scene, LabCgroup cgroup)
    {
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = cgroup });
        return TcpInfo.Read(pair.Client).CongestionWindow;
    }
}
