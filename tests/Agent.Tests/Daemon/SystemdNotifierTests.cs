using System.Net.Sockets;
using System.Text;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class SystemdNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Systemd_is_told(bool isAbstract)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path : path));
        var notifier = new SystemdNotifier(isAbstract ? "@" + path : path);

        notifier.Ready("revision x");
        notifier.Stopping();

        Receive(systemd).ShouldBe("READY=1\nSTATUS=revision x");
        Receive(systemd).ShouldBe("STOPPING=1");
    }

    [Fact]
    public void Nobody_listening_is_no_error()
    {
        new SystemdNotifier(null).Ready("x");
        new SystemdNotifier("/nowhere/notify").Ready("x");
    }

    private static string Receive(Socket socket)
    {
        socket.ReceiveTimeout = 5000;
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
