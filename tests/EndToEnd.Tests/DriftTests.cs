namespace NetEdit.EndToEnd.Tests;

/// <summary>What somebody does to our objects behind our back is found and mended.</summary>
public sealed class DriftTests
{
    [KernelFact]
    public void A_chain_that_somebody_unpinned_is_attached_again_at_the_next_look()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent("--interval", "1s");
        var before = agent.Actions.Count;

        File.Delete(scene.ChainLink);
        agent.WaitFor(() => scene.Window() == 40, "connections are tuned again");

        // What the unpinned link leaves is removed first.
        agent.WaitFor(() => agent.Actions.Skip(before).Contains("attach chain"), "the log says what was done");
        agent
            .Log.Last(entry => entry.IsAction && entry.Message == "attach chain")
            .Field("why")
            .ShouldContain("has no chain");
        ((string)agent.Status()["lastReconcile"]!["trigger"]!).ShouldContain("interval");
    }

    [KernelFact]
    public void A_chain_that_somebody_detached_is_attached_again()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var detached = Netedit.RunProgram("bpftool", ["link", "detach", "pinned", scene.ChainLink]);
        detached.ExitCode.ShouldBe(0, detached.ToString());
        scene.Window().ShouldBe(10);

        var status = agent.Reconcile();

        status.StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
    }

    [KernelFact]
    public void A_table_that_somebody_filled_is_made_larger_and_cleared()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        Fill(scene.MapPins.Single(pin => Path.GetFileName(pin) == "netedit_profiles")).ShouldBeGreaterThan(50);

        scene.Write("other.yaml", Yaml.Policy("other", scene.Cgroup.Path, "receive-window: { initial: 20KiB }"));
        agent.Reconcile().StateOf("other").ShouldBe("Active none", "a policy that comes to a full table");

        agent.Actions.ShouldContain("grow maps");
        ((int)agent.Status()["kernel"]!["profiles"]!).ShouldBe(1, "what is nobody's is gone");
        scene.Window().ShouldBe(40);
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);
    }

    [KernelFact]
    public void A_bpf_file_system_that_somebody_mounted_anew_is_filled_again()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch(
            ["--interval", "1s"],
            MountNamespace.OfAnotherHostAfter(
                "while umount /sys/fs/bpf 2>/dev/null; do :; done; mount -t bpf none /sys/fs/bpf"
            )
        );
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(40);

        MountNamespace.Run(agent.Pid, "umount /sys/fs/bpf; mount -t bpf none /sys/fs/bpf");

        agent.WaitFor(
            () => scene.Window() == 40 && agent.Actions.Count(action => action == "attach chain") == 2,
            "the chain is attached again"
        );
        agent.Status().StateOf("web").ShouldBe("Active none");
        scene.Run("uninstall", "--socket", scene.Socket).ExitCode.ShouldBe(0); // its pins are where only it sees them
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_bpf_file_system_that_somebody_unmounted_is_mounted_and_filled_again()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch(
            [],
            MountNamespace.OfAnotherHostAfter("while umount /sys/fs/bpf 2>/dev/null; do :; done")
        );
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(40);

        MountNamespace.Run(agent.Pid, "umount /sys/fs/bpf");
        Eventually.True(() => scene.Window() == 10, "what was pinned there is gone");

        agent.Reconcile().StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
        File.ReadAllText($"/proc/{agent.Pid}/mountinfo").ShouldContain(" /sys/fs/bpf ");
        scene.Run("uninstall", "--socket", scene.Socket).ExitCode.ShouldBe(0); // its pins are where only it sees them
    }

    [KernelTheory]
    [InlineData("netedit_rules")]
    [InlineData("netedit_state")]
    [InlineData("netedit_counters")]
    [InlineData("tuned_sockets")]
    public void A_shared_pin_that_somebody_removed_is_there_again_and_a_new_agent_finds_all(string pin)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (var agent = scene.StartAgent())
        {
            var path = scene.MapPins.Single(known => Path.GetFileName(known) == pin);
            File.Delete(path);

            var status = agent.Reconcile();

            File.Exists(path).ShouldBeTrue();
            status["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();
            status.StateOf("web").ShouldBe("Active none");
            scene.Window().ShouldBe(40);
            scene.WriteWindow(25);
            agent.WaitFor(() => scene.Window() == 25, "values still reach connections");
            agent.Stop();
        }

        using var next = scene.StartAgent();
        next.Actions.ShouldBeEmpty();
        scene.Window().ShouldBe(25);
    }

    [KernelTheory]
    [InlineData("netedit_rules")]
    [InlineData("tuned_sockets")]
    public void A_shared_pin_that_somebody_removed_while_no_agent_ran_is_made_again_and_no_other_lost(string pin)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        var pins = scene.MapPins;
        File.Delete(pins.Single(known => Path.GetFileName(known) == pin));

        using var agent = scene.StartAgent();

        scene.MapPins.ShouldBe(pins);
        agent.Status().StateOf("web").ShouldBe("Active none");
        agent.Status()["kernel"]!["orphans"]!.AsArray().ShouldBeEmpty();
        scene.Window().ShouldBe(40);
        agent.Reconcile()["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
    }

    [KernelFact]
    public void The_whole_ledger_removed_is_made_anew()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        Directory.Delete(scene.Pins, recursive: true);

        var status = agent.Reconcile();

        status.StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
        agent.Reconcile()["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
    }

    /// <summary>Writes entries of nobody into the table inside a map, until it takes no more.</summary>
    private static int Fill(string pin)
    {
        var slot = Netedit.RunProgram("bpftool", ["-j", "map", "lookup", "pinned", pin, "key", "0", "0", "0", "0"]);
        byte[] id =
        [
            .. System.Text.Json.Nodes.JsonNode.Parse(slot.Output)!["value"]!
                .AsArray()
                .Select(part => Convert.ToByte((string)part!, 16)),
        ];
        var table = BitConverter.ToUInt32(id).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var info = System.Text.Json.Nodes.JsonNode.Parse(
            Netedit.RunProgram("bpftool", ["-j", "map", "show", "id", table]).Output
        )!;
        var value = Enumerable.Repeat("0", (int)info["bytes_value"]!).ToArray();
        for (var written = 0; ; written++)
        {
            string[] key =
            [
                .. BitConverter
                    .GetBytes(1000L + written)
                    .Select(part => part.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ];
            if (
                Netedit.RunProgram("bpftool", ["map", "update", "id", table, "key", .. key, "value", .. value]).ExitCode
                != 0
            )
            {
                return written;
            }
        }
    }
}
