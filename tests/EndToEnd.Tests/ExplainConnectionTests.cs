using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class ExplainConnectionTests
{
    [KernelFact]
    public void A_tuned_connection_tells_who_gave_what_who_lost_what_was_refused_and_what_it_has()
    {
        using var scene = new Scene();
        scene.WriteWindow(20, name: "everyone", priority: 100);
        scene.WriteWindow(40, name: "special", priority: 200);
        scene.Write(
            "late.yaml",
            Yaml.Policy(
                "late",
                scene.Cgroup.Path,
                "congestion-control: { algorithm: nonesuch }\nkeepalive: { idle: 70s }"
            )
        );
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();

        var connection = Explain(scene, pair.Client);

        Text(connection, "tuning").ShouldBe("AtEstablishment");
        Text(connection, "state").ShouldBe("Established");
        Text(connection, "direction").ShouldBe("outbound");
        Text(connection, "cgroup").ShouldBe(scene.Cgroup.Path);
        Text(connection, "chain").ShouldBe(scene.Cgroup.Path);
        ((ulong)connection["networkNamespace"]!).ShouldBe(
            scene.Network.Client.Run(() => NamespaceOf("/proc/thread-self/ns/net"))
        );
        var window = Feature(connection, "initial-cwnd");
        Text(window, "state").ShouldBe("Applied");
        Text(window, "policy").ShouldBe("special");
        Text(window, "values").ShouldBe("segments: 40");
        var lost = window["lost"]!.AsArray().ShouldHaveSingleItem()!;
        (Text(lost, "policy"), Text(lost, "values"), Text(lost, "winner"), Text(lost, "rule")).ShouldBe(
            ("everyone", "segments: 20", "special", "priority 200 over 100")
        );
        Text(Feature(connection, "keepalive"), "state").ShouldBe("Applied");
        var refused = Feature(connection, "congestion-control");
        (Text(refused, "state"), Text(refused, "error"), Text(refused, "policy")).ShouldBe(
            ("Failed", "ENOENT", "late")
        );
        var now = connection["now"]!;
        ((int)now["congestionWindow"]!).ShouldBe(40);
        Text(now, "congestionControl").ShouldBe(pair.Client.GetCongestionControl());
        ((bool)now["keepAlive"]!).ShouldBeTrue();
        ((double)now["keepAliveIdleSeconds"]!).ShouldBe(70);
        ((uint)now["windowClampBytes"]!).ShouldBe((uint)pair.Client.GetWindowClamp());
        ((uint)now["receiveBufferBytes"]!).ShouldBe((uint)pair.Client.GetReceiveBuffer());
        ((uint)now["sendBufferBytes"]!).ShouldBe((uint)pair.Client.GetSendBuffer());
        ((double)now["rtoMilliseconds"]!).ShouldBe(
            TcpInfo.Read(pair.Client).RetransmissionTimeout.TotalMilliseconds,
            tolerance: 20
        );

        /* The process that opened it is elsewhere by now: the socket stays where it was made. */
        var process = connection["processes"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)process["pid"]!).ShouldBe(Environment.ProcessId);
        Text(process, "cgroup").ShouldNotBe(scene.Cgroup.Path);

        var text = Run(scene, End(pair.Client)).Output;
        text.ShouldContain($"{pair.Client.LocalEndPoint} -> {pair.Client.RemoteEndPoint}  established, outbound\n");
        text.ShouldContain("ENOENT: does not exist; the kernel has no nonesuch loaded");
        text.ShouldContain("to special by priority 200 over 100");
        text.ShouldContain("the socket keeps its own");
    }

    [KernelFact]
    public void Without_an_agent_the_policies_it_kept_or_those_that_are_named_explain_the_same()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        var asked = Explain(scene, pair.Client);
        agent.Stop();

        Explain(scene, pair.Client).ToJsonString().ShouldBe(asked.ToJsonString());
        Single(scene.RunWithPolicies("explain", "connection", End(pair.Client), "-o", "json"), pair.Client)
            .ToJsonString()
            .ShouldBe(asked.ToJsonString());
        Directory.Delete(scene.State, recursive: true);
        var unknown = Explain(scene, pair.Client);
        Text(unknown, "tuning").ShouldBe("AtEstablishment");
        Text(Feature(unknown, "initial-cwnd"), "state").ShouldBe("Applied");
    }

    [KernelFact]
    public void Connections_that_were_open_before_are_walked_or_say_why_not()
    {
        using var scene = new Scene();
        using var old = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        using var walked = scene.Cgroup.CreateChild("walked");
        using var other = scene.Connect(new TcpPairOptions { ClientCgroup = walked });
        scene.WriteWindow(40);
        scene.Write("rw.yaml", Yaml.Policy("rw", walked.Path, "receive-window: { clamp: 32KiB }"));
        using var agent = scene.StartAgent();

        var untouched = Explain(scene, old.Client);
        Text(untouched, "tuning").ShouldBe("NotLookedAt");
        Text(untouched, "why").ShouldBe("it was open before, and what matches is for new connections");
        Text(Feature(untouched, "initial-cwnd"), "state").ShouldBe("NotApplied");

        var adopted = Explain(scene, other.Client);
        Text(adopted, "tuning").ShouldBe("ByWalk");
        Text(adopted, "direction").ShouldBe("outbound");
        Text(Feature(adopted, "receive-window"), "state").ShouldBe("Applied");
        Text(Feature(adopted, "initial-cwnd"), "why")
            .ShouldBe("the connection was open before, and this is for new ones");
        ((int)adopted["now"]!["windowClampBytes"]!).ShouldBe(32 * 1024);
    }

    [KernelFact]
    public void A_walk_does_not_forget_what_was_set_at_establishment()
    {
        using var scene = new Scene();
        scene.Write(
            "rw.yaml",
            Yaml.Policy("rw", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nreceive-window: { clamp: 32KiB }")
        );
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        scene.Write(
            "rw.yaml",
            Yaml.Policy("rw", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nreceive-window: { clamp: 48KiB }")
        );
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 48 * 1024, "the walk");

        var connection = Explain(scene, pair.Client);

        Text(connection, "tuning").ShouldBe("AtEstablishment");
        Text(connection, "why").ShouldBe("when it was established, and met by a walk since");
        Text(Feature(connection, "initial-cwnd"), "state").ShouldBe("Applied");
        Text(Feature(connection, "receive-window"), "state").ShouldBe("Applied");
    }

    [KernelFact]
    public void A_connection_that_no_policy_matches_says_why_of_each()
    {
        using var scene = new Scene();
        scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }", port: 1));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();

        var connection = Explain(scene, pair.Client);

        (Text(connection, "tuning"), Text(connection, "why")).ShouldBe(("NotMatched", "nothing matches"));
        connection["features"]!.AsArray().ShouldBeEmpty();
        var mismatch = connection["mismatches"]!.AsArray().ShouldHaveSingleItem()!;
        Text(mismatch, "policy").ShouldBe("web");
        Text(mismatch, "why").ShouldBe($"the server's port {pair.ServerPort} is in none of its ports (1)");
        Run(scene, End(pair.Client)).Output.ShouldContain("no policy: nothing matches");
    }

    [KernelFact]
    public void An_IPv6_connection_is_found_by_either_end_its_port_and_its_process()
    {
        using var scene = new Scene();
        scene.Write("mark.yaml", Yaml.Policy("mark", scene.Cgroup.Path, "dscp: { value: 10 }"));
        using var agent = scene.StartAgent();
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Family = AddressFamily.InterNetworkV6,
            }
        );

        Ends(Json(scene, End(pair.Client)))
            .ShouldBe([$"{pair.Client.LocalEndPoint}", $"{pair.Server.LocalEndPoint}"], ignoreOrder: true);
        Ends(Json(scene, End(pair.Server))).Count.ShouldBe(2);
        Ends(Json(scene, pair.ClientPort.ToString(CultureInfo.InvariantCulture))).Count.ShouldBe(2);
        Ends(Json(scene, ((IPEndPoint)pair.Client.LocalEndPoint!).Address.ToString()))
            .ShouldContain($"{pair.Client.LocalEndPoint}");
        Ends(Json(scene, "--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)))
            .ShouldContain($"{pair.Client.LocalEndPoint}");
        Ends(Json(scene, "--all")).ShouldContain($"{pair.Client.LocalEndPoint}");
        var connection = Explain(scene, pair.Client);
        ((int)connection["now"]!["trafficClass"]! >> 2).ShouldBe(10);
        Run(scene, "--all").Output.ShouldContain("tuned");
    }

    [KernelFact]
    public void What_is_not_there_is_said_with_what_is_near()
    {
        using var scene = new Scene();
        using var pair = scene.Connect();

        var near = Run(scene, $"203.0.113.9:{pair.ServerPort}");
        near.ExitCode.ShouldBe(1);
        near.Output.ShouldBeEmpty();
        near.Errors.ShouldContain("no open TCP connection has 203.0.113.9");
        near.Errors.ShouldContain($"similar ends: {pair.Client.LocalEndPoint} with {pair.Client.RemoteEndPoint}");
        Run(scene, "--pid", "1").Errors.ShouldContain("process 1 has no open TCP connection");
        Run(scene, "--pid", int.MaxValue.ToString(CultureInfo.InvariantCulture))
            .Errors.ShouldContain("process 2147483647 does not exist");
    }

    [KernelFact]
    public void What_is_paused_is_said()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }\nkeepalive: { idle: 70s }")
        );
        using var agent = scene.StartAgent();
        scene.Run("pause", "feature", "keepalive", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        using var pair = scene.Connect();

        var connection = Explain(scene, pair.Client);

        Text(Feature(connection, "keepalive"), "state").ShouldBe("Paused");
        Text(Feature(connection, "initial-cwnd"), "state").ShouldBe("Applied");
        Run(scene, End(pair.Client)).Output.ShouldStartWith("PAUSED until netedit resume: feature/keepalive\n");
    }

    private static NeteditResult Run(Scene scene, params string[] arguments) =>
        scene.Run(["explain", "connection", .. arguments, "--socket", scene.Socket]);

    private static JsonArray Json(Scene scene, params string[] arguments)
    {
        var outcome = Run(scene, [.. arguments, "-o", "json"]);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Json["connections"]!.AsArray();
    }

    private static List<string> Ends(JsonArray connections) =>
        [.. connections.Select(connection => Text(connection!, "local"))];

    private static JsonNode Explain(Scene scene, Socket socket) =>
        Single(Run(scene, End(socket), "-o", "json"), socket);

    private static JsonNode Single(NeteditResult outcome, Socket socket)
    {
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Json["connections"]!
            .AsArray()
            .Single(connection => Text(connection!, "local") == socket.LocalEndPoint!.ToString())!;
    }

    private static JsonNode Feature(JsonNode connection, string name) =>
        connection["features"]!.AsArray().Single(feature => Text(feature!, "feature") == name)!;

    private static string Text(JsonNode node, string key) => (string)node[key]!;

    private static string End(Socket socket) => socket.LocalEndPoint!.ToString()!;

    private static ulong NamespaceOf(string link) =>
        ulong.Parse(new FileInfo(link).LinkTarget!["net:[".Length..^1], CultureInfo.InvariantCulture);
}
