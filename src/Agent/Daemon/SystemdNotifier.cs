using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NetEdit.Agent.Daemon;

/// <summary>Tells systemd how the service fares (sd_notify); silent when systemd does not ask.</summary>
/// <param name="socketPath">Where systemd listens; null when it does not.</param>
/// <param name="watchdog">How soon after a sign of life systemd wants the next one (<c>WatchdogSec=</c>); null when it wants none.</param>
internal sealed class SystemdNotifier(string? socketPath, TimeSpan? watchdog = null)
{
    /// <summary>How soon after a sign of life systemd wants the next one; null when it wants none.</summary>
    public TimeSpan? Watchdog => watchdog;

    /// <summary>The notifier of this process's environment.</summary>
    public static SystemdNotifier FromEnvironment() =>
        new(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            WatchdogOf(
                Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
                Environment.GetEnvironmentVariable("WATCHDOG_PID")
            )
        );

    /// <summary>What the environment says of the watchdog.</summary>
    /// <param name="microseconds"><c>WATCHDOG_USEC</c>.</param>
    /// <param name="process"><c>WATCHDOG_PID</c>: of whom signs of life are wanted; everybody when it is not set.</param>
    public static TimeSpan? WatchdogOf(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval)
        && interval > 0
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(interval)
            : null;

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Status(string status) => Send($"STATUS={status}");

    public void Alive() => Send("WATCHDOG=1");

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
