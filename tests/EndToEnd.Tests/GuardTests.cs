using System.Net;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What applications may set themselves.</summary>
public sealed class GuardTests
{
    private const int KiB = 1024;

    [KernelTheory]
    [InlineData("{ buffers: deny }", "AccessDenied", "20480", "reno")]
    [InlineData("{ buffers-limit: 20KiB }", "40960", "20480", "reno")]
    [InlineData("{ window-clamp: deny }", "102400", "AccessDenied", "reno")]
    [InlineData("{ window-clamp-limit: 10KiB }", "102400", "10240", "reno")]
    [InlineData("{ congestion-control: deny }", "102400", "20480", "AccessDenied")]
    [InlineData("{ buffers: allow, window-clamp: allow, congestion-control: allow }", "102400", "20480", "reno")]
    public void An_application_gets_what_the_policy_leaves_it(
        string guard,
        string buffer,
        string clamp,
        string algorithm
    )
    {
        using var scene = new Scene();
        scene.Write("guard.yaml", Yaml.Policy("guard", scene.Cgroup.Path, "setsockopt-guard: " + guard));
        scene.StartAgent();

        Guarded.SendBuffer(scene, 50 * KiB).ShouldBe(buffer);
        Guarded.SendBuffer(scene, 10 * KiB).ShouldBe(buffer == "AccessDenied" ? buffer : "20480", "below the limit");
        Guarded.Clamp(scene, 20 * KiB).ShouldBe(clamp);
        Guarded.Algorithm(scene, "reno").ShouldBe(algorithm);
    }

    [KernelFact]
    public void Policies_set_what_applications_may_not_and_what_was_refused_is_counted()
    {
        using var scene = new Scene();
        scene.Write(
            "guard.yaml",
            Yaml.Policy(
                "guard",
                scene.Cgroup.Path,
                "setsockopt-guard: { congestion-control: deny, buffers-limit: 20KiB }\ncongestion-control: { "
                    + "algorithm: reno }"
            )
        );
        var agent = scene.StartAgent();

        using var pair = scene.Connect();
        pair.Client.GetCongestionControl().ShouldBe("reno");
        Guarded.Algorithm(scene, "cubic").ShouldBe("AccessDenied");
        Guarded.SendBuffer(scene, 50 * KiB).ShouldBe("40960");
        var metrics = agent.Get("/metrics").Body;
        const string guard = "feature=\"setsockopt-guard\",hook=\"cgroup/setsockopt\"";
        var events = $"netedit_program_events_total{{{guard},target=\"{scene.Cgroup.Path}\"";
        metrics.ShouldContain($$"""{{events}},event="denied"} 1""");
        metrics.ShouldContain($$"""{{events}},event="capped"} 1""");
    }

    /// <summary>A socket of Multipath TCP has a protocol number of its own, and hands what is set of it to its TCP connections.</summary>
    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork, "before")]
    [InlineData(AddressFamily.InterNetworkV6, "before")]
    [InlineData(AddressFamily.InterNetwork, "listening")]
    [InlineData(AddressFamily.InterNetwork, "connected")]
    [InlineData(AddressFamily.InterNetwork, "accepted")]
    public void Multipath_tcp_does_not_pass_the_guard(AddressFamily family, string when)
    {
        using var scene = new Scene();
        scene.Write(
            "guard.yaml",
            Yaml.Policy(
                "guard",
                scene.Cgroup.Path,
                "setsockopt-guard: { congestion-control: deny, buffers-limit: 20KiB }"
            )
        );
        scene.StartAgent();
        scene.Network.Client.SetSysctl("net.mptcp.enabled", "1");
        scene.Network.Server.SetSysctl("net.mptcp.enabled", "1");
        using var listener = scene.Network.Server.CreateMultipathSocket(family, scene.Cgroup);
        listener.Bind(new IPEndPoint(scene.Network.ServerAddressOf(family), 0));
        using var client = scene.Network.Client.CreateMultipathSocket(family, scene.Cgroup);
        if (when != "before")
        {
            listener.Listen();
            client.Connect(listener.LocalEndPoint!);
        }

        using var accepted = when == "accepted" ? listener.Accept() : null;
        var socket = when == "listening" ? listener : accepted ?? client;

        Guarded
            .Ask(
                socket,
                asked =>
                {
                    asked.SetCongestionControl("reno");
                    return "reno";
                }
            )
            .ShouldBe("AccessDenied");
        socket.SetKernelOption(TcpSocketOptions.SocketLevel, 7, 50 * KiB);
        socket.GetSendBuffer().ShouldBe(40 * KiB);
    }
}
