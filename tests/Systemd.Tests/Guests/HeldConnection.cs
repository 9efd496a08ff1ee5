namespace NetEdit.Systemd.Tests;

/// <summary>A connection that stays open, to an echo: a line is sent through it when a test asks.</summary>
internal sealed class HeldConnection
{
    /// <summary>Where its echo listens.</summary>
    public const int Port = 7000;

    private const string Requests = "/run/connection.requests";
    private const string Answers = "/run/connection.answers";

    private readonly ServiceHost _host;
    private int _sent;

    /// <summary>Opens it.</summary>
    public HeldConnection(ServiceHost host)
    {
        _host = host;
        host.StartEcho(Port);
        host.Run(
            $"""
            mkfifo {Requests}
            cat >/run/connection <<'END'
            exec 3<>/dev/tcp/127.0.0.1/{Port} 4<>{Requests}
            while read -r line <&4; do echo "$line" >&3; read -r answer <&3; echo "$answer" >>{Answers}; done
            END
            systemd-run --quiet --unit=connection bash /run/connection
            """
        );
        Use();
    }

    /// <summary>How many of its two ends have a congestion control.</summary>
    public int EndsWith(string algorithm) =>
        _host
            .Run($"ss -HtinO state established '( sport = :{Port} or dport = :{Port} )'")
            .Split('\n')
            .Count(end => end.Split(' ').Contains(algorithm, StringComparer.Ordinal));

    /// <summary>Sends a line through it and waits for the answer.</summary>
    public void Use()
    {
        var line = $"line {++_sent}";
        _host.Run($"echo '{line}' >{Requests}");
        _host.WaitFor(() => _host.Try($"grep -qx '{line}' {Answers}").ExitCode == 0, $"'{line}' came back");
    }

    /// <summary>Closes it.</summary>
    public void Close() => _host.Run($"systemctl stop connection echo-{Port}; rm {Requests} {Answers} /run/connection");
}
