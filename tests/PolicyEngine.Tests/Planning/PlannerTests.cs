using FsCheck;
using FsCheck.Fluent;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Planning;

public sealed class PlannerTests
{
    private const string Digest = "the chain object";

    private static readonly DesiredState Desired = World
        .Decide(
            World.Yaml("a", "", "{ initial-cwnd: { segments: 10 }, dctcp: {} }"),
            World.Yaml("b", "scope: { cgroup: /a }", "{ pacing: { burst: 1 } }")
        )
        .Desired;

    [Fact]
    public void ThePlanAppliedGivesTheDesiredStateAndThenNothingIsLeftToDo() =>
        Prop.ForAll(
                (
                    from before in Generators.Sets(6)
                    from after in Generators.Sets(6)
                    select (before, after)
                ).ToArbitrary(),
                sample =>
                {
                    var first = World.Decide(new PolicySet("1", sample.before)).Desired;
                    var second = World.Decide(new PolicySet("2", sample.after)).Desired;
                    var observed = Reach(ObservedState.Empty, first);
                    observed = Reach(observed, second);
                    Reach(observed, DesiredState.Empty)
                        .ShouldSatisfyAllConditions(
                            empty => empty.SharedMaps.ShouldBeFalse(),
                            empty => empty.Chains.ShouldBeEmpty(),
                            empty => empty.Algorithms.ShouldBeEmpty()
                        );
                }
            )
            .Check(Samples.UpTo(500));

    [Fact]
    public void NoMomentHasLessTuningThanBothStatesPromise() =>
        Prop.ForAll(
                (
                    from before in Generators.Sets(5)
                    from after in Generators.Sets(5)
                    from connections in Generators.Connection.ArrayOf(10)
                    select (before, after, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var first = World.Decide(new PolicySet("1", sample.before)).Desired;
                    var second = World.Decide(new PolicySet("2", sample.after)).Desired;
                    var known = first
                        .Profiles.Concat(second.Profiles)
                        .DistinctBy(profile => profile.Id)
                        .ToDictionary(profile => profile.Id);
                    foreach (
                        var step in PlanSimulator.Steps(
                            Apply(ObservedState.Empty, first),
                            Planner.Plan(second, Apply(ObservedState.Empty, first), Digest),
                            Digest
                        )
                    )
                    {
                        var state = AsDesired(step, known, first, second);
                        foreach (var connection in sample.connections)
                        {
                            // Between the steps a connection may be tuned by one chain's old policies and another's new ones, but a feature that both states give is never missing.
                            var promised = Lookup
                                .Find(first, connection)
                                .Keys.Intersect(Lookup.Find(second, connection).Keys, StringComparer.Ordinal);
                            promised
                                .Except(Lookup.Find(state, connection).Keys, StringComparer.Ordinal)
                                .ShouldBeEmpty(connection.ToString());
                        }
                    }
                }
            )
            .Check(Samples.UpTo(500));

    [Fact]
    public void AFirstPlanGoesFromTheBottomUp() =>
        Kinds(Planner.Plan(Desired, ObservedState.Empty, Digest))
            .ShouldBe([
                "CreateSharedMaps",
                "RegisterAlgorithm",
                "WriteProfile",
                "WriteProfile",
                "SwitchRules",
                "AttachChain",
                "AttachChain",
            ]);

    [Fact]
    public void TheLastPlanGoesFromTheTopDown() =>
        Kinds(
                Planner.Plan(
                    DesiredState.Empty,
                    Apply(ObservedState.Empty, Desired) with
                    {
                        Orphans = [new Orphan("/pin", "stale")],
                    },
                    Digest
                )
            )
            .ShouldBe(
                [
                    "RemoveOrphan",
                    "SwitchRules",
                    "DetachChain",
                    "DetachChain",
                    "DeleteProfile",
                    "DeleteProfile",
                    "UnregisterAlgorithm",
                    "RemoveSharedMaps",
                ],
                "chains to be detached lose their rules first, for an outer chain takes over from a chain without rules"
            );

    [Fact]
    public void WhatIsMadeAnewAtAnOrphansPinIsNotRemovedWithTheOrphan()
    {
        var observed = Apply(ObservedState.Empty, Desired) with
        {
            Algorithms = [],
            Orphans = [new Orphan("/algorithms/ne_dctcp-map-0", "not registered")],
        };

        Kinds(Planner.Plan(Desired, observed, Digest)).ShouldBe(["RemoveOrphan", "RegisterAlgorithm"]);
    }

    [Fact]
    public void AChangedValueIsOneMapWrite()
    {
        var plan = Planner.Plan(
            World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 11 } }")).Desired,
            Apply(ObservedState.Empty, World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 } }")).Desired),
            Digest
        );

        var write = plan.Actions.ShouldHaveSingleItem().ShouldBeOfType<WriteProfile>();
        write.Replaces.ShouldBeTrue();
        write.Why.ShouldBe("a value changed: initial-cwnd of a");
    }

    [Fact]
    public void AnotherStageKeepsTheOldRulesUntilTheChainIsUpdated()
    {
        var before = World.Decide(World.Yaml("a")).Desired;
        var after = World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 }, pacing: {} }")).Desired;
        var plan = Planner.Plan(after, Apply(ObservedState.Empty, before), Digest);

        Kinds(plan).ShouldBe(["WriteProfile", "SwitchRules", "UpdateChain", "SwitchRules", "DeleteProfile"]);
        plan.Actions.OfType<SwitchRules>()
            .First()
            .Rules.Prefixes.Select(rule => rule.Chain)
            .Distinct()
            .ShouldBe([before.Chains[0].Key, after.Chains[0].Key], ignoreOrder: true);
        plan.Actions.OfType<UpdateChain>()
            .Single()
            .Why.ShouldBe("stages change from initial-cwnd to initial-cwnd, pacing");
    }

    [Fact]
    public void AnotherChainObjectUpdatesEveryChainAndNothingElse() =>
        Kinds(Planner.Plan(Desired, Apply(ObservedState.Empty, Desired), "another"))
            .ShouldBe(["UpdateChain", "UpdateChain"]);

    [Fact]
    public void ACgroupMadeAnewIsAttachedAfterItsDeadLinkIsDetached()
    {
        var observed = Apply(ObservedState.Empty, Desired);
        observed = observed with
        {
            Chains = [.. observed.Chains.Select(chain => chain.Scope == "/a" ? chain with { CgroupId = 0 } : chain)],
        };

        Planner
            .Plan(Desired, observed, Digest)
            .Actions.Select(action => action is DetachChain or AttachChain)
            .ShouldBe([true, true]);
        Reach(observed, Desired);
    }

    [Fact]
    public void ADeadLinkNobodyNeedsIsDetached()
    {
        var only = World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 }, dctcp: {} }")).Desired;
        var observed = Apply(ObservedState.Empty, Desired);
        observed = observed with
        {
            Chains = [.. observed.Chains.Select(chain => chain.Scope == "/a" ? chain with { CgroupId = 0 } : chain)],
        };

        Planner
            .Plan(only, observed, Digest)
            .Actions.OfType<DetachChain>()
            .Single()
            .Why.ShouldBe("the cgroup /a is gone");
    }

    [Fact]
    public void LostSharedMapsAreMadeAgainAndEveryChainIsLoadedAgain()
    {
        var observed = Apply(ObservedState.Empty, Desired) with { SharedMaps = false };

        Kinds(Planner.Plan(Desired, observed, Digest))
            .ShouldBe([
                "CreateSharedMaps",
                "WriteProfile",
                "WriteProfile",
                "SwitchRules",
                "UpdateChain",
                "UpdateChain",
            ]);
        Reach(observed, Desired);
    }

    [Fact]
    public void ALostPinOfTheSharedMapsIsRestoredAndNothingElse()
    {
        var observed = Apply(ObservedState.Empty, Desired) with { SharedPinsMissing = true };

        Kinds(Planner.Plan(Desired, observed, Digest)).ShouldBe(["RestoreSharedPins"]);
        Kinds(Planner.Plan(DesiredState.Empty, observed, Digest)).ShouldNotContain("RestoreSharedPins");
    }

    [Fact]
    public void DriftIsRepaired()
    {
        var observed = Apply(ObservedState.Empty, Desired);

        Kinds(
                Planner.Plan(
                    Desired,
                    observed with
                    {
                        Profiles = observed.Profiles.SetItem(Desired.Profiles[0].Id, [1]),
                    },
                    Digest
                )
            )
            .ShouldBe(["WriteProfile"]);
        Kinds(Planner.Plan(Desired, observed with { Profiles = observed.Profiles.SetItem(7, [1]) }, Digest))
            .ShouldBe(["DeleteProfile"]);
        Kinds(Planner.Plan(Desired, observed with { Rules = RuleTable.Empty }, Digest)).ShouldBe(["SwitchRules"]);
        Kinds(Planner.Plan(Desired, observed with { Chains = observed.Chains.RemoveAt(0) }, Digest))
            .ShouldBe(["AttachChain"]);
        Kinds(Planner.Plan(Desired, observed with { Algorithms = [] }, Digest)).ShouldBe(["RegisterAlgorithm"]);
        Planner
            .Plan(Desired, observed with { Algorithms = [observed.Algorithms[0] with { Registered = false }] }, Digest)
            .Actions.Single()
            .ShouldBeOfType<RegisterAlgorithm>()
            .Replaces.ShouldBeNull("what drains is no longer registered");
        Planner
            .Plan(Desired, observed with { Algorithms = [observed.Algorithms[0] with { Pinned = false }] }, Digest)
            .Actions.Single()
            .ShouldBeOfType<RegisterAlgorithm>()
            .Replaces.ShouldBe(observed.Algorithms[0].Digest);
        Kinds(
                Planner.Plan(
                    Desired,
                    observed with
                    {
                        Chains = [observed.Chains[0] with { Generation = 0 }, observed.Chains[1]],
                    },
                    Digest
                )
            )
            .ShouldBe(["RestoreChainPin"]);
        Kinds(
                Planner.Plan(
                    Desired,
                    observed with
                    {
                        Chains = [observed.Chains[0] with { UsesSharedMaps = false }, observed.Chains[1]],
                    },
                    Digest
                )
            )
            .ShouldBe(["UpdateChain"]);
        Kinds(Planner.Plan(Desired, observed with { Pauses = ["everything"] }, Digest)).ShouldBe(["SetPauses"]);
        Planner
            .Plan(Desired, observed with { Algorithms = [observed.Algorithms[0] with { Digest = "old" }] }, Digest)
            .Actions.Single()
            .ShouldBeOfType<RegisterAlgorithm>()
            .Replaces.ShouldBe("old");
    }

    [Fact]
    public void AnAlgorithmThatDrainsIsLeftToItsSockets() =>
        Planner
            .Plan(
                DesiredState.Empty,
                ObservedState.Empty with
                {
                    Algorithms = [new ObservedAlgorithm("ne_old", "x", 1, Registered: false)],
                },
                Digest
            )
            .IsEmpty.ShouldBeTrue();

    [Fact]
    public void NothingToNothingIsNothing() =>
        Planner.Plan(DesiredState.Empty, ObservedState.Empty, Digest).IsEmpty.ShouldBeTrue();

    private static IEnumerable<string> Kinds(Plan plan) => plan.Actions.Select(action => action.GetType().Name);

    private static ObservedState Apply(ObservedState observed, DesiredState desired) =>
        PlanSimulator.Apply(observed, Planner.Plan(desired, observed, Digest), Digest);

    private static ObservedState Reach(ObservedState observed, DesiredState desired)
    {
        var reached = Apply(observed, desired);
        reached.SharedMaps.ShouldBe(!desired.Chains.IsEmpty);
        reached.Rules.Digest.ShouldBe(desired.Rules.Digest);
        reached.Profiles.Keys.ShouldBe(desired.Profiles.Select(profile => profile.Id));
        desired.Profiles.ShouldAllBe(profile => reached.Profiles[profile.Id].SequenceEqual(profile.Value));
        reached
            .Algorithms.Select(algorithm => algorithm.Algorithm)
            .Order(StringComparer.Ordinal)
            .ShouldBe(desired.Algorithms.Select(algorithm => algorithm.Program.Algorithm));
        reached
            .Chains.OrderBy(chain => chain.Scope, StringComparer.Ordinal)
            .Select(chain => (chain.Scope, chain.CgroupId, chain.Key, chain.Digest))
            .ShouldBe(
                desired.Chains.Select(chain =>
                    (chain.Scope, chain.CgroupId, chain.Key, DesiredDigest.OfChain(chain, Digest))
                )
            );
        Planner.Plan(desired, reached, Digest).IsEmpty.ShouldBeTrue();
        return reached;
    }

    // What the kernel holds, in the form that the lookup takes.
    private static DesiredState AsDesired(
        ObservedState observed,
        Dictionary<ulong, DesiredProfile> profiles,
        params DesiredState[] sources
    ) =>
        new(
            "",
            [
                .. observed.Chains.Select(chain =>
                    sources
                        .SelectMany(source => source.Chains)
                        .First(candidate => candidate.Scope == chain.Scope && candidate.Key == chain.Key)
                ),
            ],
            [],
            [.. observed.Profiles.Keys.Select(id => profiles[id])],
            observed.Rules
        );
}
