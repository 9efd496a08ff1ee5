using System.Collections.Immutable;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Events;

public sealed class PassEventsTests
{
    private static readonly PolicyDecision Web = new(
        "web",
        "a.yaml:1",
        "containers",
        PolicyState.Active,
        new Reason(ReasonCodes.None, ""),
        []
    )
    {
        Scopes = ["/c/1", "/c/2"],
    };

    [Fact]
    public void Cgroups_of_a_policy_that_appear_and_disappear_are_one_event_a_pass()
    {
        ImmutableArray<string> many = [.. Enumerable.Range(2, 100).Select(number => $"/c/{number}")];

        var events = After(Report(Web), Report(Web with { Scopes = many }));

        var scopes = events.ShouldHaveSingleItem();
        scopes.Kind.ShouldBe(EventKind.Scopes);
        scopes.About.ShouldBe("web");
        scopes.Policies.ShouldBe(["web"]);
        scopes.What.ShouldBe("99 cgroups appeared, 1 gone");
        scopes.Details.ShouldContain(("appeared", "/c/3, /c/4, /c/5 and 96 more"));
        scopes.Details.ShouldContain(("gone", "/c/1"));
        After(Report(Web), Report(Web with { Scopes = ["/c/2", "/c/1"] })).ShouldBeEmpty();
    }

    [Fact]
    public void The_state_of_a_policy_is_told_with_its_reason_when_it_changes_and_when_it_is_removed()
    {
        var waiting = Web with { State = PolicyState.Waiting, Reason = new Reason(ReasonCodes.ScopeAbsent, "none") };

        After(Report(Web), Report(waiting with { Scopes = Web.Scopes }))
            .ShouldHaveSingleItem()
            .Details.ShouldContain(("reason", ReasonCodes.ScopeAbsent));
        var removed = After(Report(Web), Report()).Single(item => item.Kind == EventKind.Policy);
        removed.IsEnd.ShouldBeTrue();
        removed.Policies.ShouldBe(["web"]);
    }

    [Fact]
    public void What_was_told_before_is_told_again_only_after_it_ended()
    {
        var invalid = Report(Web) with
        {
            PolicyErrors = [new PolicyError("a.yaml", 1, 2, "bad"), new PolicyError("a.yaml", 1, 2, "worse")],
        };

        After(Report(Web), invalid).Count(item => item.Kind == EventKind.Invalid).ShouldBe(2);
        After(invalid, invalid).ShouldBeEmpty();
        After(invalid, Report(Web)).Count(item => item is { Kind: EventKind.Invalid, IsEnd: true }).ShouldBe(2);
    }

    [Fact]
    public void A_pass_that_fails_is_told_and_so_is_the_next_that_does_not()
    {
        var failed = Report(Web) with { Error = "the kernel said no" };

        var failure = After(Report(Web), failed).ShouldHaveSingleItem();
        (failure.Kind, failure.Level, failure.What).ShouldBe((EventKind.Pass, LogLevel.Error, "the kernel said no"));
        After(failed, failed).ShouldBeEmpty();
        After(failed, Report(Web)).ShouldHaveSingleItem().What.ShouldBe("converged");
    }

    [Fact]
    public void Changes_name_the_policies_of_their_cgroup()
    {
        var changed = Report(Web, Web with { Policy = "all", Scopes = ["/c/1"] }) with
        {
            Done = [new DetachChain("/c/1", "no policy"), new DetachChain("/other", "no policy")],
            Drift = [new DriftItem("ecn", "chain of /c/1")],
            Trigger = $"{PassTrigger.Interval}, {PassTrigger.HangUp}",
        };

        var events = After(Report(Web, Web with { Policy = "all", Scopes = ["/c/1"] }), changed);

        events
            .Select(item => item.Kind)
            .ShouldBe([EventKind.Reload, EventKind.Change, EventKind.Change, EventKind.Drift]);
        events[1].What.ShouldBe("detach chain");
        events[1].Policies.ShouldBe(["web", "all"]);
        events[2].Policies.ShouldBeEmpty();
    }

    [Fact]
    public void Quarantine_is_told_when_a_feature_enters_and_leaves_it()
    {
        var entry = new QuarantineEntry(
            QuarantineCause.Flapping,
            "ecn",
            "",
            "digest",
            "6.18",
            "lost 6 times",
            DateTimeOffset.UnixEpoch,
            []
        );
        var isolated = Report(Web) with { Quarantine = [entry] };

        After(Report(Web), isolated).ShouldHaveSingleItem().About.ShouldBe("ecn");
        After(isolated, Report(Web)).ShouldHaveSingleItem().What.ShouldBe("out of quarantine");
    }

    [Fact]
    public void Of_many_changes_alike_one_is_kept_that_counts_them_and_what_lasts_is_kept_whole()
    {
        ImmutableArray<AgentEvent> attached =
        [
            .. Enumerable
                .Range(0, 100)
                .Select(number => new AgentEvent(
                    EventKind.Change,
                    $"/c/{number}",
                    LogLevel.Info,
                    "attach chain",
                    ("target", $"/c/{number}"),
                    ("why", "no chain")
                )
                {
                    Policies = [$"p{number % 2}"],
                }),
        ];
        ImmutableArray<AgentEvent> states =
        [
            .. Enumerable
                .Range(0, 100)
                .Select(number => new AgentEvent(EventKind.Policy, $"p{number}", LogLevel.Info, "policy Active")
                {
                    State = "Active none",
                }),
        ];

        var digest = EventDigest.Of([.. attached, .. states]);

        digest.Length.ShouldBe(101);
        digest[0].About.ShouldBe("100 of them");
        digest[0].Policies.ShouldBe(["p0", "p1"]);
        digest[0].Details.ShouldBe([("among", "/c/0, /c/1, /c/2 and 97 more"), ("why", "no chain")]);
        EventDigest.Of([.. attached.Take(EventDigest.MostAlike)]).Length.ShouldBe(EventDigest.MostAlike);
    }

    private static ImmutableArray<AgentEvent> After(ReconcileReport before, ReconcileReport now) =>
        PassEvents
            .Of(PassEvents.Of(EventMemory.None, before).Memory, now)
            .Events.RemoveAll(item => item.Kind == EventKind.Policies);

    private static ReconcileReport Report(params PolicyDecision[] policies) =>
        new()
        {
            Trigger = PassTrigger.Interval,
            StartedAt = DateTimeOffset.UnixEpoch,
            Result = ReconcileResult.Unchanged,
            Converged = true,
            Revision = "0123456789abcdef",
            Policies = [.. policies],
        };
}
