using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Connections that are open while policies come, change and go.</summary>
public sealed class LiveSocketsTests
{
    private const int KiB = 1024;

    [KernelFact]
    public void An_open_connection_follows_its_policy()
    {
        using var scene = new Scene();
        using var agent = scene.StartAgent();
        using var pair = scene.Connect();
        var before = pair.Client.GetWindowClamp();

        scene.Write("rw.yaml", Clamp(scene, 32));
        agent.WaitFor(
            () => pair.Client.GetWindowClamp() == 32 * KiB && pair.Server.GetWindowClamp() == 32 * KiB,
            "the policy reaches it"
        );
        scene.Write("rw.yaml", Clamp(scene, 48));
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 48 * KiB, "the new value reaches it");
        File.Delete(Path.Combine(scene.Policies, "rw.yaml"));
        agent.WaitFor(() => pair.Client.GetWindowClamp() >= before, "it is released");
        agent.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is left");
    }

    [KernelFact]
    public void A_restart_with_nothing_changed_walks_nothing()
    {
        using var scene = new Scene();
        scene.Write("rw.yaml", Clamp(scene, 32));
        using (var agent = scene.StartAgent())
        {
            agent.Stop();
        }

        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);
        using var next = scene.StartAgent();
        next.Actions.ShouldBeEmpty();
    }

    /// <summary>As a crash between the change and the walk would leave it: the live program is not there.</summary>
    [KernelFact]
    public void A_walk_that_a_crash_prevented_is_made_by_the_next_start()
    {
        using var scene = new Scene();
        scene.Write("rw.yaml", Clamp(scene, 32));
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        File.Delete(Path.Combine(Path.GetDirectoryName(scene.ChainLink)!, "live"));
        using var pair = scene.Connect();
        pair.Client.SetKernelOption(TcpSocketOptions.TcpLevel, 10, 64 * KiB);

        using var agent = scene.StartAgent();

        agent.Actions.Count.ShouldBe(1);
        pair.Client.GetWindowClamp().ShouldBe(32 * KiB);
    }

    /// <summary>The service could not see the namespaces of processes that have more rights than it: containers, say. Nothing said so.</summary>
    [KernelFact]
    public void With_the_rights_of_the_service_connections_in_the_namespace_of_another_process_are_tuned()
    {
        using var scene = new Scene();
        using var pair = scene.Connect();
        using var agent = scene.StartAgent();
        using (new NamelessNamespace(scene.Network.Client.Name))
        {
            scene.Write("rw.yaml", Clamp(scene, 32));
            agent.WaitFor(() => pair.Client.GetWindowClamp() == 32 * KiB, "the policy reaches it");
            agent.Reconcile();
            agent.Metric("netedit_agent_problem", "part=\"network-namespaces\"").ShouldBe(0);
        }
    }

    [KernelFact]
    public void Namespaces_that_cannot_be_seen_are_counted_and_said()
    {
        using var scene = new Scene();
        using var pair = scene.Connect();
        var before = pair.Client.GetWindowClamp();
        scene.Write("rw.yaml", Clamp(scene, 32));
        using (new NamelessNamespace(scene.Network.Client.Name))
        {
            var agent = scene.Launch([], ServiceUnit.Wrapper(ServiceUnit.Capabilities.Except(["sys_ptrace"])));
            agent.WaitForFirstPass();

            pair.Client.GetWindowClamp().ShouldBe(before);
            agent.WaitFor(
                () =>
                    agent
                        .Get("/readyz")
                        .Body.Contains("network-namespaces: the network namespaces of ", StringComparison.Ordinal),
                "readiness says so"
            );
            agent.Metric("netedit_agent_problem", "part=\"network-namespaces\"").ShouldBe(1);
            agent.Status().StateOf("rw").ShouldBe("Degraded namespaces-hidden");
            agent
                .Reconcile()
                .StateOf("rw")
                .ShouldBe("Degraded namespaces-hidden", "a pass without a walk sees no more");
            var explained = scene.Run(
                "explain",
                "connection",
                pair.Client.LocalEndPoint!.ToString()!,
                "--socket",
                scene.Socket
            );
            (explained.Output + explained.Errors).ShouldContain("without CAP_SYS_PTRACE");
        }
    }

    /// <summary>Takes the name of a network namespace away while this lasts; a process with all rights keeps it.</summary>
    private sealed class NamelessNamespace : IDisposable
    {
        private readonly string _name;
        private readonly System.Diagnostics.Process _holder;

        public NamelessNamespace(string name)
        {
            _name = "/run/netns/" + name;
            var own = Native.ReadLink("/proc/self/ns/net");
            _holder = Netedit.Start("nsenter", ["--net=" + _name, "sleep", "1h"]);
            Eventually.True(
                () => Native.ReadLink($"/proc/{_holder.Id}/ns/net") is { } there && there != own,
                "a process is in the namespace"
            );
            Run("umount", "--lazy", _name); // the lab has it open
        }

        public void Dispose()
        {
            Run("mount", "--bind", $"/proc/{_holder.Id}/ns/net", _name);
            _holder.Kill();
            _holder.WaitForExit();
            _holder.Dispose();
        }

        private static void Run(string program, params string[] arguments)
        {
            var outcome = Netedit.RunProgram(program, arguments);
            outcome.ExitCode.ShouldBe(0, outcome.ToString());
        }
    }

    private static string Clamp(Scene scene, int kibibytes) =>
        Yaml.Policy("rw", scene.Cgroup.Path, $"receive-window: {{ clamp: {kibibytes}KiB }}");
}
