using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;
using NetEdit.Agent.Tests.Cli;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Control;

public sealed class ControlTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine("run", "agent.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_request_is_answered()
    {
        using var server = Serve();

        var status = ControlClient.Ask(Path, "status").ShouldNotBeNull();

        status.Agent!.Pid.ShouldBe(7);
        status
            .Policies.Select(policy => (policy.Policy, policy.State))
            .ShouldBe([("web", PolicyState.Active), ("db", PolicyState.Waiting)]);
        status.Kernel.Chains[0].Features.ShouldBe(["initial-cwnd"]);
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Nothing_is_asked_of_another_user_who_listens_there()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can be somebody else
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        using var stranger = new ListenerOfAnotherUser(Path);

        Should
            .Throw<CliException>(() => ControlClient.Ask(Path, "status"))
            .Message.ShouldBe(
                $"user {ListenerOfAnotherUser.User} listens on {Path}, not an agent of root or of the current "
                    + $"user: nothing was asked"
            );
        stranger.WasAsked.ShouldBeFalse();
    }

    [Fact]
    public void The_verbs_show_what_the_agent_says()
    {
        using var server = Serve();

        var status = NeteditInProcess.Run("status", "--socket", Path);
        status.ExitCode.ShouldBe(ExitCode.Ok, status.Error);
        status.Out.ShouldBe(
            """
            agent      pid 7, version 1.2.3, since 1970-01-01 00:00:00Z, policies /etc/netedit/policies
            revision   0123456789abcdef
            last pass  1970-01-01 00:00:00Z, invalid after start, 12.3 ms, converged
            tuning     on

            the newest policies are INVALID (1 error in 1 file); the last valid ones stay in force:
              a.yaml:1:2: wrong

            POLICY  STATE    SCOPE  FEATURES      REASON
            web     Active   /      initial-cwnd
            db      Waiting  /db                  scope-absent: there is no cgroup /db

            KERNEL OBJECT    NAME    ID                 HOLDS
            chain            /       link 3, program 4  initial-cwnd
            rules            shared                     0 profiles, 0 rules, 0 port ranges
            orphan           /x                         half-made
            foreign program  /       program 9          other at sockops, runs after ours

            """
        );

        NeteditInProcess
            .Run("explain", "policy", "web", "--socket", Path)
            .Out.ShouldBe(
                """
                web: Active
                  from a.yaml:1, scope /
                  initial-cwnd: Active (variant bpf) { segments: 40 }
                    wins over db by priority 200 over 100, on /

                """
            );
        NeteditInProcess
            .Run("explain", "policy", "wbe", "--socket", Path)
            .Error.ShouldBe("netedit: no policy is named 'wbe'; did you mean 'web'?\n");
    }

    [Fact]
    public void What_is_out_of_the_ordinary_is_shown_where_it_is_seen()
    {
        var at = DateTimeOffset.UnixEpoch;
        var status = Status with
        {
            PoliciesFromDiskOf = at,
            Pauses = ["feature/initial-cwnd", "policy/db"],
            Quarantine =
            [
                new QuarantineInfo(
                    "initial-cwnd",
                    "",
                    "flapping",
                    at,
                    "6 times",
                    [new QuarantineEvent(at, "the chain of / is not attached")]
                ),
            ],
            StateProblems = ["/var/lib/netedit/netedit/pauses.json is not used: it is damaged"],
            Kernel = Status.Kernel with
            {
                Algorithms = [new AlgorithmInfo("netedit_dctcp", false, 2, 5, "d")],
                FormerMaps = ["/sys/fs/bpf/netedit/maps/01234567"],
            },
        };
        using var server = new ControlServer(
            Path,
            (_, _) => Task.FromResult(new ControlResponse(status, null)),
            TimeProvider.System
        );

        var text = NeteditInProcess.Run("status", "--socket", Path).Out;
        text.ShouldContain(
            "policies   FROM DISK, saved 1970-01-01 00:00:00Z: the policy directory has had no valid policies "
                + "since the agent started\n"
        );
        text.ShouldContain("tuning     on, but PAUSED until netedit resume: feature/initial-cwnd, policy/db\n");
        text.ShouldContain(
            "QUARANTINE    VARIANT  SINCE                 WHY\ninitial-cwnd  all      1970-01-01 00:00:00Z  "
                + "flapping: 6 times\n"
        );
        text.ShouldContain("draining: still used by 2 sockets\n");
        text.ShouldContain("former maps");
        text.ShouldContain("state problem: /var/lib/netedit/netedit/pauses.json is not used: it is damaged\n");

        NeteditInProcess
            .Run("explain", "--socket", Path)
            .Out.ShouldBe(
                """
                web: Active
                  from a.yaml:1, scope /
                  initial-cwnd: Active (variant bpf) { segments: 40 }
                    PAUSED: connections opened since then are not tuned, until netedit resume
                    1970-01-01 00:00:00Z: the chain of / is not attached
                    wins over db by priority 200 over 100, on /

                db: Waiting
                  from a.yaml:9, scope /db
                  scope-absent: there is no cgroup /db
                  PAUSED (policy/db): connections opened since then are not tuned, until netedit resume

                """
            );
    }

    [Fact]
    public void Verbs_that_write_show_what_the_agent_did_or_why_not()
    {
        using var sent = new ManualResetEventSlim();
        ControlRequest? asked = null;
        using var server = new ControlServer(
            Path,
            (request, _) =>
            {
                asked = request;
                var change = new ChangeOutcome(
                    new PlanReport("r", [new ActionInfo("-", "detach", "chain", "/", "", "nothing is to be left")], []),
                    Complete: true,
                    null
                );
                return Task.FromResult(
                    request.Command switch
                    {
                        "retry" => new ControlResponse(null, "'x' is not in quarantine"),
                        _ => new ControlResponse(null, null) { Change = change, WhenSent = sent.Set },
                    }
                );
            },
            TimeProvider.System
        );

        NeteditInProcess
            .Run("retry", "x", "--socket", Path)
            .ShouldBe(new CliResult(ExitCode.Failed, "", "netedit: 'x' is not in quarantine\n"));

        NeteditInProcess.Run("gc", "--dry-run", "--socket", Path).ExitCode.ShouldBe(ExitCode.ChangesPending);
        asked!.DryRun.ShouldBeTrue();
        asked.Expires.ShouldNotBeNull().ShouldBeGreaterThan(Environment.TickCount64);

        var uninstalled = NeteditInProcess.Run("uninstall", "--socket", Path);
        uninstalled.ShouldBe(
            new CliResult(
                ExitCode.Ok,
                "  -  detach chain  /  nothing is to be left\n"
                    + "1 change made; nothing of NetEdit is left in the kernel\n",
                "warning: the agent has exited too, because it would have tuned the host again\n"
            )
        );
        sent.Wait(TimeSpan.FromSeconds(40)).ShouldBeTrue();

        NeteditInProcess.Run("apply", "--policies", "somewhere", "--socket", Path).ExitCode.ShouldBe(ExitCode.Ok);
        asked.Policies.ShouldBe(System.IO.Path.GetFullPath("somewhere"));
    }

    [Theory]
    [InlineData("{\"command\":\"fly\"}", "there is no command")]
    [InlineData("{\"command\":null}", "not valid")]
    [InlineData("nonsense", "not valid")]
    [InlineData("[]", "not valid")]
    public void A_wrong_request_is_answered_with_what_is_wrong(string request, string expected)
    {
        using var server = Serve();

        Send(request + "\n").ShouldContain(expected);
    }

    [Fact]
    public void A_request_without_end_is_cut_off()
    {
        using var server = Serve();

        Send(new string('x', 100_000)).ShouldContain("one line of at most 64 KiB");
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public async Task A_request_that_takes_minutes_is_answered_and_one_that_takes_too_long_is_told_so(
        int minutes,
        bool inTime
    )
    {
        var time = new FakeTimeProvider();
        using var asked = new ManualResetEventSlim();
        var answer = new TaskCompletionSource<ControlResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ControlResponse> AnswerAsync(ControlRequest request, CancellationToken stop)
        {
            asked.Set();
            return answer.Task.WaitAsync(stop);
        }

        using var server = new ControlServer(Path, AnswerAsync, time);
        var said = Task.Run(() => Send("{\"command\":\"reconcile\"}\n"));
        asked.Wait(TimeSpan.FromMinutes(1)).ShouldBeTrue();

        time.Advance(TimeSpan.FromMinutes(minutes));
        if (inTime)
        {
            answer.SetResult(new ControlResponse(Status, null));
        }

        (await said).ShouldContain(inTime ? "\"status\":{" : "there is no answer yet after 5 min");
    }

    /// <summary>An emulated processor compiled for so long, between connecting and sending, that the agent had hung up, and the client said "Broken pipe".</summary>
    [Fact]
    public async Task A_request_that_comes_too_late_is_answered_with_what_is_wrong()
    {
        var time = new FakeTimeProvider();
        using var server = new ControlServer(Path, (_, _) => Task.FromResult(new ControlResponse(Status, null)), time);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Path));
        using var stream = new NetworkStream(client);
        var said = ControlLine.ReadAsync(stream, 1000, CancellationToken.None);

        // The server may come to it only after the clock was moved.
        for (var looks = 0; !said.IsCompleted && looks < 400; looks++)
        {
            time.Advance(TimeSpan.FromSeconds(6));
            await Task.WhenAny(said, Task.Delay(100));
        }

        (await said).ShouldNotBeNull().ShouldContain("no request came within 5 s");
    }

    [Fact]
    public void A_socket_left_by_a_crash_is_replaced_and_one_that_answers_is_not()
    {
        Directory.CreateDirectory(_directory.Combine("run"));
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // .NET removes the file of a socket it closes; a crash does not.
            dead.Bind(new UnixDomainSocketEndPoint(Path));
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(Path, Path + ".kept");
        }

        File.Move(Path + ".kept", Path);

        File.Exists(Path).ShouldBeTrue();
        using (Serve())
        {
            ControlClient.Ask(Path, "status").ShouldNotBeNull();
            Should.Throw<CliException>(Serve).Message.ShouldContain("another agent answers");
        }

        File.Exists(Path).ShouldBeFalse();
        ControlClient.Ask(Path, "status").ShouldBeNull();
    }

    [Fact]
    public void Five_hundred_idle_connections_do_not_delay_status()
    {
        using var server = Serve();
        List<Socket> idle = [];
        try
        {
            for (var connection = 0; connection < 500; connection++)
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                idle.Add(socket);
                socket.Connect(new UnixDomainSocketEndPoint(Path));
            }

            var clock = System.Diagnostics.Stopwatch.StartNew();
            ControlClient.Ask(Path, "status").ShouldNotBeNull();
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public void A_file_that_is_no_socket_is_not_deleted()
    {
        var precious = _directory.Write("run/agent.sock", "precious");

        Should.Throw<CliException>(Serve).Message.ShouldContain("is not a socket");

        File.ReadAllText(precious).ShouldBe("precious");
    }

    [Fact]
    public void A_socket_of_another_program_that_is_not_running_is_not_deleted()
    {
        Directory.CreateDirectory(_directory.Combine("run"));
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(Path));
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        Should.Throw<CliException>(Serve).Message.ShouldContain("is not a socket of netedit's");

        File.Exists(Path).ShouldBeTrue();
    }

    [Fact]
    public void A_socket_below_a_directory_that_others_can_write_is_refused()
    {
        Directory.CreateDirectory(_directory.Combine("run"));
        File.SetUnixFileMode(_directory.Combine("run"), (UnixFileMode)0b111_111_111);

        Should.Throw<CliException>(Serve).Message.ShouldContain("can be written by");
    }

    [Fact]
    public async Task More_requests_than_are_answered_at_once_are_refused_and_not_kept()
    {
        var answer = new TaskCompletionSource<ControlResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        using var server = new ControlServer(
            Path,
            (_, stop) =>
            {
                Interlocked.Increment(ref asked);
                return answer.Task.WaitAsync(stop);
            },
            TimeProvider.System
        );
        var waiting = Enumerable
            .Range(0, ControlServer.MostAnswers)
            .Select(_ =>
                Task.Factory.StartNew(
                    () => Send("{\"command\":\"reconcile\"}\n"),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();
        Eventually.True(() => Volatile.Read(ref asked) == ControlServer.MostAnswers, "all are being answered");

        Send("{\"command\":\"status\"}\n").ShouldContain("requests are being answered");

        answer.SetResult(new ControlResponse(Status, null));
        (await Task.WhenAll(waiting)).ShouldAllBe(said => said.Contains("\"status\"", StringComparison.Ordinal));
    }

    [Fact]
    public void What_took_the_place_of_the_socket_is_not_deleted()
    {
        using (Serve())
        {
            File.Delete(Path);
            File.WriteAllText(Path, "precious");
        }

        File.ReadAllText(Path).ShouldBe("precious");
    }

    private ControlServer Serve() =>
        new(
            Path,
            (request, _) =>
                Task.FromResult(
                    request.Command is "status" or "explain"
                        ? new ControlResponse(Status, null)
                        : new ControlResponse(null, "there is no command " + request.Command)
                ),
            TimeProvider.System
        );

    private string Send(string text)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path));
        socket.Send(Encoding.UTF8.GetBytes(text));
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    private static ReconcileReport LastPass { get; } =
        new ReconcileReport
        {
            Trigger = "start",
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromMilliseconds(12.34),
            Result = ReconcileResult.Invalid,
            Converged = true,
            Revision = "0123456789abcdef",
            PolicyErrors = [new PolicyError("a.yaml", 1, 2, "wrong")],
            Policies =
            [
                new PolicyDecision(
                    "web",
                    "a.yaml:1",
                    "/",
                    PolicyState.Active,
                    new Reason(ReasonCodes.None, ""),
                    [
                        new FeatureDecision(
                            "initial-cwnd",
                            PolicyState.Active,
                            "bpf",
                            "segments: 40",
                            [],
                            [new Contest("web", "db", "priority 200 over 100", "/")]
                        ),
                    ]
                ),
                new PolicyDecision(
                    "db",
                    "a.yaml:9",
                    "/db",
                    PolicyState.Waiting,
                    new Reason(ReasonCodes.ScopeAbsent, "there is no cgroup /db"),
                    []
                ),
            ],
            Observed = ObservedState.Empty with
            {
                SharedMaps = true,
                Chains = [new ObservedChain("/", 1, 2, "digest", ["initial-cwnd"], 3, 4)],
                Orphans = [new Orphan("/x", "half-made")],
                Foreign = [new ForeignProgram("/", 9, "other", true)],
            },
        };

    private static StatusReport Status { get; } =
        StatusReports.FromAgent(
            "netedit",
            new AgentInfo(7, "1.2.3", DateTimeOffset.UnixEpoch, "/etc/netedit/policies"),
            LastPass,
            LastPass.Observed,
            []
        );
}
