using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Planning;

public sealed class MapPlanningTests
{
    private const string Digest = "the chain object";

    private static readonly DesiredState Desired = World
        .Decide(
            World.Yaml("a", "", "{ initial-cwnd: { segments: 10 } }"),
            World.Yaml("b", "scope: { cgroup: /a }", "{ pacing: { burst: 1 } }")
        )
        .Desired;

    [Fact]
    public void MapsAreMadeWithRoomForTwiceWhatIsNeeded() =>
        Planner
            .Plan(Desired, ObservedState.Empty, Digest)
            .Actions.OfType<CreateSharedMaps>()
            .Single()
            .Room.ShouldBe(TableRoom.Least, "two profiles need less than the least");

    [Fact]
    public void TablesGrowBeforeWhatNeedsTheRoomIsWritten()
    {
        var crowded = Applied() with { ProfileRoom = 1 };
        crowded = crowded with { Profiles = crowded.Profiles.Remove(Desired.Profiles[0].Id) };

        var plan = Planner.Plan(Desired, crowded, Digest);

        plan.Actions.Select(action => action.GetType().Name).ShouldBe(["GrowTables", "WriteProfile"]);
        plan.Actions.OfType<GrowTables>().Single().Room.Profiles.ShouldBe(64);
    }

    [Fact]
    public void EventsGrowWhenHalfOfTheirRoomIsUsed()
    {
        Planner.Plan(Desired, Applied() with { Events = 128 }, Digest).IsEmpty.ShouldBeTrue();
        Planner
            .Plan(Desired, Applied() with { Events = 129 }, Digest)
            .Actions.Single()
            .ShouldBeOfType<GrowTables>()
            .Room.ShouldBe(new TableRoom(64, 1024));
    }

    [Fact]
    public void MapsOfAnotherLayoutGoOnlyAfterTheirLastChain()
    {
        var applied = Applied();
        var observed = applied with
        {
            SharedMaps = false,
            FormerMaps = ["/maps/old"],
            Chains = [.. applied.Chains.Select(chain => chain with { Digest = "", UsesSharedMaps = false })],
        };

        var kinds = Planner.Plan(Desired, observed, Digest).Actions.Select(action => action.GetType().Name).ToList();

        kinds[0].ShouldBe("CreateSharedMaps");
        kinds[^1].ShouldBe("RemoveFormerMaps");
        kinds.Count(kind => kind == "UpdateChain").ShouldBe(2);
        kinds.ShouldNotContain("AttachChain");
        kinds.ShouldNotContain("DetachChain");
    }

    [Fact]
    public void MapsAreMadePaused() =>
        Planner
            .Plan(Desired with { Pauses = ["policy/a"] }, ObservedState.Empty, Digest)
            .Actions.OfType<CreateSharedMaps>()
            .Single()
            .Pauses.ShouldBe(["policy/a"]);

    [Fact]
    public void AScopeThatIsLeftUntouchedKeepsItsChainItsRulesAndItsProfiles()
    {
        var observed = Applied();
        var changed = World
            .Decide(
                World.Yaml("a", "", "{ initial-cwnd: { segments: 11 }, pacing: {} }"),
                World.Yaml("b", "scope: { cgroup: /a }", "{ initial-cwnd: { segments: 5 } }")
            )
            .Desired;

        var plan = Planner.Plan(changed, observed, Digest, new HashSet<ChangeTarget> { new ScopeTarget("/a") });
        var after = PlanSimulator.Apply(observed, plan, Digest);

        var key = observed.Chains.Single(chain => chain.Scope == "/a").Key;
        after
            .Chains.Single(chain => chain.Scope == "/a")
            .ShouldBe(observed.Chains.Single(chain => chain.Scope == "/a"));
        after
            .Rules.Prefixes.Where(rule => rule.Chain == key)
            .ShouldBe(observed.Rules.Prefixes.Where(rule => rule.Chain == key));
        after.Rules.Prefixes.ShouldAllBe(rule => after.Profiles.ContainsKey(rule.Profile));
        after.Chains.Single(chain => chain.Scope == "/").Features.ShouldBe(["initial-cwnd", "pacing"]);
    }

    [Fact]
    public void AScopeThatCannotBeAttachedLeavesNothingOfItsOwn()
    {
        var plan = Planner.Plan(
            Desired,
            ObservedState.Empty,
            Digest,
            new HashSet<ChangeTarget> { new ScopeTarget("/"), new ScopeTarget("/a") }
        );

        plan.IsEmpty.ShouldBeTrue();
    }

    private static ObservedState Applied() =>
        PlanSimulator.Apply(ObservedState.Empty, Planner.Plan(Desired, ObservedState.Empty, Digest), Digest);
}
