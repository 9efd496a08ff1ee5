namespace NetEdit.Systemd.Tests;

/// <summary><c>systemctl reload</c>.</summary>
internal static class Reloading
{
    private const string Second = $"{ServiceHost.Policies}/second.yaml";
    private const string Away = "/root/policies";
    private const string Wrong = "2o";

    public static void WithoutPolicies(ServiceHost host)
    {
        host.Run("systemctl reload netedit");

        host.Status.ShouldBe("no policies, so nothing is tuned");
        host.FailedUnits.ShouldBeEmpty();
    }

    public static void WithInvalidPolicies(ServiceHost host)
    {
        host.Windows(Installation.Port).ShouldBe(["20", "20"]);
        host.WritePolicy("second", $"{{ priority: 200, tuning: {{ initial-cwnd: {{ segments: {Wrong} }} }} }}");

        host.Try("systemctl reload netedit").ExitCode.ShouldNotBe(0);

        host.WaitForStatus($"invalid policies: {Second}:4:");
        host.Status.ShouldContain("in force: revision");
        var agent = host.Property("MainPID");
        var errors = host.Journal()
            .Where(entry =>
                entry.Message.Contains($"{Second}:4:", StringComparison.Ordinal)
                && entry.Message.Contains(Wrong, StringComparison.Ordinal)
            )
            .ToList();
        errors.ShouldContain(entry => entry.Process == agent && entry.Priority == "3");
        errors.ShouldContain(entry => entry.Process != agent, "the reload does not say why it failed");
        host.Property("ActiveState").ShouldBe("active");
        host.Windows(Installation.Port).ShouldBe(["20", "20"]);
    }

    public static void WithMendedPolicies(ServiceHost host)
    {
        host.Run($"sed -i s/{Wrong}/30/ {Second}");

        host.Run("systemctl reload netedit");

        host.WaitForStatus("2 policies");
        host.Status.ShouldNotContain("invalid");
        host.WaitFor(() => host.Windows(Installation.Port) is ["30", "30"], "new connections begin with 30 segments");
    }

    public static void WithLostPolicies(ServiceHost host)
    {
        host.Run($"mv {ServiceHost.Policies} {Away} && mkdir {ServiceHost.Policies}");

        host.Run("systemctl reload netedit");

        host.WaitForStatus("no policy files in ");
        host.Status.ShouldContain("stays in force");
        host.Windows(Installation.Port).ShouldBe(["30", "30"]);
        host.Run($"mv {Away}/* {ServiceHost.Policies} && rmdir {Away} && systemctl reload netedit");
        host.WaitFor(() => host.Status.EndsWith("2 policies", StringComparison.Ordinal), "the status is as before");
    }
}
