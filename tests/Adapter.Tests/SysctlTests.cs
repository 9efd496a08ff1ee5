using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

/// <summary>Sysctls of another network namespace than the tests', and the journal of what they were.</summary>
[Collection<KernelCollection>]
public sealed class SysctlTests
{
    private const string Queue = "net.core.somaxconn";
    private const string Ecn = "net.ipv4.tcp_ecn";

    [KernelFact]
    public void A_set_that_is_refused_undoes_those_before_it_and_says_why()
    {
        using var scene = new KernelScene();
        var (queue, ecn) = (scene.Network.Client.GetSysctl(Queue), scene.Network.Client.GetSysctl(Ecn));

        var result = scene.Adapter.Execute(new Plan("test", [Set(scene, Queue, "8192"), Set(scene, Ecn, "many")]));

        result.Error.ShouldBe(
            "set sysctl net.ipv4.tcp_ecn = many (by test): could not set net.ipv4.tcp_ecn to 'many': EINVAL "
                + "(invalid, or unknown to this kernel); this kernel does not accept the value"
        );
        result.Undone.Length.ShouldBe(1);
        (scene.Network.Client.GetSysctl(Queue), scene.Network.Client.GetSysctl(Ecn)).ShouldBe((queue, ecn));
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
        scene
            .Adapter.Execute(new Plan("test", [Set(scene, "net.ipv4.tcp_nothing", "1")]))
            .Error!.ShouldContain("ENOENT");
    }

    [KernelFact]
    public void A_value_that_the_kernel_makes_another_of_is_refused()
    {
        using var scene = new KernelScene();
        var queue = scene.Network.Client.GetSysctl(Queue);

        scene
            .Adapter.Execute(new Plan("test", [Set(scene, Queue, "0x1000")]))
            .Error!.ShouldContain("could not set net.core.somaxconn to '0x1000': the kernel stored '4096' instead");

        scene.Network.Client.GetSysctl(Queue).ShouldBe(queue);
        scene.Adapter.Observe().Sysctls.ShouldBeEmpty();
    }

    [KernelFact]
    public void A_changed_value_that_is_undone_is_the_former_one_with_its_original()
    {
        using var scene = new KernelScene();
        var queue = scene.Network.Client.GetSysctl(Queue);
        scene.Execute(Set(scene, Queue, "8192"));
        var before = scene.Adapter.Observe().Sysctls;

        scene
            .Adapter.Execute(new Plan("test", [Set(scene, Queue, "9000"), Set(scene, Ecn, "many")]))
            .Success.ShouldBeFalse();

        scene.Adapter.Observe().Sysctls.ShouldBe(before);
        before
            .Single()
            .ShouldBe(
                new ObservedSysctl(Key(scene, Queue), "8192", queue, "8192")
                {
                    Feature = "sysctl",
                    Policy = "test",
                    Before = "8192",
                }
            );
        scene.Execute(new RestoreSysctl(Key(scene, Queue), queue, "test"));
    }

    /* Every state in which a kill may leave a change from nothing, from 8192, and back: none is taken for somebody else's, and the original stays known. */
    [KernelTheory]
    [InlineData("4096", "4096")]
    [InlineData("4096", "9000")]
    [InlineData("8192", "8192")]
    [InlineData("8192", "9000")]
    [InlineData("9000", "4096")]
    public void What_a_kill_leaves_half_done_is_ours_and_is_gone_on_from(string before, string current)
    {
        using var scene = new KernelScene();
        var key = Key(scene, Queue);
        scene.Network.Client.SetSysctl(Queue, "4096");
        using (var journal = SysctlJournal.OpenOrCreate(new LedgerDirectory(scene.Adapter.LedgerPath)))
        {
            journal.Write(
                new ObservedSysctl(key, "9000", "4096", null)
                {
                    Feature = "sysctl",
                    Policy = "test",
                    Before = before,
                }
            );
        }

        scene.Network.Client.SetSysctl(Queue, current);
        scene.Restart();
        scene.Adapter.Observe().Sysctls.Single().IsForeign.ShouldBeFalse();

        scene.Execute(Set(scene, Queue, "9000"));
        scene
            .Adapter.Observe()
            .Sysctls.Single()
            .ShouldBe(
                new ObservedSysctl(key, "9000", "4096", "9000")
                {
                    Feature = "sysctl",
                    Policy = "test",
                    Before = "9000",
                }
            );
        scene.Execute(new RestoreSysctl(key, "4096", "test"));
        scene.Network.Client.GetSysctl(Queue).ShouldBe("4096");
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
    }

    [KernelFact]
    public void A_restore_leaves_what_somebody_else_set_since_the_plan_was_made()
    {
        using var scene = new KernelScene();
        scene.Execute(Set(scene, Queue, "8192"));
        scene.Network.Client.SetSysctl(Queue, "777");

        scene.Execute(new RestoreSysctl(Key(scene, Queue), "4096", "test"));

        scene.Network.Client.GetSysctl(Queue).ShouldBe("777");
        scene.Adapter.Observe().Sysctls.ShouldBeEmpty();
    }

    [KernelFact]
    public void An_empty_journal_is_an_orphan()
    {
        using var scene = new KernelScene();
        using (SysctlJournal.OpenOrCreate(new LedgerDirectory(scene.Adapter.LedgerPath)))
        {
            // A kill came before its first entry.
        }

        var orphan = scene.Adapter.Observe().Orphans.Single();
        orphan.Reason.ShouldContain("a sysctl journal without entries");
        scene.Execute(new RemoveOrphan(orphan.Path, orphan.Reason));
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
    }

    private static SysctlKey Key(KernelScene scene, string name) => new(scene.ClientNamespace, name);

    private static SetSysctl Set(KernelScene scene, string name, string value) =>
        new(new DesiredSysctl(Key(scene, name), value, "sysctl", "test"), false, "test");
}
