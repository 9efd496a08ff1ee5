using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Features with standalone programs, from a plugin, under an agent.</summary>
[Collection<KernelCollection>]
public sealed class HookpointTests
{
    private const int Port = 0x60;
    private const int Other = 0x40;

    [KernelFact]
    public void What_is_attached_by_itself_is_adopted_paused_drifts_back_and_goes()
    {
        using var scene = new Scene();
        string[] features = ["test-options", "test-socket-egress", "test-lookup"];
        foreach (var feature in features)
        {
            Write(scene, feature);
        }

        var agent = Start(scene);
        var effects = Effects(scene);
        features.ShouldAllBe(feature => effects.Acts(feature, Port, Other));
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain($"cgroup/setsockopt of {scene.Cgroup.Path}");
        agent
            .Get("/metrics")
            .Body.ShouldContain(
                """netedit_program_events_total{feature="test-lookup",hook="sk_lookup",target="",event="met"}"""
            );

        var ids = Scene.Ids(agent.Status()["kernel"]!);
        agent.Kill();
        features.ShouldAllBe(feature => effects.Acts(feature, Port, Other), "while no agent runs");
        agent = Start(scene);
        agent.Actions.ShouldBeEmpty();
        Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids);

        scene.Run("pause", "feature/test-options", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        features.Where(feature => effects.Acts(feature, Port, Other)).ShouldBe(["test-socket-egress", "test-lookup"]);
        scene.Run("resume", "--socket", scene.Socket).ExitCode.ShouldBe(0);
        features.ShouldAllBe(feature => effects.Acts(feature, Port, Other));

        foreach (var pin in Directory.GetFiles(scene.Pins + "/attached", "*", SearchOption.AllDirectories))
        {
            File.Delete(pin);
        }

        agent.Reconcile()["lastReconcile"]!["converged"]!.GetValue<bool>().ShouldBeTrue();
        features.ShouldAllBe(feature => effects.Acts(feature, Port, Other), "somebody had removed the pins");
        agent.Get("/metrics").Body.ShouldContain("""netedit_drift_repairs_total{feature="test-lookup"} 1""");

        foreach (var feature in features)
        {
            File.Delete(Path.Combine(scene.Policies, feature + ".yaml"));
        }

        agent.Reconcile();
        features.Where(feature => effects.Acts(feature, Port, Other)).ShouldBeEmpty();
        Directory.Exists(scene.Pins).ShouldBeFalse();
    }

    [KernelFact]
    public void A_policy_follows_its_interfaces()
    {
        using var scene = new Scene();
        var name = "ne" + Guid.NewGuid().ToString("N")[..8];
        Write(scene, "test-traffic-egress", name + "*");
        var agent = Start(scene);
        agent.Status().StateOf("test-traffic-egress").ShouldBe("Waiting scope-absent");

        using (new Veth(name))
        {
            agent.Reconcile().StateOf("test-traffic-egress").ShouldBe("Active none");
            agent.Status()["kernel"]!["programs"]!
                .AsArray()
                .Select(program => (string?)program!["target"])
                .ShouldBe([name, name + "p"]);
        }

        agent.Reconcile().StateOf("test-traffic-egress").ShouldBe("Waiting scope-absent");
        agent
            .Get("/metrics")
            .Body.Split('\n')
            .Where(line => line.StartsWith("netedit_drift_repairs_total{", StringComparison.Ordinal))
            .ShouldAllBe(line => line.EndsWith(" 0", StringComparison.Ordinal));
        Directory.Exists(scene.Pins).ShouldBeFalse();
    }

    [KernelFact]
    public void A_foreign_XDP_program_stays_and_the_policy_says_so()
    {
        using var other = new Scene();
        using var scene = new Scene();
        var name = "ne" + Guid.NewGuid().ToString("N")[..8];
        using var link = new Veth(name);
        Write(other, "test-xdp", name);
        var theirs = Scene.Ids(Start(other).Status()["kernel"]!);

        Write(scene, "test-xdp", name);
        Write(scene, "test-lookup");
        var agent = Start(scene);

        agent.Status().StateOf("test-xdp").ShouldBe("Failed kernel-refused");
        agent.Status().StateOf("test-lookup").ShouldBe("Active none", "others go on");
        agent.Text.ShouldContain("EBUSY");
        Scene.Ids(other.ReadKernel()).ShouldBe(theirs);
        other.Run("uninstall", "--socket", other.Socket).ExitCode.ShouldBe(0);
        agent.Reconcile().StateOf("test-xdp").ShouldBe("Active none", "the interface is free");
    }

    private static void Write(Scene scene, string feature, string? interfaces = null) =>
        scene.Write(
            feature + ".yaml",
            Yaml.Policy(
                feature,
                scene.Cgroup.Path,
                $"{feature}: {{ port: {Port}, other: {Other} }}",
                interfaces: interfaces
            )
        );

    private static AgentProcess Start(Scene scene) => scene.StartAgent("--features", Netedit.Plugins);

    private static HookEffects Effects(Scene scene) => new(scene.Cgroup, _ => 0, () => null);

    /// <summary>Two interfaces in this network namespace that are each other's other end.</summary>
    private sealed class Veth : IDisposable
    {
        private readonly string _name;

        public Veth(string name) =>
            Command.Run("ip", ["link", "add", _name = name, "type", "veth", "peer", "name", name + "p"]);

        public void Dispose() => Command.Run("ip", ["link", "delete", _name]);
    }
}
