using System.Collections.Immutable;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.State;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Auditing;

/// <summary>What follows from what connections have.</summary>
public sealed class ConnectionAuditTests
{
    private static readonly Promise Kept = new("rate 1", "rate 1", true);
    private static readonly Promise Broken = new("rate 1", "rate 2", false);
    private static readonly RememberedTuning Applied = new(1, 1, 1, 1, 1, 1, Walked: false, Adopted: false, Skipped: false, [null]);
    private static readonly RememberedTuning NotApplied = Applied with { Applied = 0 };

    [Fact]
    public void What_was_set_is_held_against_what_the_socket_has()
    {
        Tell(Applied, [Kept]).ShouldBe(Telling.Kept);
        Tell(Applied, [Kept], isNew: false).ShouldBe(Telling.Kept);
        Tell(Applied, [Kept, Broken]).ShouldBe(Telling.Otherwise);
        Tell(Applied, []).ShouldBe(Telling.Ran);
    }

    [Fact]
    public void What_was_open_before_or_has_earlier_values_tells_nothing_by_being_otherwise()
    {
        Tell(Applied, [Broken], isNew: false).ShouldBe(Telling.Nothing);
        Tell(Applied, [Broken], why: "by earlier rules").ShouldBe(Telling.Nothing);
        Tell(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt, isNew: false).ShouldBe(Telling.Nothing);
    }

    [Fact]
    public void A_new_connection_of_which_nothing_is_remembered_or_nothing_applied_was_met_by_no_program()
    {
        Tell(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt).ShouldBe(Telling.DidNotRun);
        Tell(null, [], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt).ShouldBe(Telling.DidNotRun);
        Tell(NotApplied, [], ConnectionFeatureState.NotApplied, ConnectionTuning.NotApplied).ShouldBe(Telling.DidNotRun);
        Tell(null, [Kept], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt).ShouldBe(Telling.Kept, "it has what was promised, whoever remembers it");
    }

    [Fact]
    public void What_is_paused_or_was_refused_is_said_elsewhere()
    {
        Tell(NotApplied, [Broken], ConnectionFeatureState.Paused, ConnectionTuning.NotApplied).ShouldBe(Telling.Nothing);
        Tell(NotApplied, [Broken], ConnectionFeatureState.Failed, ConnectionTuning.NotApplied).ShouldBe(Telling.Nothing);
    }

    [Fact]
    public void What_is_not_remembered_is_not_held_against_a_connection()
    {
        Tell(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.Unknown).ShouldBe(Telling.Nothing, "before 5.11");
        Tell(Applied, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.AtEstablishment).ShouldBe(Telling.Nothing, "its chain is gone, and with it the names");
        Tell(NotApplied with { Walked = true }, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotApplied).ShouldBe(Telling.Nothing, "a walk could not give it");
        Tell(NotApplied with { Errors = [new RefusedSetting("EINVAL", "")] }, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotApplied).ShouldBe(Telling.Nothing, "another feature was refused");
    }

    [Fact]
    public void What_may_match_later_than_at_the_beginning_is_not_missed()
    {
        Examine(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt).Single().Telling.ShouldBe(Telling.DidNotRun);
        Examine(null, [Broken], ConnectionFeatureState.NotApplied, ConnectionTuning.NotLookedAt, changeable: ["web"]).Single().Telling.ShouldBe(Telling.Nothing, "its user or interface may have been another");
    }

    [Fact]
    public void What_no_policy_gives_is_not_compared()
    {
        Examine(Applied, [Broken], ConnectionFeatureState.Leftover).ShouldBeEmpty();
        Examine(null, [Broken], ConnectionFeatureState.NotGiven, policy: null).ShouldBeEmpty("another policy's arm, or one that observes");
    }

    [Theory]
    [InlineData(0, 0, nameof(AuditVerdict.NotTold))]
    [InlineData(1, 0, nameof(AuditVerdict.Kept))]
    [InlineData(0, 1, nameof(AuditVerdict.Otherwise))]
    [InlineData(0, 2, nameof(AuditVerdict.Otherwise))]
    [InlineData(0, 3, nameof(AuditVerdict.AuditFailed))]
    [InlineData(1, 2, nameof(AuditVerdict.AuditFailed))]
    [InlineData(2, 2, nameof(AuditVerdict.Otherwise))]
    [InlineData(499, 500, nameof(AuditVerdict.AuditFailed))]
    public void Most_of_three_new_connections_fail_it(int kept, int otherwise, string verdict)
    {
        Conclude([.. Many(kept, Telling.Kept), .. Many(otherwise, Telling.Otherwise)]).Verdict.ToString().ShouldBe(verdict);
        Conclude([.. Many(kept, Telling.Kept), .. Many(otherwise, Telling.DidNotRun)]).Verdict.ToString().ShouldBe(verdict);
    }

    [Fact]
    public void Those_that_were_open_before_do_not_outvote_new_ones()
    {
        var line = Conclude([.. Many(500, Telling.Kept, isNew: false), .. Many(3, Telling.DidNotRun), .. Many(2, Telling.Nothing, isNew: false)]);

        (line.Kept, line.Otherwise, line.NotTold, line.Verdict).ShouldBe((500, 3, 2, AuditVerdict.AuditFailed));
        line.Evidence.Length.ShouldBe(3);
        line.Evidence[0].ToString().ShouldBe("10.0.0.1:1 -> 10.0.0.2:443: found instead of promised");
    }

    [Fact]
    public void One_probe_fails_it_and_so_does_what_the_kernel_lacks()
    {
        var line = Conclude([.. Many(50, Telling.Kept), .. Many(1, Telling.Otherwise), .. Many(1, Telling.Otherwise, isProbe: true)]);
        line.Verdict.ShouldBe(AuditVerdict.AuditFailed);
        line.Evidence[0].IsProbe.ShouldBeTrue();

        Conclude([], missing: "the chain of / is not attached").Verdict.ShouldBe(AuditVerdict.AuditFailed);
    }

    [Fact]
    public void What_ran_says_that_programs_run_and_not_that_settings_stick()
    {
        Conclude([.. Many(5, Telling.Ran), .. Many(3, Telling.DidNotRun)]).Verdict.ShouldBe(AuditVerdict.Otherwise);
        Conclude([.. Many(5, Telling.Ran), .. Many(3, Telling.Otherwise)]).Verdict.ShouldBe(AuditVerdict.AuditFailed);
    }

    [Fact]
    public void What_failed_has_until_a_new_connection_has_what_was_promised()
    {
        var failed = Conclude([.. Many(3, Telling.DidNotRun)]);

        var still = Conclude([.. Many(3, Telling.Nothing, isNew: false), .. Many(9, Telling.Kept, isNew: false)], before: failed);
        still.Verdict.ShouldBe(AuditVerdict.AuditFailed);
        still.Evidence.ShouldBe(failed.Evidence);
        Conclude([.. Many(1, Telling.Kept)], before: failed).Verdict.ShouldBe(AuditVerdict.Kept);
        Conclude([.. Many(1, Telling.Ran)], before: failed).Verdict.ShouldBe(AuditVerdict.NotTold);
        Conclude([.. Many(1, Telling.Ran)], before: Conclude([.. Many(3, Telling.Otherwise)])).Verdict.ShouldBe(AuditVerdict.AuditFailed);
        Conclude([], before: Conclude([], missing: "it")).Verdict.ShouldBe(AuditVerdict.NotTold, "the kernel has it again");
        Conclude([]).Verdict.ShouldBe(AuditVerdict.NotTold, "rules have changed since");
    }

    [Fact]
    public void A_policy_in_force_fails_with_its_feature_and_another_state_stays()
    {
        var decision = new PolicyDecision("web", "p.yaml:1", "/", PolicyState.Active, new Reason(ReasonCodes.None, ""), [Feature("rate", PolicyState.Active), Feature("other", PolicyState.Active)]);
        var audit = new AuditReport(default, 3, 3, [Conclude([.. Many(3, Telling.DidNotRun)])]);

        var noted = AuditStates.Note([decision], audit).Single();
        (noted.State, noted.Reason.Code).ShouldBe((PolicyState.AuditFailed, ReasonCodes.AuditFailed));
        noted.Features.Select(feature => feature.State).ShouldBe([PolicyState.AuditFailed, PolicyState.Active]);
        noted.Reason.Text.ShouldContain("10.0.0.1:1 -> 10.0.0.2:443: found instead of promised; 3 connections were otherwise");
        AuditStates.Note([decision with { State = PolicyState.Failed }], audit).Single().State.ShouldBe(PolicyState.Failed);
        AuditStates.Note([decision with { Features = [Feature("rate", PolicyState.Failed)] }], audit).Single().State.ShouldBe(PolicyState.Active);
        AuditStates.Note([decision], null).ShouldBe([decision]);
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
        sample.Count(sampled => sampled.IsNew).ShouldBeInRange(8, 12, "of ten, the one of another namespace and the probe a few may be taken for others");
        sample.Count.ShouldBeLessThanOrEqualTo(AuditSample.Most + 1);
        sample.Select(sampled => (sampled.Connection.Network, sampled.Connection.Local)).ShouldBeUnique();
    }

    private static FeatureDecision Feature(string name, PolicyState state) => new(name, state, "bpf", "", [], []);

    private static Telling Tell(RememberedTuning? tuning, Promise[] promises, ConnectionFeatureState state = ConnectionFeatureState.Applied, ConnectionTuning done = ConnectionTuning.AtEstablishment, string why = "", bool isNew = true) =>
        Examine(tuning, promises, state, done, why, isNew).ShouldHaveSingleItem().Telling;

    private static List<Finding> Examine(RememberedTuning? tuning, Promise[] promises, ConnectionFeatureState state = ConnectionFeatureState.Applied, ConnectionTuning done = ConnectionTuning.AtEstablishment, string why = "", bool isNew = true, string? policy = "web", string[]? changeable = null)
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
            Features = [new ConnectionFeatureInfo("rate", state, policy, "", null, why, [])],
        };
        return [.. ConnectionAudit.Examine(new SampledConnection(connection, isNew, IsProbe: false), info, new HostFacts { KernelRelease = "" }, (changeable ?? []).ToHashSet(), (_, _, _) => [.. promises])];
    }

    private static AuditLine Conclude(Finding[] findings, string? missing = null, AuditLine? before = null) => ConnectionAudit.Conclude("web", "rate", missing, findings, before, DateTimeOffset.UnixEpoch);

    private static IEnumerable<Finding> Many(int count, Telling telling, bool isNew = true, bool isProbe = false) =>
        Enumerable.Repeat(new Finding(new SampledConnection(Connection(1), isNew, isProbe), "web", "rate", telling, "promised", "found"), count);

    private static OpenConnection Connection(int port) => new(
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
        Now);

    private static SocketValues Now { get; } = new()
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
