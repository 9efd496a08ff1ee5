using System.Net;
using System.Net.Sockets;
using NetEdit.Effects.Guest;

namespace NetEdit.Effects.Tests;

public sealed class AnswerServerTests
{
    /// <summary>It was <c>Connection reset by peer</c>: what the server finds wrong with a connection ends that connection first.</summary>
    [Fact]
    public void What_the_server_finds_wrong_with_a_connection_is_what_its_client_throws()
    {
        const string Wrong = "arm ours is not in force: the reader offers 65536 bytes at first";
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var server = new AnswerServer(listener, 1, _ => throw new InvalidOperationException(Wrong));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(server.EndPoint);

        Should
            .Throw<InvalidOperationException>(() => server.Exchange(client, 1, AnswerServer.NewBuffer()))
            .Message.ShouldBe(Wrong);
    }
}
