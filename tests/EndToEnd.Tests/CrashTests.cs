using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Whatever an ending in the middle leaves, the next run makes whole.</summary>
public sealed class CrashTests
{
    [KernelTheory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void Killed_while_it_attaches_the_next_apply_finishes_and_uninstall_leaves_nothing(int pins)
    {
        using var scene = new Scene();
        using var other = LabCgroup.Create();
        scene.WriteWindow(40);
        scene.WriteWindow(25, other, "other");
        KillAtPins(scene, pins);

        var again = scene.RunWithPolicies("apply");

        again.ExitCode.ShouldBe(0, again.ToString());
        scene.Window().ShouldBe(40);
        scene.Window(other).ShouldBe(25);
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);
    }

    [KernelTheory]
    [InlineData(3)]
    [InlineData(9)]
    public void Killed_while_it_attaches_uninstall_alone_leaves_nothing(int pins)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        KillAtPins(scene, pins);

        scene.Run("uninstall").ExitCode.ShouldBe(0);

        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Killed_while_it_registers_an_algorithm_the_next_apply_finishes(int pins) =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}"));
            KillAtPins(scene, 8 + pins); // the shared maps come first

            var again = scene.RunWithPolicies("apply", "-o", "json");
            if (DctcpName.WasTaken(again.ToString()))
            {
                return again.ToString();
            }

            again.ExitCode.ShouldBe(0, again.ToString());
            again.Json.StateOf("dc").ShouldBe("Active none");
            using var pair = scene.Connect();
            pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");
            return null;
        });

    [KernelFact]
    public void Uninstalled_while_a_socket_runs_the_algorithm_the_connection_goes_on() =>
        DctcpName.Retry(() =>
        {
            using var scene = new Scene();
            scene.Write("dc.yaml", Yaml.Policy("dc", scene.Cgroup.Path, "dctcp: {}"));
            var applied = scene.RunWithPolicies("apply");
            if (DctcpName.WasTaken(applied.ToString()))
            {
                return applied.ToString();
            }

            using var pair = scene.Connect();
            pair.Client.GetCongestionControl().ShouldBe("netedit_dctcp");

            var uninstalled = scene.Run("uninstall");

            uninstalled.ExitCode.ShouldBe(0, uninstalled.ToString());
            pair.SendToServer(1_000_000).Bytes.ShouldBe(1_000_000);
            using var next = scene.Connect();
            next.Client.GetCongestionControl().ShouldNotBe("netedit_dctcp");
            return null;
        });

    /// <summary>Starts an apply and kills it as soon as it has made some pins, or lets it end when it is faster.</summary>
    private static void KillAtPins(Scene scene, int pins)
    {
        using var apply = Netedit.Start(
            "dotnet",
            [Netedit.Program, "apply", "--policies", scene.Policies, "--ledger", scene.Ledger, "--state", scene.State]
        );
        while (!apply.HasExited)
        {
            if (Count(scene.Pins) >= pins)
            {
                apply.Kill();
            }
        }

        apply.WaitForExit();
    }

    private static int Count(string directory)
    {
        try
        {
            return Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Length;
        }
        catch (DirectoryNotFoundException)
        {
            return 0; // not there yet, or just removed
        }
    }
}
