using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Auditing;

/// <summary>What follows from what connections have.</summary>
public sealed class ConnectionAuditTests
{
    private static readonly Expectation Kept = Expectation.That("rate 1", "rate 1", true);
    private static readonly Expectation Broken = Expectation.That("rate 1", "rate 2", false);
    private static readonly Expectation Excused = Broken.InconclusiveIf(true);
    private static readonly RememberedTuning Applied = new(
        1,
        1,
        1,
        1,
        1,
        1,
        Walked: false,
        Adopted: false,
        Skipped: false,
        [null]
    );
    private static readonly RememberedTuning NotApplied = Applied with { Applied = 0 };

    [Fact]
    public void What_was_set_is_held_against_what_the_socket_has()
    {
        Tell(Applied, [Kept]).ShouldBe(Showing.Confirmed);
        Tell(Applied, [Kept], isNew: false).ShouldBe(Showing.Confirmed);
        Tell(Applied, [Kept, Broken]).ShouldBe(Showing.Overwritten);
        Tell(Applied, []).ShouldBe(Showing.ProgramRan);
        Doubt(Applied, [Excused]).ShouldBe(AuditDoubts.KernelMayDiffer);
        Doubt(Applied, null).ShouldBe(AuditDoubts.FeatureError, "its code threw");
        Tell(Applied, [Kept, Excused]).ShouldBe(Showing.Confirmed);
    }

    [Fact]
    public void What_was_open_before_or_has_earlier_values_tells_nothing_by_being_otherwise()
    {
        Tell(Applied, [Broken], isNew: false).ShouldBe(Showing.Inconclusive);
        Tell(Applied, [Broken], why: "by earlier rules").ShouldBe(Showing.Inconclusive);
        Tell(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt, isNew: false)
            .ShouldBe(Showing.Inconclusive);
    }

    [Fact]
    public void A_new_connection_of_which_nothing_is_remembered_or_nothing_applied_was_met_by_no_program()
    {
        Tell(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt)
            .ShouldBe(Showing.NotReached);
        Tell(null, [], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt).ShouldBe(Showing.NotReached);
        Tell(NotApplied, [], ConnectionFeatureState.NotApplied, ConnectionTuning.NotApplied)
            .ShouldBe(Showing.NotReached);
        Tell(null, [Kept], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt)
            .ShouldBe(Showing.Confirmed, "it has what was promised, whoever remembers it");
    }

    [Fact]
    public void What_the_kernel_refused_on_a_connection_contradicts_the_policy_and_what_is_paused_shows_nothing()
    {
        Doubt(NotApplied, [Broken], ConnectionFeatureState.Paused).ShouldBe(AuditDoubts.Paused);
        var refused = Examine(NotApplied, [], ConnectionFeatureState.Failed, why: "does not exist", error: "ENOENT")
            .ShouldHaveSingleItem();
        (refused.Showing, refused.Expected, refused.Found).ShouldBe(
            (Showing.Refused, "rate", "refused by the kernel (ENOENT: does not exist)")
        );
        Doubt(NotApplied, [Broken], ConnectionFeatureState.Failed, isNew: false)
            .ShouldBe(AuditDoubts.NoNewConnection, "by the values of then");
    }

    [Fact]
    public void A_connection_that_contradicted_the_policy_before_does_so_until_it_has_the_value()
    {
        Tell(Applied, [Broken], isNew: false, contradicted: true).ShouldBe(Showing.Overwritten);
        Tell(Applied, [Kept], isNew: false, contradicted: true).ShouldBe(Showing.Confirmed);
    }

    [Fact]
    public void What_is_not_remembered_is_not_held_against_a_connection()
    {
        Doubt(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.Unknown)
            .ShouldBe(AuditDoubts.KernelTooOld);
        Tell(null, [Kept], ConnectionFeatureState.NotApplied, ConnectionTuning.Unknown)
            .ShouldBe(Showing.Confirmed, "its socket has it, whatever is remembered");
        Tell(Applied, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.AtEstablishment)
            .ShouldBe(Showing.Inconclusive, "its chain is gone, and with it the names");
        Tell(
                NotApplied with
                {
                    Walked = true,
                },
                [Broken],
                ConnectionFeatureState.NotApplied,
                ConnectionTuning.NotApplied
            )
            .ShouldBe(Showing.Inconclusive, "a walk could not give it");
        Tell(
                NotApplied with
                {
                    Errors = [new RefusedSetting("EINVAL", "")],
                },
                [Broken],
                ConnectionFeatureState.NotApplied,
                ConnectionTuning.NotApplied
            )
            .ShouldBe(Showing.Inconclusive, "another feature was refused");
    }

    [Fact]
    public void What_may_match_later_than_at_the_beginning_is_not_missed()
    {
        Examine(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt)
            .Single()
            .Showing.ShouldBe(Showing.NotReached);
        Examine(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt, changeable: ["web"])
            .Single()
            .Showing.ShouldBe(Showing.Inconclusive, "its user or interface may have been another");
    }

    [Fact]
    public void What_no_policy_gives_is_not_compared()
    {
        Examine(Applied, [Broken], ConnectionFeatureState.Leftover).ShouldBeEmpty();
        Examine(null, [Broken], ConnectionFeatureState.NotGiven, policy: null)
            .ShouldBeEmpty("another policy's arm, or one that observes");
    }

    [Theory]
    [InlineData(0, 0, "Inconclusive no-connection")]
    [InlineData(1, 0, "Confirmed Socket")]
    [InlineData(0, 1, "Inconclusive too-few")]
    [InlineData(0, 2, "Inconclusive too-few")]
    [InlineData(1, 1, "Inconclusive some-contradict")]
    [InlineData(0, 3, "Contradicted ")]
    [InlineData(1, 2, "Contradicted ")]
    [InlineData(2, 2, "Inconclusive some-contradict")]
    [InlineData(499, 500, "Contradicted ")]
    public void Most_of_three_new_connections_contradict_it(int confirmed, int contradicted, string result)
    {
        foreach (var showing in (Showing[])[Showing.Overwritten, Showing.NotReached, Showing.Refused])
        {
            Result(Conclude([.. Many(confirmed, Showing.Confirmed), .. Many(contradicted, showing)])).ShouldBe(result);
        }
    }

    [Fact]
    public void A_promise_that_cannot_be_told_is_not_kept_and_says_why()
    {
        Result(Conclude([.. Many(4, Showing.Inconclusive, isNew: false)])).ShouldBe("Inconclusive no-new-connection");
        Result(Conclude([], unseen: new Reason(AuditDoubts.LookFailed, "could not list connections: ENOMEM")))
            .ShouldBe("Inconclusive look-failed");
        Result(
                ConnectionAudit.Conclude(
                    new AuditSubject("web", "rate") { IsPaused = true },
                    [.. Many(1, Showing.Confirmed)],
                    default
                )
            )
            .ShouldBe("Inconclusive paused", "what comes anew does not get it");
        Result(
                ConnectionAudit.Conclude(
                    new AuditSubject("web", "guard") { IsPaused = true, IsOfConnections = false },
                    [],
                    default
                )
            )
            .ShouldBe("Inconclusive paused");
        Result(Conclude([.. Many(1, Showing.Confirmed)], unseen: new Reason(AuditDoubts.ProbeUnanswered, "")))
            .ShouldBe("Confirmed Socket", "a connection tells where the probe does not");
        Conclude([.. Many(2, Showing.Inconclusive, isNew: false)])
            .Why!.Text.ShouldBe(
                "2 connections may have been opened before the values of now; one that is opened from now on "
                    + "tells at the next audit"
            );
    }

    [Fact]
    public void A_confirmation_rests_on_sockets_else_on_its_program_else_on_the_kernel()
    {
        var both = Conclude([
            .. Many(1, Showing.Confirmed),
            .. Many(2, Showing.ProgramRan),
            .. Many(1, Showing.Inconclusive),
        ]);
        (both.RestsOn, both.Confirmed, both.BySocket, both.Inconclusive).ShouldBe((AuditBasis.Socket, 3, 1, 1));
        Result(Conclude([.. Many(2, Showing.ProgramRan)])).ShouldBe("Confirmed Program");
        Result(ConnectionAudit.Conclude(new AuditSubject("web", "sysctl") { IsOfConnections = false }, [], default))
            .ShouldBe("Confirmed Kernel");
        Result(
                ConnectionAudit.Conclude(
                    new AuditSubject("web", "sysctl") { IsOfConnections = false, Missing = "it is 4" },
                    [],
                    default
                )
            )
            .ShouldBe("Contradicted ");
    }

    [Fact]
    public void That_its_program_ran_shows_nothing_where_a_program_of_others_may_have_had_the_last_word()
    {
        var subject = new AuditSubject("web", "rate") { Overruled = new Reason(AuditDoubts.OthersOnHook, "") };

        Result(ConnectionAudit.Conclude(subject, [.. Many(2, Showing.ProgramRan)], default))
            .ShouldBe("Inconclusive others-on-hook");
        Result(
                ConnectionAudit.Conclude(
                    subject,
                    [.. Many(2, Showing.ProgramRan), .. Many(1, Showing.Confirmed)],
                    default
                )
            )
            .ShouldBe("Confirmed Socket");
    }

    [Fact]
    public void Those_that_were_open_before_do_not_outvote_new_ones()
    {
        var line = Conclude([
            .. Many(500, Showing.Confirmed, isNew: false),
            .. Many(3, Showing.NotReached),
            .. Many(2, Showing.Inconclusive, isNew: false),
        ]);

        (line.Confirmed, line.Contradicted, line.Inconclusive, line.Verdict).ShouldBe(
            (500, 3, 2, AuditVerdict.Contradicted)
        );
        line.Evidence.Length.ShouldBe(3);
        line.Evidence[0].ToString().ShouldBe("10.0.0.1:1 -> 10.0.0.2:443: found instead of expected");
    }

    [Fact]
    public void One_probe_contradicts_it_and_so_does_what_the_kernel_lacks()
    {
        var line = Conclude([
            .. Many(50, Showing.Confirmed),
            .. Many(1, Showing.Overwritten),
            .. Many(1, Showing.Refused, isProbe: true),
        ]);
        line.Verdict.ShouldBe(AuditVerdict.Contradicted);
        (line.Evidence[0].IsProbe, line.Evidence[0].Kind).ShouldBe((true, Contradiction.Refused));

        Conclude([], missing: "the chain of / is not attached").Verdict.ShouldBe(AuditVerdict.Contradicted);
    }

    [Fact]
    public void What_ran_says_that_programs_run_and_not_that_settings_stick()
    {
        Result(Conclude([.. Many(5, Showing.ProgramRan), .. Many(3, Showing.NotReached)]))
            .ShouldBe("Inconclusive some-contradict");
        Result(Conclude([.. Many(5, Showing.ProgramRan), .. Many(3, Showing.Overwritten)])).ShouldBe("Contradicted ");
    }

    [Fact]
    public void What_was_contradicted_is_until_a_new_connection_confirms_it()
    {
        var failed = Conclude([.. Many(3, Showing.NotReached)]);

        var still = Conclude(
            [.. Many(3, Showing.Inconclusive, isNew: false), .. Many(9, Showing.Confirmed, isNew: false)],
            before: failed
        );
        still.Verdict.ShouldBe(AuditVerdict.Contradicted);
        still.Evidence.ShouldBe(failed.Evidence);
        Result(Conclude([.. Many(1, Showing.Confirmed)], before: failed)).ShouldBe("Confirmed Socket");
        Result(Conclude([.. Many(1, Showing.ProgramRan)], before: failed)).ShouldBe("Confirmed Program");
        Result(Conclude([.. Many(1, Showing.ProgramRan)], before: Conclude([.. Many(3, Showing.Overwritten)])))
            .ShouldBe("Contradicted ");
        Result(Conclude([], before: Conclude([], missing: "it")))
            .ShouldBe("Inconclusive no-connection", "the kernel has it again");
        Result(Conclude([])).ShouldBe("Inconclusive no-connection", "rules have changed since");
    }

    [Fact]
    public void The_result_of_an_audit_is_that_of_its_worst_line()
    {
        var (confirmed, inconclusive, contradicted) = (
            Conclude([.. Many(1, Showing.Confirmed)]),
            Conclude([]),
            Conclude([], missing: "it")
        );

        Of().ShouldBe(AuditVerdict.Confirmed);
        Of(confirmed, confirmed).ShouldBe(AuditVerdict.Confirmed);
        Of(inconclusive, confirmed).ShouldBe(AuditVerdict.Inconclusive);
        Of(confirmed, contradicted, inconclusive).ShouldBe(AuditVerdict.Contradicted);

        static AuditVerdict Of(params AuditLine[] lines) => new AuditReport(default, 0, 0, [.. lines]).Result;
    }

    [Fact]
    public void A_policy_in_force_fails_with_its_feature_and_another_state_stays()
    {
        var decision = new PolicyDecision(
            "web",
            "p.yaml:1",
            "/",
            PolicyState.Active,
            new Reason(ReasonCodes.None, ""),
            [Feature("rate", PolicyState.Active), Feature("other", PolicyState.Active)]
        );
        var audit = new AuditReport(default, 3, 3, [Conclude([.. Many(3, Showing.NotReached)])]);

        var noted = AuditStates.Note([decision], audit).Single();
        (noted.State, noted.Reason.Code).ShouldBe((PolicyState.AuditFailed, ReasonCodes.AuditFailed));
        noted.Features.Select(feature => feature.State).ShouldBe([PolicyState.AuditFailed, PolicyState.Active]);
        noted.Reason.Text.ShouldContain(
            "10.0.0.1:1 -> 10.0.0.2:443: found instead of expected; 3 connections contradict it"
        );
        AuditStates
            .Note([decision with { State = PolicyState.Failed }], audit)
            .Single()
            .State.ShouldBe(PolicyState.Failed);
        AuditStates
            .Note([decision with { Features = [Feature("rate", PolicyState.Failed)] }], audit)
            .Single()
            .State.ShouldBe(PolicyState.Active);
        AuditStates.Note([decision], null).ShouldBe([decision]);
    }

    [Theory]
    [InlineData(nameof(Showing.Overwritten), ReasonCodes.Overwritten)]
    [InlineData(nameof(Showing.Refused), ReasonCodes.RefusedOnConnections)]
    [InlineData(nameof(Showing.NotReached), ReasonCodes.NotReached)]
    public void A_policy_that_some_connections_do_not_have_is_degraded_and_says_how(string showing, string code)
    {
        var decision = new PolicyDecision(
            "web",
            "p.yaml:1",
            "/",
            PolicyState.Active,
            new Reason(ReasonCodes.None, ""),
            [Feature("rate", PolicyState.Active)]
        );
        var audit = new AuditReport(
            default,
            3,
            3,
            [Conclude([.. Many(1, Enum.Parse<Showing>(showing)), .. Many(2, Showing.Confirmed)])]
        );

        var noted = AuditStates.Note([decision], audit).Single();

        (noted.State, noted.Reason.Code, noted.Features.Single().State).ShouldBe(
            (PolicyState.Degraded, code, PolicyState.Degraded)
        );
        AuditStates
            .Note([decision with { State = PolicyState.PartiallyActive }], audit)
            .Single()
            .State.ShouldBe(PolicyState.PartiallyActive);
    }

    [Fact]
    public void A_setting_that_a_pass_found_changed_by_others_keeps_its_state()
    {
        var degraded = Feature("rate", PolicyState.Degraded) with
        {
            Reasons = [new Reason(ReasonCodes.ChangedByOthers, "it is 4")],
        };
        var decision = new PolicyDecision(
            "web",
            "p.yaml:1",
            "/",
            PolicyState.Degraded,
            degraded.Reasons[0],
            [degraded]
        );

        AuditStates
            .Note([decision], new AuditReport(default, 0, 0, [Conclude([], missing: "it is 4")]))
            .ShouldBe([decision]);
    }

    [Fact]
    public void A_sample_is_bounded_prefers_what_is_new_and_has_each_connection_once()
    {
        var first = new AuditSample(null, new HashSet<IPEndPoint>(), 1);
        for (var port = 1; port <= 3000; port++)
        {
            first.Take(Connection(port));
        }

        first.Connections.ShouldAllBe(sampled => !sampled.IsNew);
        first.Connections.Count().ShouldBe(AuditSample.Most / 2);
        var second = new AuditSample(first.Seen, new HashSet<IPEndPoint> { Connection(5000).Local }, 1);
        second.Take(Connection(5000));
        second.Take(Connection(5000) with { Network = 2 });
        for (var port = 1; port <= 3010; port++)
        {
            second.Take(Connection(port));
            second.Take(Connection(port));
        }

        second.Take(Connection(4000) with { State = TcpState.SynSent });
        var sample = second.Connections.ToList();
        sample.Where(sampled => sampled.IsProbe).ShouldHaveSingleItem().Connection.ShouldBe(Connection(5000));
        sample
            .Count(sampled => sampled.IsNew)
            .ShouldBeInRange(8, 12, "of ten, the one of another namespace and the probe a few may be taken for others");
        sample.Count.ShouldBeLessThanOrEqualTo(AuditSample.Most + 1);
        sample.Select(sampled => (sampled.Connection.Network, sampled.Connection.Local)).ShouldBeUnique();
    }

    private static FeatureDecision Feature(string name, PolicyState state) => new(name, state, "bpf", "", [], []);

    private static Showing Tell(
        RememberedTuning? tuning,
        Expectation[] expectations,
        ConnectionFeatureState state = ConnectionFeatureState.Applied,
        ConnectionTuning done = ConnectionTuning.AtEstablishment,
        string why = "",
        bool isNew = true,
        bool contradicted = false
    ) =>
        Examine(tuning, expectations, state, done, why, isNew, contradicted: contradicted)
            .ShouldHaveSingleItem()
            .Showing;

    private static string? Doubt(
        RememberedTuning? tuning,
        Expectation[]? expectations,
        ConnectionFeatureState state = ConnectionFeatureState.Applied,
        ConnectionTuning done = ConnectionTuning.NotApplied,
        bool isNew = true
    ) => Examine(tuning, expectations, state, done, isNew: isNew).ShouldHaveSingleItem().Doubt;

    private static List<Finding> Examine(
        RememberedTuning? tuning,
        Expectation[]? expectations,
        ConnectionFeatureState state = ConnectionFeatureState.Applied,
        ConnectionTuning done = ConnectionTuning.AtEstablishment,
        string why = "",
        bool isNew = true,
        string? policy = "web",
        string[]? changeable = null,
        string? error = null,
        bool contradicted = false
    )
    {
        var connection = Connection(1) with { Tuning = tuning };
        var info = new ConnectionInfo
        {
            Local = "",
            Peer = "",
            State = TcpState.Established,
            NetworkNamespace = 1,
            Inode = 1,
            User = 0,
            Interface = "eth0",
            Tuning = done,
            Why = "",
            Now = connection.Now,
            Features = [new ConnectionFeatureInfo("rate", state, policy, "", error, why, [])],
        };
        var sampled = new SampledConnection(connection, isNew, IsProbe: false)
        {
            Contradicted = new HashSet<(string, string)>(contradicted ? [("web", "rate")] : []),
        };
        return
        [
            .. ConnectionAudit.Examine(
                sampled,
                info,
                new AuditContext(
                    new HostFacts { KernelRelease = "" },
                    (changeable ?? []).ToHashSet(),
                    (_, _, _) => expectations is null ? default : [.. expectations]
                )
            ),
        ];
    }

    private static AuditLine Conclude(
        Finding[] findings,
        string? missing = null,
        AuditLine? before = null,
        Reason? unseen = null
    ) =>
        ConnectionAudit.Conclude(
            new AuditSubject("web", "rate")
            {
                Missing = missing,
                Before = before,
                Unseen = unseen,
            },
            findings,
            DateTimeOffset.UnixEpoch
        );

    private static string Result(AuditLine line) => $"{line.Verdict} {line.RestsOn}{line.Why?.Code}";

    private static IEnumerable<Finding> Many(int count, Showing showing, bool isNew = true, bool isProbe = false) =>
        Enumerable.Repeat(
            new Finding(
                new SampledConnection(Connection(1), isNew, isProbe),
                "web",
                "rate",
                showing,
                showing == Showing.Inconclusive ? AuditDoubts.NoNewConnection : null,
                "expected",
                "found"
            ),
            count
        );

    private static OpenConnection Connection(int port) =>
        new(
            new IPEndPoint(IPAddress.Parse("10.0.0.1"), port),
            IPEndPoint.Parse("10.0.0.2:443"),
            TcpState.Established,
            Direction.Outbound,
            1,
            1,
            1,
            0,
            "eth0",
            null,
            Now
        );

    private static SocketValues Now { get; } =
        new()
        {
            CongestionControl = "cubic",
            CongestionWindow = 10,
            SegmentBytes = 1460,
            AdvertisedSegmentBytes = 1460,
            ReceiveBufferBytes = 1,
            SendBufferBytes = 1,
            WindowClampBytes = 1,
            RtoMilliseconds = 200,
            TypeOfService = 0,
            KeepAlive = false,
            Retransmits = 0,
            SentBytes = 0,
            RetransmittedBytes = 0,
            ReceivedBytes = 0,
        };
}
