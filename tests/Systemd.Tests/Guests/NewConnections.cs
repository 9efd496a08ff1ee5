namespace NetEdit.Systemd.Tests;

/// <summary>Opens one connection after another, and notes with which window each began and whether an agent ran meanwhile.</summary>
internal sealed class NewConnections : IDisposable
{
    private const int Port = 7001;
    private const string Seen = "/run/connections.seen";

    private readonly ServiceHost _host;

    /// <summary>Begins.</summary>
    public NewConnections(ServiceHost host)
    {
        _host = host;
        host.StartEcho(Port);
        host.Run(
            $$"""
            cat >/run/connections <<'END'
            agent=/sys/fs/cgroup/system.slice/netedit.service/cgroup.procs
            while exec 3<>/dev/tcp/127.0.0.1/{{Port}}; do
              pid=
              read -r pid 2>/dev/null <$agent
              echo "${pid:+agent} $(ss -HtinO state established dport = :{{Port}} | grep -o 'cwnd:[0-9]*')"
              exec 3>&-
            done
            END
            systemd-run --quiet --unit=connections --property=StandardOutput=file:{{Seen}} bash /run/connections
            """
        );
        host.WaitFor(() => Lines().Length > 0, "connections are opened");
    }

    /// <summary>Ends, and gives the windows that were seen without and with an agent.</summary>
    public (IReadOnlyList<string> WithoutAgent, IReadOnlyList<string> WithAgent) End()
    {
        var seen = Lines();
        _host.Run("systemctl is-active --quiet connections");
        return ([.. Of(false)], [.. Of(true)]);

        IEnumerable<string> Of(bool isAgent) =>
            seen.Where(line => line.StartsWith("agent", StringComparison.Ordinal) == isAgent)
                .SelectMany(ServiceHost.WindowsIn);
    }

    public void Dispose() => _host.Try($"systemctl stop connections echo-{Port}; rm {Seen} /run/connections");

    private string[] Lines() => _host.Run($"cat {Seen}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
