using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

public sealed class PolicyDirectoryTests
{
    [KernelFact]
    public void A_changed_value_reaches_the_next_connection_by_a_map_write_alone()
    {
        using var scene = new Scene();
        scene.Window().ShouldBe(10);
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        scene.Window().ShouldBe(40);
        var ids = Scene.Ids(agent.Status()["kernel"]!);
        var before = agent.Actions.Count;

        scene.WriteWindow(25);
        agent.WaitFor(() => scene.Window() == 25, "connections start with 25 segments");

        Scene.Ids(agent.Reconcile()["kernel"]!).ShouldBe(ids);
        agent.WaitFor(() => agent.Actions.Count > before, "the log has arrived");
        agent.Actions.Skip(before).ShouldBe(["write profile"]);
    }

    [KernelFact]
    public void Policies_come_and_go_with_their_files()
    {
        using var scene = new Scene();
        using var agent = scene.StartAgent();
        agent.Status()["policies"]!.AsArray().ShouldBeEmpty();

        var file = scene.WriteWindow(40);
        agent.WaitFor(() => scene.Window() == 40, "the new file's policy is in force");
        File.Delete(file);
        agent.WaitFor(() => scene.Window() == 10, "the deleted file's policy is gone");

        agent.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is pinned");
    }

    [KernelFact]
    public void A_directory_that_becomes_empty_leaves_the_last_good_set_in_force_until_that_is_meant()
    {
        using var scene = new Scene();
        var file = scene.WriteWindow(40);
        using (var agent = scene.Launch([], allowEmpty: false))
        {
            agent.WaitForFirstPass();
            File.Move(file, Path.Combine(scene.Policies, "web.txt"));
            agent.WaitFor(
                () => agent.Get("/metrics").Body.Contains("netedit_agent_problem{part=\"policies\"} 1"),
                "the agent says that its policies are gone"
            );

            scene.Window().ShouldBe(40);
            var problem = agent.Status()["problems"]!.AsArray().Select(line => (string)line!).ShouldHaveSingleItem();
            problem.ShouldStartWith($"policies: no policy files in {scene.Policies} (1 ignored: web.txt: not read; ");
            problem.ShouldContain("stays in force (policy web); to remove it: netedit apply --policies");
            agent.Status().StateOf("web").ShouldBe("Active none");
            agent.Get("/readyz").Body.ShouldContain("no policy files in");

            // Drift is still repaired.
            Directory.Delete(scene.Pins, recursive: true);
            agent.Reconcile().StateOf("web").ShouldBe("Active none");
            scene.Window().ShouldBe(40);

            var refused = scene.RunWithPolicies("apply", "--socket", scene.Socket);
            refused.ExitCode.ShouldBe(1, refused.ToString());
            refused.Errors.ShouldContain("--allow-empty");
            scene.Window().ShouldBe(40);
        }

        // Nor does a restart remove it.
        using (var agent = scene.Launch([], allowEmpty: false))
        {
            agent.WaitForFirstPass();
            scene.Window().ShouldBe(40);
            agent.Metric("netedit_policies_from_disk").ShouldBe(1);

            var applied = scene.RunWithPolicies("apply", "--allow-empty", "--socket", scene.Socket);
            applied.ExitCode.ShouldBe(0, applied.ToString());
            scene.Window().ShouldBe(10);
            agent.Status()["problems"]!.AsArray().ShouldBeEmpty();
        }

        using (var agent = scene.Launch([], allowEmpty: false))
        {
            agent.WaitForFirstPass();
            agent.Status()["problems"]!.AsArray().ShouldBeEmpty("it was meant");
            scene.Window().ShouldBe(10);
        }
    }

    [KernelTheory]
    [InlineData("its file renamed")]
    [InlineData("its file empty")]
    [InlineData("its feature not installed")]
    public void Apply_removes_the_last_policy_only_when_that_is_meant(string now)
    {
        using var scene = new Scene();
        var file = scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        switch (now)
        {
            case "its file renamed":
                File.Move(file, file + ".bak");
                break;
            case "its file empty":
                File.WriteAllText(file, "");
                break;
            default:
                scene.Write("web.yaml", Yaml.Policy("web", scene.Cgroup.Path, "initial-cwd: {}"));
                break;
        }

        var refused = scene.RunWithPolicies("apply");
        refused.ExitCode.ShouldBe(1, refused.ToString());
        refused.Errors.ShouldContain("but policy web is in force; that would remove the chain of " + scene.Cgroup.Path);
        refused.Errors.ShouldContain("if it is meant, add --allow-empty");
        scene.Window().ShouldBe(40);
        scene.RunWithPolicies("plan").Errors.ShouldContain("warning: apply will refuse this: ");

        var applied = scene.RunWithPolicies("apply", "--allow-empty");
        applied.ExitCode.ShouldBe(now == "its feature not installed" ? 7 : 0, applied.ToString());
        scene.Window().ShouldBe(10);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(now == "its feature not installed" ? 7 : 0, "nothing to lose");
    }

    [KernelFact]
    public void A_directory_that_is_not_there_yet_is_waited_for()
    {
        using var scene = new Scene();
        var later = scene.Combine("mnt", "later");
        using var agent = scene.Launch([], policies: later);
        agent.WaitForFirstPass();
        agent.Actions.ShouldBeEmpty();

        Directory.CreateDirectory(later);
        var temporary = scene.Combine("web.yaml");
        File.WriteAllText(temporary, Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }"));
        File.Move(temporary, Path.Combine(later, "web.yaml"));

        agent.WaitFor(() => scene.Window() == 40, "the policy is in force");
    }

    [KernelFact]
    public void A_directory_that_vanishes_leaves_the_last_good_set_in_force()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();

        Directory.Move(scene.Policies, scene.Combine("elsewhere"));
        agent.WaitFor(
            () => agent.Metric("netedit_policy_set_valid") == 0,
            "the agent says that it cannot read its policies"
        );
        scene.Window().ShouldBe(40);

        Directory.Move(scene.Combine("elsewhere"), scene.Policies);
        agent.WaitFor(() => agent.Metric("netedit_policy_set_valid") == 1, "the policies are back");
        scene.WriteWindow(25);
        agent.WaitFor(() => scene.Window() == 25, "changes are seen again");
    }

    [KernelTheory]
    [InlineData("the directory")]
    [InlineData("an entry of it")]
    public void A_link_whose_target_goes_leaves_the_last_good_set_in_force_and_is_said(string link)
    {
        using var scene = new Scene();
        var target = scene.Combine("mounted");
        Directory.CreateDirectory(target);
        File.WriteAllText(
            Path.Combine(target, "web.yaml"),
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }")
        );
        var policies = scene.Combine("linked");
        if (link == "the directory")
        {
            Directory.CreateSymbolicLink(policies, target);
        }
        else
        {
            Directory.CreateDirectory(policies);
            Directory.CreateSymbolicLink(Path.Combine(policies, "team"), target);
        }

        using var agent = scene.Launch([], policies: policies);
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(40);

        Directory.Move(target, scene.Combine("elsewhere"));
        agent.WaitFor(
            () => agent.Metric("netedit_policy_set_valid") == 0,
            "the agent says that it cannot read its policies"
        );
        scene.Window().ShouldBe(40);
        agent.Get("/readyz").Body.ShouldContain($"is a link to {target}, which does not exist");
        agent.Status()["policyErrors"]!.AsArray().ShouldNotBeEmpty();
        Netedit.Run("validate", policies).ExitCode.ShouldBe(3);

        Directory.Move(scene.Combine("elsewhere"), target);
        agent.WaitFor(() => agent.Metric("netedit_policy_set_valid") == 1, "the policies are back");
    }

    [KernelFact]
    public void Two_features_of_one_file_both_show_on_the_wire_and_in_the_socket()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 33 }\nreceive-window: { initial: 20KiB }")
        );
        using var agent = scene.StartAgent();
        using var capture = PacketCapture.Start(scene.Network.Client, 4451);

        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Port = 4451,
            }
        );

        capture.Stop().Single(packet => packet.IsSyn).Window.ShouldBeInRange(20 * 1024, 23 * 1024);
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(33u);
        TcpInfo.Read(pair.Server).CongestionWindow.ShouldBe(33u);
    }

    [KernelFact]
    public void A_file_that_is_being_written_keeps_its_old_content_until_it_is_closed()
    {
        using var scene = new Scene();
        var file = scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var content = File.ReadAllText(file).Replace("40", "25", StringComparison.Ordinal);

        using (var writer = new FileStream(file, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Write(System.Text.Encoding.UTF8.GetBytes(content[..(content.Length / 2)]));
            writer.Flush();
            var status = agent.Reconcile();
            status["policyErrors"]!.AsArray().ShouldBeEmpty();
            status.StateOf("web").ShouldBe("Active none");
            scene.Window().ShouldBe(40);
            writer.Write(System.Text.Encoding.UTF8.GetBytes(content[(content.Length / 2)..]));
        }

        agent.WaitFor(() => scene.Window() == 25, "the whole file is in force");
        agent.Log.Where(entry => entry.Level == "error").Select(entry => entry.Json.ToJsonString()).ShouldBeEmpty();
    }

    [KernelFact]
    public void Temporary_files_are_not_read()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();

        foreach (
            var name in new[]
            {
                ".web.yaml",
                ".web.yaml.swp",
                "web.yaml~",
                "web.yaml.tmp",
                "web.yaml.part",
                "notes.txt",
            }
        )
        {
            File.WriteAllText(Path.Combine(scene.Policies, name), "{ not a policy");
        }

        var status = agent.Reconcile();
        status["policyErrors"]!.AsArray().ShouldBeEmpty();
        status["lastReconcile"]!["result"]!.GetValue<string>().ShouldBe("unchanged");
        status["notRead"]!.AsArray().Count.ShouldBe(6);
        agent.WaitFor(() => Unread() == 1, "the log says once which entries give no policy"); // it comes by a pipe
        agent.Reconcile();
        Unread().ShouldBe(1);

        int Unread() => agent.Log.Count(entry => entry.Message.Contains("give no policy", StringComparison.Ordinal));
    }

    [KernelFact]
    public void A_yml_file_is_read_and_its_changes_are_seen()
    {
        using var scene = new Scene();
        using var agent = scene.StartAgent();

        foreach (var segments in (int[])[40, 25])
        {
            scene.Write("web.yml", Yaml.Policy("web", scene.Cgroup.Path, $"initial-cwnd: {{ segments: {segments} }}"));
            agent.WaitFor(() => scene.Window() == segments, $"connections start with {segments} segments");
        }
    }

    [KernelFact]
    public void A_link_swapped_in_place_of_the_directory_is_followed()
    {
        using var scene = new Scene();
        var link = scene.Combine("current");
        foreach (var (revision, segments) in new[] { ("r1", 40), ("r2", 25) })
        {
            Directory.CreateDirectory(scene.Combine(revision, "media"));
            File.WriteAllText(
                scene.Combine(revision, "media", "web.yaml"),
                Yaml.Policy("web", scene.Cgroup.Path, $"initial-cwnd: {{ segments: {segments} }}")
            );
        }

        Directory.CreateSymbolicLink(link, "r1");
        using var agent = scene.Launch([], policies: link);
        agent.WaitForFirstPass();
        scene.Window().ShouldBe(40);
        var ids = Scene.Ids(agent.Status()["kernel"]!);

        Directory.CreateSymbolicLink(scene.Combine("next"), "r2");
        Native.Rename(scene.Combine("next"), link);
        agent.WaitFor(() => scene.Window() == 25, "the second revision is in force");

        Scene.Ids(agent.Reconcile()["kernel"]!).ShouldBe(ids);

        // The new directory is watched, the old one is not.
        File.WriteAllText(
            scene.Combine("r2", "media", "new.tmp"),
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 30 }")
        );
        Native.Rename(scene.Combine("r2", "media", "new.tmp"), scene.Combine("r2", "media", "web.yaml"));
        agent.WaitFor(() => scene.Window() == 30, "a change in the new directory is in force");
    }
}
