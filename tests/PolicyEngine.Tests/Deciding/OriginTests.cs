using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class OriginTests
{
    [Fact]
    public void WhatComesBeforeAnAcceptedSocketHasAUserIsDegraded()
    {
        const string Tuning = "{ window: {} }";
        var catalog = new TestCatalog(
            TestCatalog
                .Standard.Names.Select(TestCatalog.Standard.Find)
                .OfType<ITuningFeature>()
                .Append(
                    new TestFeature
                    {
                        Name = "window",
                        Knobs = [Knob.InitialReceiveWindow],
                        Variants = TestCatalog.Standard.Find("receive-window")!.Variants,
                    }
                )
        );
        var decision = World.Decide(
            World.Set(
                catalog,
                World.Yaml("both", "connections: [ { users: [0] } ]", Tuning),
                World.Yaml("out", "connections: [ { users: [1], direction: outbound } ]", Tuning),
                World.Yaml(
                    "segments",
                    "connections: [ { users: [2], ports: [80] } ]",
                    "{ initial-cwnd: { segments: 20 } }"
                )
            ),
            catalog: catalog
        );

        decision.Of("both").State.ShouldBe(PolicyState.Degraded);
        decision
            .Of("both", "window")
            .Reasons[0]
            .ShouldBe(
                new Reason(
                    ReasonCodes.OriginUnknown,
                    "reply to RWND_INIT comes before an accepted socket exists, with neither user nor "
                        + "interface: only outbound connections get it"
                )
            );
        decision.Of("out").State.ShouldBe(PolicyState.Active);
        decision.Of("segments").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void AUserThatTheHostDoesNotHaveIsTold()
    {
        var decision = World.Decide(
            World.Yaml("none", "connections: [ { users: [ann] }, { users: [bob] } ]"),
            World.Yaml("some", "connections: [ { users: [ann, 5] } ]")
        );

        decision
            .Of("none")
            .ShouldSatisfyAllConditions(
                policy => policy.State.ShouldBe(PolicyState.Waiting),
                policy => policy.Reason.ShouldBe(new Reason(ReasonCodes.UserUnknown, "this host has no user ann, bob"))
            );
        decision.Of("some").State.ShouldBe(PolicyState.Degraded);
    }

    [Fact]
    public void MoreGroupsThanAByteHasLeaveTheWeakestPolicyOut()
    {
        var decision = World.Decide([
            .. Enumerable
                .Range(0, SocketOwnerClass.Most + 1)
                .Select(number =>
                    World.Yaml($"p{number:d2}", $"priority: {-number}\nconnections: [ {{ users: [{number}] }} ]")
                ),
        ]);

        decision.Policies.Count(policy => policy.State == PolicyState.Active).ShouldBe(SocketOwnerClass.Most);
        decision
            .Of($"p{SocketOwnerClass.Most:d2}")
            .Reason.Text.ShouldContain("15 groups of users that are told apart in one scope");
    }
}
