using System.Net;
using System.Net.Sockets;
using NetEdit.Adapter.Kinds;
using NetEdit.Lab;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class SocketCountsTests
{
    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_connection_is_seen_from_its_first_to_its_last_moment(AddressFamily family)
    {
        using var host = NetworkNamespace.Create();
        host.Run(SocketCounts.AnyTcp).ShouldBeFalse();

        var loopback = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using var client = host.CreateSocket(family);
        using (var listener = LabListener.Open(host, new IPEndPoint(loopback, 0)))
        {
            client.Connect(listener.EndPoint);
            listener.Accept().Dispose();
        }

        host.Run(SocketCounts.AnyTcp).ShouldBeTrue("the end that is still open is a socket");
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        SpinWait.SpinUntil(() => !host.Run(SocketCounts.AnyTcp), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }
}
