using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Features.Tests;

/// <summary>How long an acknowledgement waits, what the peer is told of it, and what it makes of that.</summary>
[Collection<KernelCollection>]
public sealed class DelayedAckTests
{
    private const int Port = 4457;
    private const int MiB = 1024 * 1024;
    private const int Millisecond = 1000; // durations are in microseconds
    private const byte Option = 254;
    private static readonly DelayedAckFeature Feature = new();
    private static readonly ParameterValues Soon = Numbers(("maximum", 20 * Millisecond));

    /* The kernel's own least delay is 40 ms (TCP_ATO_MIN); a timer may fire a tick late, and anything later still on a busy machine. */
    [KernelTheory]
    [InlineData(false, 36, 400)]
    [InlineData(true, 8, 33)]
    public void An_acknowledgement_waits_no_longer_than_the_maximum(bool tuned, int from, int to)
    {
        const int Questions = 8;
        const int QuestionBytes = 7;
        using var scene = new KernelScene();
        if (tuned)
        {
            scene.Tune((Feature, Soon));
        }

        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });
        Exchange(pair.Client, pair.Server, 20);
        for (var question = 0; question < Questions; question++)
        {
            // Who answers expects to do so again, and delays; reading would acknowledge at once.
            Exchange(pair.Client, pair.Server, 3);
            pair.Client.Send(new byte[QuestionBytes]);
            Thread.Sleep(80);
            pair.Server.Receive(new byte[QuestionBytes]).ShouldBe(QuestionBytes);
        }

        var packets = capture.Stop();
        var waits = packets
            .Where(packet => packet.Outgoing && packet.PayloadLength == QuestionBytes)
            .Select(sent =>
                (
                    packets
                        .First(packet => !packet.Outgoing && packet.Acknowledgement == sent.Sequence + QuestionBytes)
                        .Time - sent.Time
                ).TotalMilliseconds
            )
            .Order()
            .ToList();
        waits[waits.Count / 2].ShouldBeInRange(from, to);
    }

    [KernelTheory]
    [InlineData(true, 20, 190)]
    [InlineData(false, 195, 400)]
    public void A_peer_that_was_told_waits_no_longer_for_an_acknowledgement(bool both, int from, int to)
    {
        using var scene = new KernelScene();
        /* A tail loss probe would come before the timeout. */
        scene.Network.Client.SetSysctl("net.ipv4.tcp_early_retrans", "0");
        scene.Tune((Feature, Soon));
        var options = InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port };
        using var pair = scene.Connect(both ? options : options with { ServerCgroup = null });
        for (var trip = 0; trip < 20; trip++)
        {
            pair.SendToServer(1); // the estimate of the timeout nears its minimum by a quarter each
            pair.SendToClient(1);
        }

        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        pair.SendToServer(1); // the one packet that still comes back acknowledges this
        SpinWait
            .SpinUntil(() => TcpInfo.Read(pair.Client).Unacknowledged == 0, TimeSpan.FromSeconds(30))
            .ShouldBeTrue();
        pair.Client.Send(new byte[100]);
        Thread.Sleep(600);

        var times = capture
            .Stop()
            .Where(packet => packet.Outgoing && packet.PayloadLength == 100)
            .Take(2)
            .Select(packet => packet.Time)
            .ToList();
        (times[1] - times[0]).TotalMilliseconds.ShouldBeInRange(from, to);
    }

    [KernelFact]
    public void A_few_segments_say_it_once_there_is_data_and_no_handshake()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Soon));
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var pair = scene.Connect(
            InitialCwndTests.Inside(scene, AddressFamily.InterNetworkV6) with
            {
                Port = Port,
            }
        );
        pair.SendToServer(MiB);
        pair.SendToClient(MiB);

        var packets = capture.Stop();
        packets.ShouldAllBe(packet =>
            !packet.OptionKinds.Contains(Option) || !packet.Flags.HasFlag(TcpHeaderFlags.Syn)
        );
        foreach (var outgoing in (bool[])[true, false])
        {
            var sent = packets
                .Where(packet => packet.Outgoing == outgoing && !packet.Flags.HasFlag(TcpHeaderFlags.Syn))
                .ToList();
            if (outgoing)
            {
                sent[0].PayloadLength.ShouldBe(0, "the end of the handshake");
                sent[0].OptionKinds.ShouldNotContain(Option);
                sent.RemoveAt(0);
            }

            sent[0].OptionKinds.ShouldContain(Option);
            sent.Count(packet => packet.OptionKinds.Contains(Option)).ShouldBeInRange(1, 40);
            sent.TakeLast(5).ShouldAllBe(packet => !packet.OptionKinds.Contains(Option));
        }
    }

    [KernelFact]
    public void A_host_that_answers_with_syn_cookies_is_told_and_tells()
    {
        using var scene = new KernelScene();
        scene.Network.Server.SetSysctl("net.ipv4.tcp_syncookies", "2");
        scene.Tune((Feature, Soon));

        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });

        ShouldHaveHeard(pair.Client, pair.Server);
    }

    [KernelFact]
    public void Data_in_the_syn_changes_nothing()
    {
        const string EveryWay = "1543"; // client, server, both without a cookie, every listener
        const int FastOpenConnect = 30;
        using var scene = new KernelScene();
        scene.Network.Client.SetSysctl("net.ipv4.tcp_fastopen", EveryWay);
        scene.Network.Server.SetSysctl("net.ipv4.tcp_fastopen", EveryWay);
        scene.Tune((Feature, Soon));
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var listener = LabListener.Open(
            scene.Network.Server,
            new IPEndPoint(scene.Network.ServerAddress, Port),
            scene.Cgroup
        );
        using var client = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: scene.Cgroup);
        client.NoDelay = true;
        client.SetKernelOption(TcpSocketOptions.TcpLevel, FastOpenConnect, 1);
        client.Connect(listener.EndPoint);
        client.Send(new byte[100]);
        using var server = listener.Accept();
        server.Receive(new byte[200]).ShouldBe(100);

        capture.Stop().First(packet => packet.IsSyn).PayloadLength.ShouldBe(100);
        ShouldHaveHeard(client, server);
    }

    [KernelFact]
    public void A_minimum_that_a_policy_gives_stays()
    {
        using var scene = new KernelScene();
        scene.Tune((Feature, Soon), (new RetransmissionTimeoutFeature(), Numbers(("minimum", 150 * Millisecond))));
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork));
        Exchange(pair.Client, pair.Server, 30);

        TcpInfo.Read(pair.Client).RetransmissionTimeout.TotalMilliseconds.ShouldBeInRange(145, 190);
    }

    [KernelFact]
    public void A_clamp_that_is_looked_after_at_each_segment_goes_on_after_it_is_said()
    {
        const int Clamp = 128 * 1024;
        using var scene = new KernelScene();
        scene.Tune((Feature, Soon), (new ReceiveWindowFeature(), Numbers(("clamp", Clamp))));
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });
        pair.SendToClient(8 * MiB);

        var sent = capture.Stop().Where(packet => packet.Outgoing).ToList();
        var scale = sent.Single(packet => packet.IsSyn).WindowScale!.Value;
        sent.Where(packet => !packet.IsSyn).Max(packet => packet.Window << scale).ShouldBeLessThanOrEqualTo(Clamp);
    }

    private static void ShouldHaveHeard(Socket client, Socket server)
    {
        Exchange(client, server, 30);
        TcpInfo.Read(client).RetransmissionTimeout.TotalMilliseconds.ShouldBeLessThan(190);
        TcpInfo.Read(server).RetransmissionTimeout.TotalMilliseconds.ShouldBeLessThan(190);
    }

    private static void Exchange(Socket client, Socket server, int trips)
    {
        for (var trip = 0; trip < trips; trip++)
        {
            TcpTransfer.Run(client, server, 1);
            TcpTransfer.Run(server, client, 1);
        }
    }

    private static ParameterValues Numbers(params (string Name, long Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
}
