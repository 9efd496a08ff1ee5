using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>
/// A network namespace is known by its number, which the kernel gives again to the next one that somebody makes: nobody may make one meanwhile.
/// </summary>
[Collection<KernelCollection>]
public sealed class SysctlNamespaceTests
{
    private const string Queue = "net.core.somaxconn";

    [KernelFact]
    public void The_journal_of_a_namespace_that_is_gone_is_collected()
    {
        using var scene = new Scene();
        using (var other = NetworkNamespace.Create())
        {
            new SysctlHost(scene).Write($$"""{ {{Queue}}: 8192 }""");
            var applied = Netedit.RunUnder(
                ["nsenter", $"--net=/run/netns/{other.Name}"],
                ["apply", "--policies", scene.Policies, "--ledger", scene.Ledger, "--state", scene.State]
            );
            applied.ExitCode.ShouldBe(0, applied.ToString());
            applied.Output.ShouldContain($"set sysctl  {Queue} = 8192");
            scene.Run("gc", "--dry-run").Output.ShouldBe("no orphans\n");
        }

        scene.Run("gc", "--dry-run").Output.ShouldContain($"forget sysctl  {Queue}");
        var collected = scene.Run("gc");
        collected.ExitCode.ShouldBe(0, collected.ToString());
        Directory.Exists(scene.Pins).ShouldBeFalse(collected.ToString());
    }
}
