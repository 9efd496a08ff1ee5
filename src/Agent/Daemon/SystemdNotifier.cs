using System.Net.Sockets;
using System.Text;

namespace NetEdit.Agent.Daemon;

/// <summary>Tells systemd how the service fares (sd_notify); silent when systemd does not ask.</summary>
internal sealed class SystemdNotifier(string? socketPath)
{
    /// <summary>The notifier of this process's environment.</summary>
    public static SystemdNotifier FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Status(string status) => Send($"STATUS={status}");

    public void Stopping() => Send("STOPPING=1");

    private void Send(string message)
    {
        if (string.IsNullOrEmpty(socketPath))
        {
            return;
        }

        try
        {
            // A leading @ stands for the abstract namespace.
            var path = socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // Nobody listens; the service manager will notice by itself.
        }
    }
}
