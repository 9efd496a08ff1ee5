using NetEdit.Lab;
using NetEdit.Testing;
using Shouldly;
using Xunit;

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
        agent.WaitFor(() => pair.Client.GetWindowClamp() == 32 * KiB && pair.Server.GetWindowClamp() == 32 * KiB, "the policy reaches it");
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

    private static string Clamp(Scene scene, int kibibytes) => Yaml.Policy("rw", scene.Cgroup.Path, $"receive-window: {{ clamp: {kibibytes}KiB }}");
}
