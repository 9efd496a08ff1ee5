using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>An agent in the network namespace of a scene's client, whose sysctls are its own, and what sockets there show of them.</summary>
public sealed class SysctlHost(Scene scene)
{
    private const int Port = 5300;

    /// <summary>The namespace.</summary>
    public NetworkNamespace Network => scene.Network.Client;

    /// <summary>Writes a policy of sysctls for the whole host.</summary>
    public void Write(string sysctls, string name = "host", int priority = 0) =>
        scene.Write(
            name + ".yaml",
            string.Create(
                CultureInfo.InvariantCulture,
                $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec:\n  "
                    + $"priority: {priority}\n  tuning:\n    sysctl: {sysctls}\n"
            )
        );

    /// <summary>Takes a policy away.</summary>
    public void Remove(string name = "host") => File.Delete(Path.Combine(scene.Policies, name + ".yaml"));

    /// <summary>Starts an agent there and waits for its first pass.</summary>
    /// <param name="wrapper">A further program that execs it.</param>
    public AgentProcess StartAgent(params string[] wrapper)
    {
        // Not ip netns exec, which mounts another /sys.
        var agent = scene.Launch([], ["nsenter", $"--net=/run/netns/{Network.Name}", .. wrapper]);
        agent.WaitForFirstPass();
        return agent;
    }

    /// <summary>Runs a verb there.</summary>
    public NeteditResult Run(params string[] arguments) =>
        Netedit.RunUnder(["nsenter", $"--net=/run/netns/{Network.Name}"], [.. arguments, "--ledger", scene.Ledger]);

    /// <summary>A sysctl, with one blank where the kernel has a tab.</summary>
    public string this[string name]
    {
        get => Network.GetSysctl(name).Replace('\t', ' ');
        set => Network.SetSysctl(name, value);
    }

    /// <summary>The receive buffer of a new socket (net.ipv4.tcp_rmem), and the flags of its SYN (net.ipv4.tcp_ecn).</summary>
    public (int Buffer, TcpHeaderFlags Syn) Observe()
    {
        using var capture = PacketCapture.Start(Network, Port);
        using var pair = scene.Connect(new TcpPairOptions { Port = Port });
        var buffer = pair.Client.GetReceiveBuffer();
        return (buffer, capture.Stop().First(packet => packet.IsSyn).Flags & (TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr));
    }

    /// <summary>The lines of the agent's metric of sysctls, without its name.</summary>
    public IEnumerable<string> Metric(AgentProcess agent)
    {
        using var socket = Network.CreateSocket(AddressFamily.InterNetwork);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, agent.Port));
        socket.Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n')
                .Where(line => line.StartsWith("netedit_sysctl{", StringComparison.Ordinal))
                .Select(line => line["netedit_sysctl".Length..].TrimEnd()),
        ];
    }
}
