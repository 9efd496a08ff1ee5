using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.EndToEnd.Tests;

[Collection(KernelCollection.Name)]
public sealed class DemoTests
{
    [KernelFact]
    public void The_demo_shows_an_effect_of_every_example_policy_and_removes_everything() => DctcpName.Retry(() =>
    {
        using var guard = new Lab.ResidueGuard();
        var demo = Netedit.Run("demo", "-o", "json");
        if (DctcpName.WasTaken(demo.ToString()))
        {
            return demo.ToString();
        }

        demo.ExitCode.ShouldBe(0, demo.ToString());
        var rows = demo.Json["rows"]!.AsArray();
        rows.Select(row => (string)row!["policy"]!).Distinct().Order(StringComparer.Ordinal).ShouldBe(["backup", "batch", "datacenter", "host-defaults", "image-generation", "rpc", "storage-reads", "wan-replication"]);
        rows.ShouldAllBe(row => (string)row!["before"]! != (string)row["after"]!);
        demo.Json["leftBehind"]!.AsArray().ShouldBeEmpty();
        return null;
    });

    [KernelFact]
    public void The_demo_takes_the_pins_of_a_bpf_file_system_it_mounts_for_the_kernels_own() => DctcpName.Retry(() =>
    {
        // Several mounts may be stacked. The host's stay: the namespace is the demo's own.
        string[] withoutBpf = MountNamespace.After("while umount /sys/fs/bpf 2>/dev/null; do :; done");
        var demo = Netedit.RunUnder(withoutBpf, ["demo"]);
        if (DctcpName.WasTaken(demo.ToString()))
        {
            return demo.ToString();
        }

        demo.ExitCode.ShouldBe(0, demo.ToString());
        demo.Errors.ShouldContain("mounted the BPF file system, which stays: /sys/fs/bpf");
        demo.Output.ShouldContain("removed: the kernel holds no more than before");
        return null;
    });
}
