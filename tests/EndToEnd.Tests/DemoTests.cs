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
}
