using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

/// <summary>
/// What becomes of connections whose network path lets nothing pass that it does not know: an option of ours, or ECN in the
/// handshake.
/// </summary>
[Collection<KernelCollection>]
public sealed class LostOptionTests
{
    private const int Port = 4459;
    private const int KiB = 1024;
    private const byte Option = 254;
    private static readonly TimeSpan AFewTimeouts = TimeSpan.FromSeconds(8);
    private static readonly (ITuningFeature, ParameterValues) DelayedAck = (
        new DelayedAckFeature(),
        new ParameterValues([KeyValuePair.Create("maximum", 20_000L)])
    );

    [KernelTheory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_path_that_drops_the_option_carries_the_connection_without_it(bool client, bool server) =>
        ShouldFindTheWayBack(AddressFamily.InterNetwork, client, server);

    [KernelTheory]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_path_that_drops_the_option_of_both_ends_carries_the_connection_without_it(AddressFamily family) =>
        ShouldFindTheWayBack(family, client: true, server: true);

    [KernelTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_server_that_speaks_first_is_heard(bool client, bool server)
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using var router = new Router(scene);
        using var pair = Connect(scene, AddressFamily.InterNetwork, client, server);

        pair.SendToClient(20 * KiB, AFewTimeouts);
        ShouldCarry(pair, 20 * KiB, 20 * KiB);
    }

    [KernelFact]
    public void An_end_that_only_receives_is_heard_and_the_next_connection_does_not_try()
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using (new Router(scene))
        using (var pair = Connect(scene, AddressFamily.InterNetwork, client: false, server: true))
        {
            for (var message = 0; message < 3; message++)
            {
                pair.SendToServer(KiB, AFewTimeouts);
                SpinWait
                    .SpinUntil(() => TcpInfo.Read(pair.Client).Unacknowledged == 0, AFewTimeouts)
                    .ShouldBeTrue("the client hears an acknowledgement");
            }
        }

        Refused(scene)["ETIMEDOUT"].ShouldBe(1ul);
        ShouldNotTry(scene, AddressFamily.InterNetwork, client: false, server: true);
    }

    [KernelFact]
    public void A_segment_that_is_lost_by_chance_is_nobodys_fault()
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using (PacketHook.DropOption(scene.Network.Server, scene.Network.ServerInterface, Option, atMost: 1))
        using (var pair = Connect(scene, AddressFamily.InterNetwork, true, true))
        {
            ShouldCarry(pair, 100, 100);
        }

        Refused(scene).ShouldBeEmpty();
        Saying(scene, AddressFamily.InterNetwork, true, true).ShouldNotBeEmpty();
    }

    [KernelFact]
    public void A_peer_that_is_gone_for_a_while_is_not_taken_for_a_path_that_drops_the_option()
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using (var pair = Connect(scene, AddressFamily.InterNetwork, true, false))
        {
            scene.Network.Server.Configure([$"route add blackhole {scene.Network.ClientAddress}/32"]);
            pair.Client.Send(new byte[100]);
            Thread.Sleep(2000);
            pair.Client.Close();
        }

        scene.Network.Server.Configure([$"route delete blackhole {scene.Network.ClientAddress}/32"]);
        LostOptions.Left(scene).ShouldHaveSingleItem().ShouldBeLessThan(TimeSpan.Zero, "suspected");
        Saying(scene, AddressFamily.InterNetwork, true, true).ShouldNotBeEmpty();
    }

    [KernelFact]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    public void After_its_time_a_peer_is_told_again()
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using (new Router(scene))
        {
            using var pair = Connect(scene, AddressFamily.InterNetwork, true, true);
            ShouldCarry(pair, 100, 100 * KiB);
        }

        Saying(scene, AddressFamily.InterNetwork, true, true).ShouldBeEmpty();
        LostOptions.Expire(scene);

        Saying(scene, AddressFamily.InterNetwork, true, true).ShouldNotBeEmpty();
    }

    /// <summary>The way back is the kernel's own (net.ipv4.tcp_ecn_fallback): the second SYN asks for no ECN.</summary>
    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_path_that_drops_ecn_in_the_handshake_carries_the_connection_without_it(AddressFamily family)
    {
        using var scene = new KernelScene();
        scene.Tune((new EcnFeature(), new ParameterValues([])));
        using var router = PacketHook.DropEcnSetup(scene.Network.Server, scene.Network.ServerInterface);
        using var capture = PacketCapture.Start(scene.Network.Client, Port);

        using var pair = Connect(scene, family, true, true);
        ShouldCarry(pair, 100, 100 * KiB);

        router.Dropped.ShouldBeGreaterThan(0ul);
        var syns = capture.Stop().Where(packet => packet.Outgoing && packet.IsSyn).ToList();
        syns[0].Flags.ShouldBe(TcpHeaderFlags.Syn | TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr);
        syns[^1].Flags.ShouldBe(TcpHeaderFlags.Syn);
    }

    private static void ShouldFindTheWayBack(AddressFamily family, bool client, bool server)
    {
        using var scene = new KernelScene();
        scene.Tune(DelayedAck);
        using (var router = new Router(scene))
        using (var pair = Connect(scene, family, client, server))
        {
            ShouldCarry(pair, 100, 500 * KiB);
            ShouldCarry(pair, 200 * KiB, 1);
            router.Dropped.ShouldBeGreaterThan(0ul);
        }

        var refused = Refused(scene);
        refused.Keys.ShouldBe(["ETIMEDOUT"]);
        refused["ETIMEDOUT"].ShouldBeGreaterThan(0ul);
        ShouldNotTry(scene, family, client, server);
        Refused(scene).Keys.ShouldContain("EHOSTUNREACH");
        LostOptions.Left(scene).ShouldContain(left => left > TimeSpan.FromMinutes(58) && left <= TimeSpan.FromHours(1));
    }

    private static void ShouldNotTry(KernelScene scene, AddressFamily family, bool client, bool server) =>
        Saying(scene, family, client, server).ShouldBeEmpty("the next connection does not try");

    /// <summary>Segments with the option of a new connection that carries something both ways.</summary>
    private static ImmutableArray<TcpPacket> Saying(KernelScene scene, AddressFamily family, bool client, bool server)
    {
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var pair = Connect(scene, family, client, server);
        ShouldCarry(pair, 100, 100 * KiB);
        return [.. capture.Stop().Where(packet => packet.OptionKinds.Contains(Option))];
    }

    private static TcpPair Connect(KernelScene scene, AddressFamily family, bool client, bool server) =>
        scene.Connect(
            new TcpPairOptions
            {
                Family = family,
                Port = Port,
                ClientCgroup = client ? scene.Cgroup : null,
                ServerCgroup = server ? scene.Cgroup : null,
            }
        );

    private static void ShouldCarry(TcpPair pair, int toServer, int toClient)
    {
        pair.SendToServer(toServer, AFewTimeouts);
        pair.SendToClient(toClient, AFewTimeouts);
    }

    private static Dictionary<string, ulong> Refused(KernelScene scene) =>
        scene
            .Adapter.ReadUsage()
            .Counters.Where(counter => counter.Kind == CounterKind.Failed)
            .ToDictionary(counter => counter.Errno, counter => counter.Count);

    /// <summary>Drops what has the option, whichever end sends it.</summary>
    private sealed class Router(KernelScene scene) : IDisposable
    {
        private readonly PacketHook _there = PacketHook.DropOption(
            scene.Network.Server,
            scene.Network.ServerInterface,
            Option
        );

        private readonly PacketHook _back = PacketHook.DropOption(
            scene.Network.Client,
            scene.Network.ClientInterface,
            Option
        );

        public ulong Dropped => _there.Dropped + _back.Dropped;

        public void Dispose()
        {
            _there.Dispose();
            _back.Dispose();
        }
    }
}
