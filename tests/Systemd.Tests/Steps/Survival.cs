using System.Globalization;

namespace NetEdit.Systemd.Tests;

/// <summary>What the tuning outlives.</summary>
internal static class Survival
{
    private const string DropIn = "/run/systemd/system/netedit.service.d";

    public static void Upgrade(ServiceHost host)
    {
        var open = new HeldConnection(host);
        open.EndsWith(Installation.Algorithm).ShouldBe(2);
        var attached = HostContent.AttachmentsOf(host);
        attached.ShouldNotBeEmpty();
        var old = host.Property("MainPID");
        using (var connections = new NewConnections(host))
        {
            host.Run($"dpkg --install /mnt/{TestPackages.Later}");
            ShouldStayTuned(connections);
        }

        host.Run("dpkg-query --show --showformat='${Version}' netedit").ShouldBe("99");
        host.Property("MainPID").ShouldNotBe(old);
        host.Status.ShouldEndWith("1 policy");
        HostContent.AttachmentsOf(host).ShouldBe(attached, "the new agent replaced what the old one had attached");
        open.Use();
        open.EndsWith(Installation.Algorithm).ShouldBe(2);
        open.Close();
        host.FailedUnits.ShouldBeEmpty();
    }

    public static void Kill(ServiceHost host)
    {
        var attached = HostContent.AttachmentsOf(host);
        using (var connections = new NewConnections(host))
        {
            WaitForRestart(host, () => host.Run("systemctl kill --kill-whom=main --signal=KILL netedit"));
            ShouldStayTuned(connections);
        }

        HostContent.AttachmentsOf(host).ShouldBe(attached, "the new agent replaced what the old one had attached");
    }

    public static void Watchdog(ServiceHost host)
    {
        host.Run($"mkdir {DropIn} && printf '[Service]\\nWatchdogSec=20s\\n' >{DropIn}/watchdog.conf");
        host.Run("systemctl daemon-reload && systemctl restart netedit");
        host.Property("WatchdogUSec").ShouldBe("20s");
        WaitForRestart(host, () => host.Run("systemctl kill --kill-whom=main --signal=STOP netedit"));

        host.Journal().ShouldContain(entry => entry.Message.Contains("Watchdog timeout", StringComparison.Ordinal));
        host.Windows(Installation.Port).ShouldBe(["20", "20"]);
        host.Run($"rm -r {DropIn} && systemctl daemon-reload && systemctl restart netedit");
    }

    private static void ShouldStayTuned(NewConnections connections)
    {
        var (without, with) = connections.End();
        without.ShouldNotBeEmpty("no connection was opened while no agent ran");
        without.ShouldAllBe(window => window == "20");
        with.ShouldAllBe(window => window == "20");
    }

    private static void WaitForRestart(ServiceHost host, Action end)
    {
        var restarts = Restarts();
        end();
        host.WaitFor(() => Restarts() > restarts, "systemd starts the agent again");
        host.WaitFor(() => host.Property("ActiveState") == "active", "the new agent is ready");
        host.Status.ShouldEndWith("1 policy");
        host.FailedUnits.ShouldBeEmpty();

        int Restarts() => int.Parse(host.Property("NRestarts"), CultureInfo.InvariantCulture);
    }
}
