using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class ModeTests
{
    [Fact]
    public void WhatAnObserverWouldGiveIsKnownAndTheOthersGive()
    {
        var decision = World.Decide(
            World.Yaml("trial", "mode: observe\npriority: 10", "{ initial-cwnd: { segments: 40 } }"),
            World.Yaml("usual", "", "{ initial-cwnd: { segments: 20 } }")
        );

        decision
            .Of("trial")
            .ShouldSatisfyAllConditions(
                policy => policy.State.ShouldBe(PolicyState.Observing),
                policy => policy.Reason.Text.ShouldBe("counted, not set"),
                policy => policy.Features.Single().State.ShouldBe(PolicyState.Observing)
            );
        decision.Of("usual").State.ShouldBe(PolicyState.Active);
        decision.Of("usual", "initial-cwnd").Contests.ShouldBeEmpty();
        var profile = decision.Desired.Profiles.Single();
        profile.Entries.Single().Policy.ShouldBe("usual");
        profile.Observed.Single().Policy.ShouldBe("trial");
    }

    [Fact]
    public void AnObserverThatWouldLoseIsShadowed() =>
        World
            .Decide(World.Yaml("trial", "mode: observe"), World.Yaml("usual", "priority: 10"))
            .Of("trial")
            .State.ShouldBe(PolicyState.Conflict);

    [Fact]
    public void FromObservingToEnforcingNoProgramChanges()
    {
        var (before, after) = (
            World.Decide(World.Yaml("a", "mode: observe")).Desired,
            World.Decide(World.Yaml("a")).Desired
        );

        after.Chains.Single().ShouldBe(before.Chains.Single() with { Stages = after.Chains.Single().Stages });
        after.Chains.Single().Stages.ShouldBe(before.Chains.Single().Stages);
    }

    [Fact]
    public void AChangedShareIsAChangedValue()
    {
        var (before, after) = (
            World.Decide(World.Yaml("a", "share: 25%")).Desired,
            World.Decide(World.Yaml("a", "share: 50%")).Desired
        );

        after.Rules.Digest.ShouldBe(before.Rules.Digest);
        after.Profiles.Select(profile => profile.Id).ShouldBe(before.Profiles.Select(profile => profile.Id));
        before.Profiles.Single(profile => profile.Split is not null).Split!.Share.ShouldBe(ProfileSplit.Whole / 4);
        after.Profiles.Single(profile => profile.Split is not null).Split!.Share.ShouldBe(ProfileSplit.Whole / 2);
        LiveDigest
            .OfRules(after, after.Chains.Single())
            .ShouldNotBe(LiveDigest.OfRules(before, before.Chains.Single()), "open connections are drawn again");
    }
}
