using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What the agent can do without neither keeps it from tuning nor ends it; it is said, and tried again.</summary>
public sealed class SideServiceTests
{
    private const int Tuned = 40;

    [KernelFact]
    public void A_port_that_is_taken_is_served_once_it_is_free()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        AgentProcess agent;
        using (var taken = new TcpListener(IPAddress.Loopback, 0))
        {
            taken.Start();
            agent = scene.Launch([], port: ((IPEndPoint)taken.LocalEndpoint).Port);
            agent.WaitForFirstPass();
            scene.Window().ShouldBe(Tuned);
            Problems(agent).ShouldHaveSingleItem().ShouldStartWith("http: cannot listen on 127.0.0.1:");
            agent.Log.Count(entry => entry.Field("part") == "http").ShouldBe(1);
        }

        agent.Reconcile();
        agent.Reconcile(); // parts are tried before a pass

        Problems(agent).ShouldBeEmpty();
        agent.Get("/readyz").Body.ShouldStartWith("ready\n");
        agent.Metric("netedit_agent_problem", "part=\"http\"").ShouldBe(0);
    }

    [KernelFact]
    public void A_control_socket_that_cannot_be_made_is_said_by_readiness_and_a_metric()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        Directory.CreateDirectory(Path.Combine(scene.Socket, "in-the-way"));
        var agent = scene.StartAgent();
        scene.Window().ShouldBe(Tuned);
        agent.WaitFor(
            () =>
                agent
                    .Get("/readyz")
                    .Body.Contains(
                        $"control-socket: {scene.Socket} is not a socket of netedit's",
                        StringComparison.Ordinal
                    ),
            "readiness says so"
        );
        agent.Metric("netedit_agent_problem", "part=\"control-socket\"").ShouldBe(1);
        agent.Stop().ShouldBe(0);
        Directory.Delete(scene.Socket, recursive: true);
    }

    [KernelFact]
    public void A_log_on_a_full_disk_costs_its_lines_and_nothing_else()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var agent = scene.Launch([], ["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"]);
        agent.WaitFor(() => File.Exists(scene.Socket) && HasPassed(agent), "the first pass is done");
        scene.Window().ShouldBe(Tuned);
        Problems(agent).ShouldHaveSingleItem().ShouldContain("lines of the log could not be written");

        scene.WriteWindow(25);
        agent.WaitFor(() => scene.Window() == 25, "the agent goes on");
        agent.Stop().ShouldBe(0);
    }

    [KernelFact]
    public void A_runtime_directory_that_takes_no_file_costs_the_lock_and_the_host_is_tuned()
    {
        using var scene = new Scene();
        scene.WriteWindow(Tuned);
        var agent = scene.Launch(
            [],
            [
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs -o nr_inodes=1,mode=0700 none /run/netedit; exec \"$@\"",
                "sh",
            ]
        );
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(Tuned);
        Problems(agent).ShouldHaveSingleItem().ShouldStartWith("lock: ");
        agent.Stop().ShouldBe(0);
    }

    private static bool HasPassed(AgentProcess agent)
    {
        try
        {
            return agent.Status()["lastReconcile"] is JsonNode;
        }
        catch (SocketException)
        {
            return false; // its socket has a name, and does not listen yet
        }
    }

    private static string[] Problems(AgentProcess agent) =>
        [.. agent.Status()["problems"]!.AsArray().Select(problem => (string)problem!)];
}
