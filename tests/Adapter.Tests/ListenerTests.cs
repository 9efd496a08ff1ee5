using System.Net;
using System.Net.Sockets;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>What every connection to a port gets is set on its listeners, while nothing changes and nothing is paused.</summary>
[Collection<KernelCollection>]
public sealed class ListenerTests
{
    private const int Own = 7200; // seconds: net.ipv4.tcp_keepalive_time
    private static readonly KeepaliveFeature Keepalive = new();

    [KernelFact]
    public void A_new_listener_gets_what_its_connections_get_and_they_begin_with_it()
    {
        using var scene = new KernelScene();
        Tune(scene, scene.Cgroup, 60);
        using var listener = Listen(scene);
        Shown(listener.Socket).ShouldBe((60, true));

        using var client = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork);
        client.Connect(listener.EndPoint);
        using var server = listener.Accept();
        Shown(server).ShouldBe((60, true));
        Shown(client).ShouldBe((Own, false), "it is in no scope");
    }

    [KernelFact]
    public void A_listener_that_was_there_gets_it_and_keeps_it_until_the_rules_are_gone()
    {
        using var scene = new KernelScene();
        using var listener = Listen(scene);
        using var outside = LabListener.Open(scene.Network.Server, new IPEndPoint(scene.Network.ServerAddress, 0));

        Tune(scene, scene.Cgroup, 60);
        Shown(listener.Socket).ShouldBe((60, true));
        Shown(outside.Socket).ShouldBe((Own, false));

        scene.Execute(new SwitchRules(RuleTable.Empty, "test"), new DeleteProfile(Listeners(scene, 60).Id, "test"));
        Shown(listener.Socket).ShouldBe((Own, false));
    }

    [KernelFact]
    public void A_changed_value_reaches_listeners_and_what_it_was_before_all_policies_comes_back()
    {
        using var scene = new KernelScene();
        using var listener = Listen(scene, socket => Give(socket, 90));
        Tune(scene, scene.Cgroup, 60);
        Shown(listener.Socket).ShouldBe((60, true));

        scene.Execute(new WriteProfile(Listeners(scene, 30), true, "test"));
        Shown(listener.Socket).ShouldBe((30, true));

        scene.Uninstall();
        Shown(listener.Socket).ShouldBe((90, false));
    }

    [KernelFact]
    public void What_an_application_sets_on_its_listener_since_then_stays()
    {
        using var scene = new KernelScene();
        Tune(scene, scene.Cgroup, 60);
        using var listener = Listen(scene);
        Give(listener.Socket, 45);

        scene.Uninstall();

        Shown(listener.Socket).ShouldBe((45, false));
    }

    [KernelFact]
    public void A_pause_takes_it_from_listeners_at_once_and_its_end_gives_it_back()
    {
        using var scene = new KernelScene();
        Tune(scene, scene.Cgroup, 60);
        using var listener = Listen(scene);

        scene.Adapter.SetPauses([PauseTarget.Everything]);
        Shown(listener.Socket).ShouldBe((Own, false));
        using var meanwhile = Listen(scene);
        Shown(meanwhile.Socket).ShouldBe((Own, false));
        scene.Adapter.SetPauses([]);
        Shown(listener.Socket).ShouldBe((60, true));
        Shown(meanwhile.Socket).ShouldBe((60, true));

        scene.Adapter.SetPauses([PauseTarget.Feature("dscp")]);
        Shown(listener.Socket).ShouldBe((Own, false), "while anything is paused, each connection is asked for itself");
    }

    [KernelFact]
    public void Listeners_of_a_scope_inside_another_get_what_its_own_rules_give()
    {
        using var scene = new KernelScene();
        using var child = scene.Cgroup.CreateChild();
        using var before = Listen(scene, cgroup: child);
        Tune(scene, scene.Cgroup, 60);
        Shown(before.Socket).ShouldBe((60, true));

        Tune(scene, child, 30);
        using var inner = Listen(scene, cgroup: child);
        using var outer = Listen(scene);

        Shown(before.Socket).ShouldBe((30, true));
        Shown(inner.Socket).ShouldBe((30, true));
        Shown(outer.Socket).ShouldBe((60, true));
    }

    [KernelFact]
    public void Another_version_takes_over_what_listeners_were_given()
    {
        using var scene = new KernelScene();
        using var listener = Listen(scene);
        Tune(scene, scene.Cgroup, 60);
        Shown(listener.Socket).ShouldBe((60, true));

        scene.RestartAsAnotherVersion();
        scene.Execute(
            new CreateSharedMaps(TableRoom.Least, [], "test"),
            new SwitchRules(RuleTable.Empty, "test"),
            new UpdateChain(scene.Chain(scene.Cgroup, [Keepalive]), "test"),
            new RemoveFormerMaps(scene.Adapter.Observe().FormerMaps.Single(), "test")
        );
        Shown(listener.Socket).ShouldBe((Own, false));
    }

    private static void Tune(KernelScene scene, LabCgroup cgroup, int seconds) =>
        scene.Tune(cgroup, (Keepalive, Idle(seconds)));

    private static DesiredProfile Listeners(KernelScene scene, int seconds) =>
        KernelScene.Listeners(scene.Chain(scene.Cgroup, [Keepalive]), (Keepalive, Idle(seconds)))!;

    private static LabListener Listen(KernelScene scene, Action<Socket>? setup = null, LabCgroup? cgroup = null) =>
        LabListener.Open(
            scene.Network.Server,
            new IPEndPoint(scene.Network.ServerAddress, 0),
            cgroup ?? scene.Cgroup,
            setup
        );

    private static void Give(Socket socket, int seconds) =>
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);

    private static (int Idle, bool On) Shown(Socket socket) =>
        (
            (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!,
            (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)! != 0
        );

    private static ParameterValues Idle(int seconds) => new([new("idle", seconds * 1_000_000L)]);
}
