using System.Net;
using System.Net.Sockets;

namespace NetEdit.Lab.Tests;

[Collection<KernelCollection>]
public sealed class LabNetworkTests : IDisposable
{
    private readonly ResidueGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Connects_and_transfers(AddressFamily family)
    {
        using var network = LabNetwork.Create();
        using var pair = TcpPair.Open(network, new TcpPairOptions { Family = family });
        pair.SendToServer(3_000_000).Bytes.ShouldBe(3_000_000);
        pair.SendToClient(1).Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        TcpInfo.Read(pair.Client).BytesAcknowledged.ShouldBeGreaterThanOrEqualTo(3_000_000ul);
    }

    [KernelFact]
    public void Reaches_further_addresses_of_both_ends()
    {
        var client = IPAddress.Parse("10.79.0.1");
        var server = IPAddress.Parse("10.78.0.2");
        var server6 = IPAddress.Parse("fd78::2");
        using var network = LabNetwork.Create(
            new LabNetworkOptions
            {
                Subnet = 200,
                ClientAddresses = [client],
                ServerAddresses = [server, server6],
            }
        );
        network.ClientAddress.ToString().ShouldBe("10.77.200.1");
        using (
            var pair = TcpPair.Open(
                network,
                new TcpPairOptions
                {
                    ServerAddress = server,
                    ClientAddress = client,
                    Port = 8080,
                }
            )
        )
        {
            pair.Server.RemoteEndPoint.ShouldBeOfType<IPEndPoint>().Address.ShouldBe(client);
            pair.ServerPort.ShouldBe(8080);
        }

        using var pair6 = TcpPair.Open(network, new TcpPairOptions { ServerAddress = server6 });
        pair6.SendToClient(10).Bytes.ShouldBe(10);
    }

    [KernelFact]
    public void Mtu_gives_the_segment_size()
    {
        using var network = LabNetwork.Create(new LabNetworkOptions { Mtu = 9000 });
        using var pair = TcpPair.Open(network);
        TcpInfo.Read(pair.Client).AdvertisedMss.ShouldBe(8960u - 12u);
        pair.Client.GetMaxSegment().ShouldBe(8948);
    }

    [KernelFact]
    public void Settings_are_the_namespaces_own()
    {
        using var network = LabNetwork.Create();
        network.Client.SetSysctl("net.ipv4.tcp_ecn", "1");
        network.Client.GetSysctl("net.ipv4.tcp_ecn").ShouldBe("1");
        network.Server.GetSysctl("net.ipv4.tcp_ecn").ShouldBe("2");
        using (var pair = TcpPair.Open(network))
        {
            TcpInfo.Read(pair.Client).Options.HasFlag(TcpAgreedOptions.Ecn).ShouldBeTrue();
        }

        Should
            .Throw<LabException>(() => network.Client.SetSysctl("net.ipv4.no_such", "1"))
            .Message.ShouldContain("net.ipv4.no_such");
    }

    [KernelFact]
    public void The_calling_thread_stays_outside()
    {
        using var network = LabNetwork.Create();
        var outside = new FileInfo("/proc/thread-self/ns/net").LinkTarget;
        network.Client.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget).ShouldNotBe(outside);
        Should.Throw<InvalidDataException>(() => network.Client.Run(() => throw new InvalidDataException()));
        new FileInfo("/proc/thread-self/ns/net").LinkTarget.ShouldBe(outside);
    }

    [KernelFact]
    public void A_refused_or_unanswered_connection_ends_in_time()
    {
        using var network = LabNetwork.Create();
        var gone = LabListener.Open(network.Server, new IPEndPoint(network.ServerAddress, 0));
        gone.Dispose();
        Should
            .Throw<SocketException>(() => TcpPair.Open(network.Client, gone))
            .SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);

        using var listener = LabListener.Open(network.Server, new IPEndPoint(network.ServerAddress, 0));
        Should.Throw<TimeoutException>(() => listener.Accept(TimeSpan.FromMilliseconds(50)));
        network.Server.Configure([$"link set {network.ServerInterface} down"]);
        Should.Throw<Exception>(() =>
            TcpPair.Open(network.Client, listener, new TcpPairOptions { Timeout = TimeSpan.FromMilliseconds(200) })
        );
    }

    [KernelFact]
    public void Two_networks_with_the_same_addresses_do_not_meet()
    {
        using var one = LabNetwork.Create();
        using var two = LabNetwork.Create();
        using var listener = LabListener.Open(one.Server, new IPEndPoint(one.ServerAddress, 5000));
        using var other = LabListener.Open(two.Server, new IPEndPoint(two.ServerAddress, 5000));
        using var pair = TcpPair.Open(two.Client, other);
        pair.SendToServer(5).Bytes.ShouldBe(5);
    }
}
