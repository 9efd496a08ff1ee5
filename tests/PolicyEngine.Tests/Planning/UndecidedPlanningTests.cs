using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;
using NetEdit.PolicyEngine.Tests.Support;
using NetEdit.State;

namespace NetEdit.PolicyEngine.Tests.Planning;

/// <summary>Nothing is taken away because a probe or a look failed.</summary>
public sealed class UndecidedPlanningTests
{
    private const string Digest = "the chain object";

    private static readonly ImmutableArray<string> Names = [.. World.Capabilities.Capabilities.Select(capability => capability.Name)];

    /// <summary>A capability that is not known, and none of the cgroups found where it is that of cgroups.</summary>
    [Fact]
    public void WhateverIsNotKnownWhatIsInForceStays() =>
        Prop.ForAll((from policies in Generators.Sets(5) from unknown in Gen.Elements<string>(Names).NonEmptyListOf() select (policies, unknown)).ToArbitrary(), sample =>
        {
            var set = new PolicySet("1", sample.policies);
            var observed = Reach(World.Decide(set).Desired);
            var host = sample.unknown.Contains(CapabilityNames.Cgroup2) ? World.Host with { Cgroups = World.Cgroups() } : World.Host;

            Planner.Plan(World.Decide(set, host, World.NotKnowing([.. sample.unknown])).Desired, observed, Digest).Actions.ShouldBeEmpty();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void WhenItIsKnownAgainThePoliciesAreInForceAsWritten()
    {
        var observed = Reach(World.Decide(World.Yaml("a")).Desired);
        var changed = World.Set(World.Yaml("a", "", "{ initial-cwnd: { segments: 11 } }"));

        Plan(changed, observed, World.NotKnowing(CapabilityNames.Sockops)).ShouldBeEmpty();
        Plan(changed, observed, World.Capabilities).ShouldHaveSingleItem().ShouldBeOfType<WriteProfile>();
    }

    [Fact]
    public void APolicyThatIsDeletedGoesAllTheSame()
    {
        var observed = Reach(World.Decide(World.Yaml("a", "scope: { cgroup: /a }"), World.Yaml("c", "scope: { cgroup: /c }")).Desired);

        Plan(World.Set(World.Yaml("a", "scope: { cgroup: /a }")), observed, World.NotKnowing(CapabilityNames.Sockops)).OfType<DetachChain>().ShouldHaveSingleItem().Scope.ShouldBe("/c");
    }

    [Fact]
    public void OnAHostThatHoldsNothingOfItTheOtherFeaturesComeIntoForce()
    {
        var decision = World.Decide(World.Set(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 }, dctcp: {} }")), capabilities: World.NotKnowing(CapabilityNames.StructOps));

        decision.Of("a", "dctcp").State.ShouldBe(PolicyState.Unsupported);
        decision.Of("a", "dctcp").Reasons[0].Code.ShouldBe(ReasonCodes.CapabilityUnknown);
        Reach(decision.Desired).Chains.ShouldHaveSingleItem().Features.ShouldBe(["initial-cwnd"]);
    }

    [Fact]
    public void ALesserVariantDoesNotReplaceABetterOneThatIsInForce()
    {
        var set = World.Set(World.Yaml("a", "", "{ receive-window: {} }"));
        var unknown = World.NotKnowing(CapabilityNames.StructOpsKfunc);
        var decision = World.Decide(set, capabilities: unknown);

        decision.Of("a").State.ShouldBe(PolicyState.Degraded);
        Plan(set, Reach(World.Decide(set).Desired), unknown).ShouldBeEmpty();
        Reach(decision.Desired).Chains.ShouldHaveSingleItem();
    }

    [Fact]
    public void OpenConnectionsKeepWhatTheyHave()
    {
        var live = new TestCatalog(new TestFeature
        {
            Name = "pacing",
            Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage("pacing") with { Live = TestFeature.Stage("live").Object }])],
        });
        var set = World.Set(live, World.Yaml("a", "", "{ pacing: {} }"));
        var with = World.Capabilities with { Capabilities = World.Capabilities.Capabilities.Add(new Capability(CapabilityNames.IterTcpSetsockopt, true, "it works")) };
        var without = World.Capabilities with { Capabilities = World.Capabilities.Capabilities.Add(Capability.Unknown(CapabilityNames.IterTcpSetsockopt, "EPERM")) };
        var observed = Reach(Decide(with));

        Planner.Plan(Decide(without), observed, Digest).Actions.ShouldBeEmpty();
        Planner.Plan(Decide(without), ObservedState.Empty, Digest).Actions.OfType<AttachChain>().ShouldHaveSingleItem("new connections are tuned");

        DesiredState Decide(CapabilityReport capabilities) => World.Decide(set, capabilities: capabilities, catalog: live).Desired;
    }

    private static ImmutableArray<PlanAction> Plan(PolicySet set, ObservedState observed, CapabilityReport capabilities) =>
        Planner.Plan(World.Decide(set, capabilities: capabilities).Desired, observed, Digest).Actions;

    private static ObservedState Reach(DesiredState desired) => PlanSimulator.Apply(ObservedState.Empty, Planner.Plan(desired, ObservedState.Empty, Digest), Digest);
}
