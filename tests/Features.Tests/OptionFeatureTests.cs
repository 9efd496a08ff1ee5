using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Features.Tests;

/// <summary>Features that set one option or answer one query: what comes of it, on the wire and in time. What sockets show of them is in the tests of composition.</summary>
[Collection<KernelCollection>]
public sealed class OptionFeatureTests
{
    private const int Port = 4451;
    private const int KiB = 1024;
    private const int Millisecond = 1000; // durations are in microseconds
    private const int TypeOfService = 1;
    private const int TrafficClass = 67;
    private const int Ipv6Level = 41;

    [KernelFact]
    public void Without_any_of_the_algorithms_the_hosts_own_stays_and_is_counted()
    {
        using var scene = new KernelScene();
        scene.Tune((new CongestionControlFeature(), Texts(("algorithm", "nobody"), ("otherwise", "nor-this"))));

        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });

        pair.Client.GetCongestionControl().ShouldBe(scene.Network.Client.GetSysctl("net.ipv4.tcp_congestion_control"));
        var counter = scene.Adapter.ReadUsage().Counters.Single();
        (counter.Kind, counter.Errno, counter.Count).ShouldBe((CounterKind.Failed, "ENOENT", 1ul));
    }

    [KernelFact]
    public void Open_connections_get_the_algorithm_keep_what_the_application_chose_and_go_back()
    {
        using var scene = new KernelScene();
        using var pair = scene.Connect();
        using var own = scene.Connect();
        var chain = scene.Tune((new CongestionControlFeature(), Texts(("algorithm", "nobody"), ("otherwise", "reno"))));

        scene.TuneSockets(chain).Changed.ShouldBe(4);
        pair.Client.GetCongestionControl().ShouldBe("reno");
        own.Client.SetCongestionControl("cubic");
        scene.TuneSockets(chain).Changed.ShouldBe(0);
        own.Client.GetCongestionControl().ShouldBe("cubic");

        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["congestion-control"].ShouldBe(3);
        pair.Server.GetCongestionControl().ShouldBe(scene.Network.Server.GetSysctl("net.ipv4.tcp_congestion_control"));
        own.Client.GetCongestionControl().ShouldBe("cubic");
    }

    [KernelFact]
    public void An_open_connection_that_runs_the_second_choice_is_moved_to_the_first()
    {
        using var scene = new KernelScene();
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.Client.SetCongestionControl("cubic");
        var chain = scene.Tune((new CongestionControlFeature(), Texts(("algorithm", "reno"), ("otherwise", "cubic"))));

        scene.TuneSockets(chain).Changed.ShouldBe(1);
        pair.Client.GetCongestionControl().ShouldBe("reno");
    }

    [KernelTheory]
    [InlineData(0, 1000)]
    [InlineData(300, 300)]
    public void A_lost_syn_is_sent_again_after_the_timeout(int timeout, int expected)
    {
        using var scene = new KernelScene();
        Tune(scene, timeout, new SynTimeoutFeature(), Numbers(("first", timeout * Millisecond)));
        scene.Network.Server.Configure([$"route add blackhole {scene.Network.ClientAddress}/32"]);
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var socket = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork, cgroup: scene.Cgroup);
        socket.Blocking = false;
        Should
            .Throw<SocketException>(() => socket.Connect(new IPEndPoint(scene.Network.ServerAddress, Port)))
            .SocketErrorCode.ShouldBeOneOf(SocketError.WouldBlock, SocketError.InProgress);
        Thread.Sleep(expected + 300);

        FirstDistance(capture.Stop().Where(packet => packet.Outgoing && packet.IsSyn))
            .ShouldBeInRange(expected, expected + 250);
    }

    [KernelTheory]
    [InlineData(0, 1000)]
    [InlineData(300, 300)]
    public void A_lost_syn_ack_is_sent_again_after_the_timeout(int timeout, int expected)
    {
        using var scene = new KernelScene();
        Tune(scene, timeout, new SynTimeoutFeature(), Numbers(("first", timeout * Millisecond)));
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Client, scene.Network.ClientInterface);
        using var listener = LabListener.Open(
            scene.Network.Server,
            new IPEndPoint(scene.Network.ServerAddress, Port),
            scene.Cgroup
        );
        using var socket = scene.Network.Client.CreateSocket(AddressFamily.InterNetwork);
        socket.Connect(listener.EndPoint);
        Thread.Sleep(expected + 300);

        FirstDistance(capture.Stop().Where(packet => packet.Outgoing && packet.IsSynAck))
            .ShouldBeInRange(expected, expected + 250);
    }

    [KernelTheory]
    [InlineData(0, 195, 400)]
    [InlineData(20, 20, 190)]
    public void A_lost_segment_is_sent_again_after_the_minimum(int minimum, int from, int to)
    {
        using var scene = new KernelScene();
        Tune(scene, minimum, new RetransmissionTimeoutFeature(), Numbers(("minimum", minimum * Millisecond)));
        var packets = SendIntoSilence(scene, AddressFamily.InterNetwork, TimeSpan.FromMilliseconds(600));

        FirstDistance(packets).ShouldBeInRange(from, to);
    }

    [KernelFact]
    public void Open_connections_get_bounds_of_the_timeout_and_lose_them()
    {
        const int MaximumOption = 44;
        var own = TimeSpan.FromMilliseconds(200);
        using var scene = new KernelScene();
        using var pair = scene.Connect();
        var chain = scene.Tune(
            (new RetransmissionTimeoutFeature(), Numbers(("minimum", 20 * Millisecond), ("maximum", 5_000_000)))
        );

        scene.TuneSockets(chain).Changed.ShouldBe(2);
        pair.SendToServer(KiB * KiB); // the estimate nears the minimum by a quarter each round trip
        TcpInfo.Read(pair.Client).RetransmissionTimeout.ShouldBeLessThan(own);
        pair.Client.GetKernelOption(TcpSocketOptions.TcpLevel, MaximumOption).ShouldBe(5000);

        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["rto"].ShouldBe(2);
        pair.Client.GetKernelOption(TcpSocketOptions.TcpLevel, MaximumOption).ShouldBe(120_000);
    }

    [KernelFact]
    public void No_more_than_the_clamp_is_in_flight()
    {
        const uint Segments = 4;
        const int SegmentBytes = 1448;
        using var scene = new KernelScene(new LabNetworkOptions { SegmentationOffload = false });
        scene.Network.Client.SetSysctl("net.ipv4.tcp_early_retrans", "0"); // a tail loss probe asks no window
        scene.Tune((new SendCwndClampFeature(), Numbers(("segments", Segments))));
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, AddressFamily.InterNetwork) with { Port = Port });
        pair.SendToServer(KiB * KiB);
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(Segments);
        WaitUntilAllIsAcknowledged(pair);

        // The one packet that still comes back is the acknowledgement of one byte.
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        pair.Client.Send(new byte[1]);
        WaitUntilAllIsAcknowledged(pair);
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        pair.Client.Send(new byte[3 * Segments * SegmentBytes]);
        Thread.Sleep(100);

        capture
            .Stop()
            .Where(packet => packet.Outgoing)
            .DistinctBy(packet => packet.Sequence)
            .Sum(packet => packet.PayloadLength)
            .ShouldBe((int)Segments * SegmentBytes);
    }

    [KernelFact]
    public void Open_connections_get_the_clamp_and_their_window_grows_again_without()
    {
        using var scene = new KernelScene();
        scene.Network.Client.SetSysctl("net.ipv4.tcp_congestion_control", "reno");
        using var pair = scene.Connect();
        var chain = scene.Tune((new SendCwndClampFeature(), Numbers(("segments", 4))));

        scene.TuneSockets(chain).Tuned["send-cwnd-clamp"].ShouldBe(2);
        pair.SendToServer(KiB * KiB);
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(4u);

        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["send-cwnd-clamp"].ShouldBe(2);
        pair.SendToServer(8 * KiB * KiB);
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBeGreaterThan(10u);
    }

    [KernelFact]
    public void A_transfer_takes_the_time_that_the_rate_gives_it()
    {
        const int Rate = 20_000_000;
        using var scene = new KernelScene();
        scene.Tune((new PacingFeature(), Numbers(("rate", Rate))));
        using var pair = scene.Connect();

        // What is sent before the first sample of the round trip is not paced. Without a policy the rate is that of memory.
        pair.SendToServer(KiB * KiB).BitsPerSecond.ShouldBeLessThan(1.1 * Rate);
    }

    [KernelFact]
    public void Open_connections_are_paced_and_released()
    {
        using var scene = new KernelScene();
        using var pair = scene.Connect();
        var chain = scene.Tune((new PacingFeature(), Numbers(("rate", 80_000_000))));

        scene.TuneSockets(chain).Changed.ShouldBe(2);
        TcpInfo.Read(pair.Client).MaximumPacingRate.ShouldBe(10_000_000ul);
        scene.Execute(new DetachChain(chain.Scope, "test"));
        scene.ReleaseSockets(chain.Scope).Released["pacing"].ShouldBe(2);
        TcpInfo.Read(pair.Client).MaximumPacingRate.ShouldBe(ulong.MaxValue);
    }

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork, 8, 10)]
    [InlineData(AddressFamily.InterNetwork, 9, 9)]
    [InlineData(AddressFamily.InterNetworkV6, 8, 10)]
    [InlineData(AddressFamily.InterNetworkV6, 9, 9)]
    public void Only_what_the_application_asked_for_is_marked_otherwise(AddressFamily family, int asked, int expected)
    {
        using var scene = new KernelScene();
        scene.Tune((new DscpFeature(), Numbers(("value", 10), ("asked", 8))));
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        void Ask(Socket socket)
        {
            var (level, option) = family == AddressFamily.InterNetwork ? (0, TypeOfService) : (Ipv6Level, TrafficClass);
            socket.SetKernelOption(level, option, asked << 2);
        }

        using var pair = scene.Connect(
            InitialCwndTests.Inside(scene, family) with
            {
                Port = Port,
                ClientSetup = Ask,
                ServerSetup = Ask,
            }
        );
        pair.SendToServer(KiB);
        pair.SendToClient(KiB);

        capture.Stop().Where(packet => packet.PayloadLength > 0).ShouldAllBe(packet => packet.Dscp == expected);
    }

    /// <summary>The SYN-ACK is sent before there is a connection to set anything on.</summary>
    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_syn_ack_is_marked_as_what_follows_it(AddressFamily family)
    {
        using var scene = new KernelScene();
        scene.Tune((new DscpFeature(), Numbers(("value", 10))));
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, family) with { Port = Port });
        pair.SendToClient(KiB);

        var sent = capture.Stop().Where(packet => packet.Outgoing).ToList();
        sent.ShouldContain(packet => packet.IsSynAck);
        sent.ShouldAllBe(packet => packet.Dscp == 10);
    }

    /// <summary>The kernel computes the first timeout of an accepted connection before it tells that there is one.</summary>
    [KernelFact]
    public void The_first_timeout_of_an_accepted_connection_is_the_minimum()
    {
        using var scene = new KernelScene();
        scene.Tune((new RetransmissionTimeoutFeature(), Numbers(("minimum", 20 * Millisecond))));
        using var pair = scene.Connect();

        TcpInfo.Read(pair.Server).RetransmissionTimeout.ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
    }

    [KernelFact]
    public void An_idle_connection_is_probed()
    {
        using var scene = new KernelScene();
        scene.Tune((new KeepaliveFeature(), Numbers(("idle", 1000 * Millisecond))));
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup, Port = Port });
        Thread.Sleep(1500);

        var sent = capture.Stop().Where(packet => packet.Outgoing).ToList();
        sent.Count.ShouldBe(3, "SYN, acknowledgement, probe");
        (sent[2].Time - sent[1].Time).TotalMilliseconds.ShouldBeInRange(990, 1400);
    }

    [KernelFact]
    public void A_peer_that_acknowledges_nothing_is_given_up()
    {
        using var scene = new KernelScene();
        scene.Tune((new KeepaliveFeature(), Numbers(("user-timeout", 300 * Millisecond))));
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.Client.Send(new byte[KiB]);

        pair.Client.ReceiveTimeout = 5000;
        Should
            .Throw<SocketException>(() => pair.Client.Receive(new byte[1]))
            .SocketErrorCode.ShouldBe(SocketError.TimedOut);
        TcpInfo.Read(pair.Client).State.ShouldBe(TcpConnectionState.Closed);
    }

    /// <summary>The kernel counts timeouts (tcp_retries2), and none is longer than this: shorter ones are over sooner.</summary>
    [KernelFact]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    public void A_short_longest_timeout_also_shortens_how_long_a_silent_peer_is_borne()
    {
        using var scene = new KernelScene();
        scene.Network.Client.SetSysctl("net.ipv4.tcp_retries2", "8");
        scene.Tune((new RetransmissionTimeoutFeature(), Numbers(("maximum", 1000 * Millisecond))));
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.Client.Send(new byte[KiB]);

        // With the kernel's own 120 s it would be 102 s.
        pair.Client.ReceiveTimeout = 20_000;
        Should
            .Throw<SocketException>(() => pair.Client.Receive(new byte[1]))
            .SocketErrorCode.ShouldBe(SocketError.TimedOut);
        TcpInfo.Read(pair.Client).State.ShouldBe(TcpConnectionState.Closed);
    }

    /// <summary>The kernel counts from when the window closed, and answers do not begin the time anew: the policy says so, and a timeout as RFC 1122 has it bears the pause.</summary>
    [KernelTheory]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    [InlineData(700, true)]
    [InlineData(100_000, false)]
    public void A_reader_that_pauses_for_longer_than_the_user_timeout_is_given_up_and_the_policy_says_so(
        int timeout,
        bool isGivenUp
    )
    {
        var (feature, values) = (new KeepaliveFeature(), Numbers(("user-timeout", timeout * Millisecond)));
        using var scene = new KernelScene();
        scene.Tune((feature, values));
        using var capture = PacketCapture.Start(scene.Network.Server, Port);
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                Port = Port,
                ServerSetup = socket => socket.ReceiveBufferSize = 16 * KiB,
            }
        );
        pair.Client.Blocking = false;
        Fill(pair.Client);
        Thread.Sleep(4000);

        var packets = capture.Stop();
        packets
            .Count(packet => packet.Outgoing && packet.Window == 0)
            .ShouldBeGreaterThan(1, "every probe of the closed window is answered");
        (TcpInfo.Read(pair.Client).State == TcpConnectionState.Closed).ShouldBe(isGivenUp);
        feature
            .Cautions(values, System.Collections.Immutable.ImmutableDictionary<string, ParameterValues>.Empty)
            .Any(text => text.Contains("although it answers every probe", StringComparison.Ordinal))
            .ShouldBe(isGivenUp);

        static void Fill(Socket socket)
        {
            for (var sent = 1; sent > 0; )
            {
                sent = socket.Send(new byte[64 * KiB], 0, 64 * KiB, SocketFlags.None, out var error);
                sent = error == SocketError.Success ? sent : 0;
            }
        }
    }

    [KernelTheory]
    [InlineData(0, 400 * KiB, int.MaxValue)]
    [InlineData(16 * KiB, 16 * KiB, 150 * KiB)]
    public void A_socket_takes_no_more_than_it_can_send_and_the_mark(int mark, int least, int most)
    {
        using var scene = new KernelScene();
        Tune(scene, mark, new UnsentLowWaterFeature(), Numbers(("bytes", mark)));
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        using var pair = scene.Connect(
            new TcpPairOptions { ClientCgroup = scene.Cgroup, ClientSetup = socket => socket.SendBufferSize = 1 << 20 }
        );
        pair.Client.Blocking = false;
        var taken = 0;
        while (pair.Client.Poll(0, SelectMode.SelectWrite))
        {
            taken += pair.Client.Send(new byte[16 * KiB]);
        }

        taken.ShouldBeInRange(least, most);
    }

    [KernelTheory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public void After_a_timeout_the_flow_label_is_another_or_the_same(string rehash, bool changes)
    {
        using var scene = new KernelScene();
        scene.Tune(
            (new PathRehashFeature(), Numbers(("on-timeout", rehash == "on" ? 0 : 1), ("flow-label", 0))),
            (new RetransmissionTimeoutFeature(), Numbers(("minimum", 20 * Millisecond)))
        );

        var labels = SendIntoSilence(scene, AddressFamily.InterNetworkV6, TimeSpan.FromMilliseconds(600))
            .Select(packet => packet.FlowLabel)
            .ToList();

        labels.Count.ShouldBeGreaterThan(2);
        labels.ShouldNotContain(0);
        (labels.Distinct().Count() > 1).ShouldBe(changes);
    }

    /// <summary>One segment to a peer that says nothing after its SYN-ACK, and every time it is sent again.</summary>
    private static List<TcpPacket> SendIntoSilence(KernelScene scene, AddressFamily family, TimeSpan time)
    {
        /* A tail loss probe would come before the timeout. */
        scene.Network.Client.SetSysctl("net.ipv4.tcp_early_retrans", "0");
        using var capture = PacketCapture.Start(scene.Network.Client, Port);
        using var silence = PacketHook.SilenceAfterHandshake(scene.Network.Server, scene.Network.ServerInterface);
        using var pair = scene.Connect(InitialCwndTests.Inside(scene, family) with { Port = Port });
        pair.Client.Send(new byte[100]);
        Thread.Sleep(time);
        return [.. capture.Stop().Where(packet => packet.Outgoing && packet.PayloadLength > 0)];
    }

    private static void WaitUntilAllIsAcknowledged(TcpPair pair) =>
        SpinWait
            .SpinUntil(() => TcpInfo.Read(pair.Client).Unacknowledged == 0, TimeSpan.FromSeconds(30))
            .ShouldBeTrue();

    private static double FirstDistance(IEnumerable<TcpPacket> packets)
    {
        var times = packets.Take(2).Select(packet => packet.Time).ToList();
        times.Count.ShouldBe(2, "it is sent again");
        return (times[1] - times[0]).TotalMilliseconds;
    }

    private static void Tune(KernelScene scene, int value, ITuningFeature feature, ParameterValues values)
    {
        if (value > 0)
        {
            scene.Tune((feature, values));
        }
    }

    private static ParameterValues Numbers(params (string Name, long Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));

    private static ParameterValues Texts(params (string Name, string Value)[] values) =>
        new([], values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
}
