using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Planning;

/// <summary>What is planned for connections that are open already.</summary>
public sealed class LivePlanningTests
{
    private const string Digest = "the chain object";

    private static readonly TestCatalog Catalog = new(
        Feature("initial-cwnd", live: false),
        Feature("pacing", live: true),
        Feature("receive-window", live: true),
        Feature("dctcp", live: true, TestFeature.Control("ne_dctcp", "dctcp"))
    );

    private static readonly CapabilityReport Capabilities = World.Capabilities with
    {
        Capabilities =
        [
            .. World.Capabilities.Capabilities,
            new Capability(CapabilityNames.IterTcpSetsockopt, true, "it works"),
        ],
    };

    private static readonly DesiredState Outer = Decide(World.Yaml("outer", "", "{ pacing: { number: 1 } }"));
    private static readonly DesiredState Nested = Decide(
        World.Yaml("outer", "", "{ pacing: { number: 1 } }"),
        World.Yaml("inner", "scope: { cgroup: /a }", "{ dctcp: {} }")
    );

    [Fact]
    public void AfterAPlanEveryWalkIsDoneAndAfterTheLastNothingIsHeld() =>
        Prop.ForAll(
                (
                    from before in Generators.Sets(4)
                    from after in Generators.Sets(4)
                    select (before, after)
                ).ToArbitrary(),
                sample =>
                {
                    var observed = ObservedState.Empty;
                    foreach (
                        var desired in (DesiredState[])
                            [
                                Decide(new PolicySet("1", sample.before)),
                                Decide(new PolicySet("2", sample.after)),
                                DesiredState.Empty,
                            ]
                    )
                    {
                        var plan = Planner.Plan(desired, observed, Digest);
                        foreach (var state in PlanSimulator.Steps(observed, plan, Digest))
                        {
                            // A crash after any action: what is planned next leads to the same end.
                            Complete(PlanSimulator.Apply(state, Planner.Plan(desired, state, Digest), Digest), desired);
                        }

                        observed = PlanSimulator.Apply(observed, plan, Digest);
                        Complete(observed, desired);
                    }

                    observed.SharedMaps.ShouldBeFalse();
                }
            )
            .Check(Samples.UpTo(100));

    [Fact]
    public void OpenConnectionsAreTunedLastAndReleasedBeforeWhatTheyUseGoes()
    {
        Kinds(Planner.Plan(Nested, ObservedState.Empty, Digest))
            .TakeLast(4)
            .ShouldBe(["AttachChain", "AttachChain", "TuneSockets", "TuneSockets"]);

        var last = Kinds(Planner.Plan(DesiredState.Empty, Reach(Nested), Digest)).ToList();
        last.ShouldBe([
            "SwitchRules",
            "DetachChain",
            "DetachChain",
            "ReleaseSockets",
            "ReleaseSockets",
            "DeleteProfile",
            "DeleteProfile",
            "UnregisterAlgorithm",
            "RemoveSharedMaps",
        ]);
    }

    [Fact]
    public void AChangedValueIsOneMapWriteAndAWalk()
    {
        var plan = Planner.Plan(Decide(World.Yaml("outer", "", "{ pacing: { number: 2 } }")), Reach(Outer), Digest);

        Kinds(plan).ShouldBe(["WriteProfile", "TuneSockets"]);
        plan.Actions[1].Why.ShouldBe("a value changed");
    }

    [Fact]
    public void AChangedValueOfAFeatureWithoutALiveStageNeedsNoWalk()
    {
        var before = Decide(World.Yaml("p", "", "{ pacing: { number: 1 }, initial-cwnd: { number: 1 } }"));
        var after = Decide(World.Yaml("p", "", "{ pacing: { number: 1 }, initial-cwnd: { number: 2 } }"));

        Kinds(Planner.Plan(after, Reach(before), Digest)).ShouldBe(["WriteProfile"]);
        Kinds(Planner.Plan(Decide(World.Yaml("p", "", "{ initial-cwnd: { number: 1 } }")), ObservedState.Empty, Digest))
            .ShouldNotContain("TuneSockets");
    }

    [Fact]
    public void AChainThatGoesHandsItsConnectionsToTheOneAroundItWhichThenWalks()
    {
        var plan = Planner.Plan(Outer, Reach(Nested), Digest);

        plan.Actions.OfType<ReleaseSockets>()
            .Single()
            .ShouldSatisfyAllConditions(
                release => release.Scope.ShouldBe("/a"),
                release => release.Successor!.Scope.ShouldBe("/")
            );
        plan.Actions.OfType<TuneSockets>().Single().Chain.Scope.ShouldBe("/");
    }

    [Fact]
    public void AScopeInsideIsWalkedBeforeTheOneAroundIt() =>
        Planner
            .Plan(Nested, ObservedState.Empty, Digest)
            .Actions.OfType<TuneSockets>()
            .Select(tune => tune.Chain.Scope)
            .ShouldBe(["/a", "/"]);

    [Fact]
    public void WhileEverythingIsPausedConnectionsAreReleasedAndNotTunedAndNoProfileGoes()
    {
        var before = Reach(Nested);

        var plan = Planner.Plan(Pause(Decide(World.Yaml("other", "", "{ pacing: { number: 2 } }"))), before, Digest);

        plan.Actions.OfType<ReleaseSockets>().Count().ShouldBe(1);
        Kinds(plan).ShouldNotContain("TuneSockets");
        Kinds(plan).ShouldNotContain("DeleteProfile");
        Kinds(Planner.Plan(Pause(DesiredState.Empty), before, Digest)).ShouldContain("RemoveSharedMaps");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHostThatCannotChangeOpenConnectionsTunesNewOnesAndSaysSo(bool refused)
    {
        var rejection = new Rejection(
            "pacing",
            "bpf",
            Catalog.Find("pacing")!.Variants[0].Stage!.Live!.Digest,
            "the verifier says no"
        );

        var decision = World.Decide(
            World.Set(Catalog, World.Yaml("p", "", "{ pacing: { number: 1 } }")),
            capabilities: refused ? Capabilities : World.Capabilities,
            catalog: Catalog,
            rejections: refused ? [rejection] : []
        );

        decision.Of("p").State.ShouldBe(PolicyState.Degraded);
        decision.Of("p", "pacing").Reasons.ShouldHaveSingleItem().Code.ShouldBe(ReasonCodes.LiveSocketsUntouched);
        Kinds(Planner.Plan(decision.Desired, ObservedState.Empty, Digest))
            .ShouldBe(["CreateSharedMaps", "WriteProfile", "SwitchRules", "AttachChain"]);
    }

    private static void Complete(ObservedState observed, DesiredState desired)
    {
        observed
            .Live.OrderBy(live => live.Scope, StringComparer.Ordinal)
            .Select(live => (live.Scope, live.Key, live.Walked))
            .ShouldBe(
                desired
                    .Chains.Where(chain => LiveDigest.OfProgram(chain).Length > 0)
                    .Select(chain => (chain.Scope, chain.Key, LiveDigest.OfWalk(desired, chain)))
            );
        Planner.Plan(desired, observed, Digest).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void WhatAnotherVersionSetIsTakenOverBeforeItsProgramTakesItBack()
    {
        var observed = Reach(
            Decide(
                World.Yaml("outer", "", "{ pacing: { number: 1 } }"),
                World.Yaml("inner", "scope: { cgroup: /a }", "{ pacing: { number: 2 } }")
            )
        );
        observed = observed with
        {
            SharedMaps = false,
            FormerMaps = ["/maps/old"],
            Chains = [.. observed.Chains.Select(chain => chain with { Digest = "", UsesSharedMaps = false })],
            Live = [.. observed.Live.Select(program => program with { Digest = "", UsesSharedMaps = false })],
        };

        var walks = Planner
            .Plan(Outer, observed, Digest)
            .Actions.Where(action => action is TuneSockets or ReleaseSockets)
            .ToList();

        walks.Select(action => action.GetType().Name).ShouldBe(["TuneSockets", "ReleaseSockets"]);
        walks.OfType<ReleaseSockets>().Single().Scope.ShouldBe("/a");
    }

    private static ObservedState Reach(DesiredState desired) =>
        PlanSimulator.Apply(ObservedState.Empty, Planner.Plan(desired, ObservedState.Empty, Digest), Digest);

    private static DesiredState Pause(DesiredState desired) => desired with { Pauses = [PauseTarget.Everything] };

    private static IEnumerable<string> Kinds(Plan plan) => plan.Actions.Select(action => action.GetType().Name);

    private static DesiredState Decide(params string[] policies) => Decide(World.Set(Catalog, policies));

    private static DesiredState Decide(PolicySet set) =>
        World.Decide(set, capabilities: Capabilities, catalog: Catalog).Desired;

    private static TestFeature Feature(string name, bool live, params HookProgram[] more) =>
        new()
        {
            Name = name,
            Parameters =
                name == "dctcp" ? [] : [new ParameterSpec("number", ParameterKind.Count, 1, 1000, "A number.")],
            Variants =
            [
                new FeatureVariant(
                    "bpf",
                    [],
                    [
                        TestFeature.Stage(name) with
                        {
                            Live = live ? new BpfObject(name, () => Encoding.UTF8.GetBytes("live " + name)) : null,
                        },
                        .. more,
                    ]
                ),
            ],
        };
}
