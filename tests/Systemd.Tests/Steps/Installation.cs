using System.Text.RegularExpressions;

namespace NetEdit.Systemd.Tests;

/// <summary>From a bare host to a tuned connection.</summary>
internal static partial class Installation
{
    /// <summary>Where an echo listens all the time.</summary>
    public const int Port = 7002;

    /// <summary>The congestion control that the first policy gives, which a connection keeps, unlike its window.</summary>
    public const string Algorithm = "reno";

    private static readonly string[] Priorities = ["3", "4", "6"];

    public static void Boot(ServiceHost host)
    {
        host.Run("systemctl is-system-running --wait").ShouldBe("running");
        host.StartEcho(Port);
        host.Before = HostContent.Of(host);
        host.Windows(Port).ShouldBe(["10", "10"]);
    }

    public static void Install(ServiceHost host)
    {
        host.Run($"dpkg --install /mnt/{TestPackages.First}");

        host.Run("systemctl is-enabled netedit").ShouldBe("enabled");
        host.Run("systemctl is-active netedit").ShouldBe("active");
        host.Status.ShouldBe("no policies, so nothing is tuned");
        host.FailedUnits.ShouldBeEmpty();
        host.Journal().Where(entry => entry.Priority != "6").ShouldBeEmpty();
    }

    public static void Tune(ServiceHost host)
    {
        host.WritePolicy(
            "first",
            $"{{ tuning: {{ initial-cwnd: {{ segments: 20 }}, congestion-control: {{ algorithm: {Algorithm} }} }} }}"
        );
        host.WaitForStatus("1 policy");

        host.Windows(Port).ShouldBe(["20", "20"]);
    }

    public static void Journal(ServiceHost host)
    {
        var agent = host.Property("MainPID");
        var lines = host.Journal().Where(entry => entry.Process == agent).ToList();

        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(entry => Priorities.Contains(entry.Priority));
        lines.ShouldAllBe(entry => !PriorityOrTime().IsMatch(entry.Message));
        lines.ShouldContain(entry => entry.Message.StartsWith("policies in force", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^<\d>|\d{4}-\d\d-\d\dT\d\d:", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex PriorityOrTime();
}
