using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Reconciliation;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class SystemdNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Systemd_is_told(bool isAbstract)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path : path));
        var notifier = new SystemdNotifier(isAbstract ? "@" + path : path);

        notifier.Ready("revision x");
        notifier.Stopping();

        Receive(systemd).ShouldBe("READY=1\nSTATUS=revision x");
        Receive(systemd).ShouldBe("STOPPING=1");
    }

    [Fact]
    public async Task The_loop_gives_a_sign_of_life_twice_in_each_interval_and_owes_only_one_while_it_is_busy()
    {
        using var directory = new TemporaryDirectory();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(directory.Combine("notify")));
        var time = new FakeTimeProvider();
        var queue = new WorkQueue();
        using var watchdog = new LoopWatchdog(
            queue,
            new SystemdNotifier(directory.Combine("notify"), TimeSpan.FromMinutes(5)),
            time
        );

        time.Advance(TimeSpan.FromMinutes(15));
        systemd.Available.ShouldBe(0, "the loop has not taken the work");
        var batch = await queue.TakeAsync(() => Task.CompletedTask, TestContext.Current.CancellationToken);
        batch.Works.ShouldHaveSingleItem().TryDo().ShouldBeTrue();

        Receive(systemd).ShouldBe("WATCHDOG=1");
        systemd.Available.ShouldBe(0);
        batch.Triggers.ShouldBeEmpty("a sign of life makes no pass");
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("x", null, null)]
    [InlineData("0", null, null)]
    [InlineData("300000000", null, 300)]
    [InlineData("300000000", "1", null)]
    public void The_environment_says_how_often_systemd_wants_signs_of_life(
        string? microseconds,
        string? process,
        int? seconds
    ) =>
        SystemdNotifier
            .WatchdogOf(microseconds, process)
            .ShouldBe(seconds is { } given ? TimeSpan.FromSeconds(given) : null);

    [Fact]
    public void Systemctl_status_shows_what_is_in_force_and_why_the_newest_policies_are_not()
    {
        var report = new ReconcileReport
        {
            Trigger = "SIGHUP",
            StartedAt = DateTimeOffset.UnixEpoch,
            Result = ReconcileResult.Unchanged,
        };
        var error = new PolicyError("/etc/netedit/policies.d/web.yaml", 3, 5, "must be 1 to 1000");

        ReportPublisher.Summary(report).ShouldBe("no valid policies yet");
        ReportPublisher.Summary(report with { Revision = "12ab" }).ShouldBe("no policies, so nothing is tuned");
        ReportPublisher
            .Summary(report with { Revision = "12ab", Emptied = "no policy files in /p; 12ab stays in force" })
            .ShouldBe("no policy files in /p; 12ab stays in force");
        ReportPublisher.Summary(report with { Error = "ENOSYS" }).ShouldBe("the last pass failed: ENOSYS");
        ReportPublisher
            .Summary(report with { Revision = "12ab", Error = "ENOSYS" })
            .ShouldBe("the last pass failed: ENOSYS; in force: no policies, so nothing is tuned");
        ReportPublisher
            .Summary(report with { Revision = "12ab", PolicyErrors = [error] })
            .ShouldBe(
                "invalid policies: /etc/netedit/policies.d/web.yaml:3:5: must be 1 to 1000; "
                    + "in force: no policies, so nothing is tuned"
            );
        ReportPublisher
            .Summary(report with { PolicyErrors = [error, error, error] })
            .ShouldContain("must be 1 to 1000 and 2 more errors; in force");
    }

    [Fact]
    public void Nobody_listening_is_no_error()
    {
        new SystemdNotifier(null).Ready("x");
        new SystemdNotifier("/nowhere/notify").Ready("x");
    }

    private static string Receive(Socket socket)
    {
        socket.ReceiveTimeout = 5000;
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
