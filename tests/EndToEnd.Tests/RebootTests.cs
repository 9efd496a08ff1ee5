using System.Net;

namespace NetEdit.EndToEnd.Tests;

/// <summary>After a reboot the BPF file system is empty, and what is on disk is all there is.</summary>
public sealed class RebootTests
{
    [KernelTheory]
    [InlineData("missing")]
    [InlineData("invalid")]
    [InlineData("unreadable")]
    public void Without_a_policy_source_the_last_good_policies_are_in_force_again(string source)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var revision = "";
        using (var before = scene.StartAgent())
        {
            revision = (string)before.Status()["revision"]!;
            before.Stop();
        }

        Reboot(scene);
        Break(scene, source);

        using var agent = scene.StartAgent();

        scene.Window().ShouldBe(40);
        var status = agent.Status();
        ((string)status["revision"]!).ShouldBe(revision);
        status.StateOf("web").ShouldBe("Active none");
        ((string)status["policiesFromDiskOf"]!).ShouldNotBeEmpty();
        scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("FROM DISK, saved ");
        agent.Log.ShouldContain(entry =>
            entry.Level == "warning"
            && entry.Message.StartsWith("the policies come from disk", StringComparison.Ordinal)
        );
        agent.Metric("netedit_policies_from_disk").ShouldBe(1);
        agent.Metric("netedit_policy_set_valid").ShouldBe(0);
        var ready = agent.Get("/readyz");
        ready.Status.ShouldBe(HttpStatusCode.OK);
        ready.Body.ShouldContain("the policies come from disk");

        // As soon as the source answers, it counts.
        Mend(scene, source);
        scene.WriteWindow(25);
        agent.WaitFor(() => agent.Metric("netedit_policies_from_disk") == 0, "the policies come from their directory");
        scene.Window().ShouldBe(25);
    }

    [KernelFact]
    public void Labels_that_cannot_be_read_any_more_are_those_of_before()
    {
        using var scene = new Scene();
        scene.Write(
            "web.yaml",
            Yaml.Policy("web", scene.Cgroup.Path, "initial-cwnd: { segments: 40 }")
                .Replace("spec:\n", "spec:\n  hosts: { labels: { role: edge } }\n", StringComparison.Ordinal)
        );
        using (var before = scene.Launch([], HostYaml("labels: { role: edge }")))
        {
            before.WaitForFirstPass();
            before.Status().StateOf("web").ShouldBe("Active none");
            before.Stop();
        }

        Reboot(scene);

        using var agent = scene.Launch([], HostYaml("labels: ["));
        agent.WaitForFirstPass();

        agent.Status().StateOf("web").ShouldBe("Active none");
        agent.Status()["policyErrors"]!.AsArray().ShouldNotBeEmpty();
        scene.Window().ShouldBe(40);

        // A copy of /etc that only the agent sees.
        string[] HostYaml(string text)
        {
            var etc = scene.Combine("etc");
            return MountNamespace.After(
                $"mkdir -p {etc}; cp -a /etc/. {etc}; mkdir -p {etc}/netedit; echo '{text}' "
                    + $">{etc}/netedit/host.yaml; mount --bind {etc} /etc"
            );
        }
    }

    [KernelFact]
    public void A_directory_without_policies_means_none()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        Reboot(scene);
        File.Delete(Path.Combine(scene.Policies, "web.yaml"));

        using var agent = scene.StartAgent();

        agent.Status()["policies"]!.AsArray().ShouldBeEmpty();
        agent.Metric("netedit_policies_from_disk").ShouldBe(0);
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_verb_never_falls_back_on_policies_of_yesterday()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        scene.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        Reboot(scene);
        Break(scene, "missing");

        scene.RunWithPolicies("apply").ExitCode.ShouldBe(3);
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(3);

        scene.Window().ShouldBe(10);
        Mend(scene, "missing");
    }

    /// <summary>Takes from the kernel what a reboot would.</summary>
    private static void Reboot(Scene scene)
    {
        Directory.Delete(scene.Pins, recursive: true);
        /* It does so in its own time. */
        Eventually.True(() => scene.Window() == 10, "the kernel has let go of what was pinned");
    }

    private static void Break(Scene scene, string source)
    {
        switch (source)
        {
            case "missing":
                Directory.Delete(scene.Policies, recursive: true);
                break;
            case "invalid":
                scene.Write("web.yaml", "kind: [");
                break;
            default:
                Directory.Move(scene.Policies, scene.Policies + ".kept");
                File.CreateSymbolicLink(scene.Policies, scene.Policies); // a loop: nobody can read it, not even root
                break;
        }
    }

    private static void Mend(Scene scene, string source)
    {
        if (source == "unreadable")
        {
            File.Delete(scene.Policies);
        }

        Directory.CreateDirectory(scene.Policies);
    }
}
