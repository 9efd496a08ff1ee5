namespace NetEdit.EndToEnd.Tests;

/// <summary>Hosts that lack something NetEdit needs.</summary>
public sealed class HostTests
{
    [KernelTheory]
    [InlineData("-bpf,-sys_admin", "CAP_BPF")] // CAP_SYS_ADMIN implies it
    [InlineData("-perfmon,-sys_admin", "CAP_PERFMON")]
    [InlineData("-net_admin", "CAP_NET_ADMIN")]
    [InlineData("-sys_admin", "CAP_SYS_ADMIN")]
    public void Without_a_capability_it_ends_with_5_and_names_it(string dropped, string missing)
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        string[] setpriv = ["setpriv", "--bounding-set", dropped, "--inh-caps", dropped];

        foreach (var verb in new[] { "apply", "plan", "agent" })
        {
            var outcome = Netedit.RunUnder(setpriv, [verb, "--ledger", scene.Ledger, "--policies", scene.Policies]);
            outcome.ExitCode.ShouldBe(5, outcome.ToString());
            outcome.Errors.ShouldContain(missing);
        }

        scene.Window().ShouldBe(10);
    }

    [KernelTheory]
    [InlineData("apply")]
    [InlineData("plan")]
    [InlineData("agent")]
    [InlineData("uninstall")]
    [InlineData("status")]
    [InlineData("capabilities")]
    public void An_ordinary_user_is_told_which_capability_is_missing(string verb)
    {
        string[] arguments = verb is "apply" or "plan" or "agent" ? [verb, "--policies", "/nonexistent"] : [verb];
        var outcome = Netedit.RunUnder(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
            arguments
        );
        outcome.ExitCode.ShouldBe(5, outcome.ToString());
        outcome.Errors.ShouldContain("CAP_BPF");
    }

    [KernelFact]
    public void Without_libbpf_it_says_which_library_to_install()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var hide = MountNamespace.After(
            "for f in /usr/lib/*/libbpf.so.1.* /lib/*/libbpf.so.1.* /usr/lib64/libbpf.so.1.*; do [ ! -f "
                + "\"$f\" ] || mount --bind /dev/null \"$f\"; done"
        );

        foreach (var verb in new[] { "apply", "agent" })
        {
            var outcome = Netedit.RunUnder(hide, [verb, "--ledger", scene.Ledger, "--policies", scene.Policies]);
            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Errors.ShouldContain("libbpf");
            outcome.Errors.ShouldContain("install");
            outcome.Errors.ShouldNotContain("internal error");
        }

        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void Without_btf_the_policies_are_unsupported_and_nothing_is_applied()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch([], MountNamespace.After("mount -t tmpfs none /sys/kernel/btf"));
        agent.WaitForFirstPass();

        agent.Status().StateOf("web").ShouldBe("Unsupported capability-missing");
        agent.Status().FeatureOf("web", "initial-cwnd").ShouldContain("btf");
        agent.Metric("netedit_capability", "capability=\"btf\"").ShouldBe(0);
        agent.Actions.ShouldBeEmpty();
        Directory.Exists(scene.Pins).ShouldBeFalse();
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_ledger_that_a_user_made_first_is_refused_with_the_remedy()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var first = MountNamespace.OfAnotherHostAfter(
            $"mount -t bpf -o mode=1777 none /sys/fs/bpf; mkdir -p {scene.Pins}/chains; chown -R 65534 {scene.Pins}"
        );

        foreach (var verb in (string[])["apply", "agent"])
        {
            var outcome = Netedit.RunUnder(
                first,
                [verb, "--ledger", scene.Ledger, "--policies", scene.Policies, "--state", scene.State]
            );

            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Errors.ShouldContain($"'{scene.Pins}' belongs to user 65534");
            outcome.Errors.ShouldContain($"remove it (rm -r {scene.Pins}) and try again");
        }

        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_bpf_file_system_that_is_not_mounted_is_mounted()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.Launch(
            [],
            MountNamespace.OfAnotherHostAfter("while umount /sys/fs/bpf 2>/dev/null; do :; done")
        );
        agent.WaitForFirstPass();

        agent.Status().StateOf("web").ShouldBe("Active none");
        scene.Window().ShouldBe(40);
        Directory.Exists(scene.Pins).ShouldBeFalse(); // its pins are where only it sees them
        File.ReadAllText($"/proc/{agent.Pid}/mountinfo").ShouldContain(" /sys/fs/bpf ");
    }
}
