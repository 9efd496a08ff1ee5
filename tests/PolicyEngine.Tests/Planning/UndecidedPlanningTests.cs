using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Planning;

/// <summary>Nothing is taken away because a probe or a look failed.</summary>
public sealed class UndecidedPlanningTests
{
    private const string Digest = "the chain object";

    private static PolicySet Unseen(PolicySet set, UnseenPart part, ImmutableArray<string>? users = null) =>
        set with
        {
            Policies =
            [
                .. set.Policies.Select(policy =>
                    policy with
                    {
                        Unseen = part,
                        Connections =
                        [
                            .. policy.Connections.Select(selector => selector with { Users = users ?? selector.Users }),
                        ],
                    }
                ),
            ],
        };

    private static readonly ImmutableArray<string> Names =
    [
        .. World.Capabilities.Capabilities.Select(capability => capability.Name),
    ];

    /// <summary>A capability that is not known, and none of the cgroups found where it is that of cgroups.</summary>
    [Fact]
    public void WhateverIsNotKnownWhatIsInForceStays() =>
        Prop.ForAll(
                (
                    from policies in Generators.Sets(5)
                    from unknown in Gen.Elements<string>(Names).NonEmptyListOf()
                    select (policies, unknown)
                ).ToArbitrary(),
                sample =>
                {
                    var set = new PolicySet("1", sample.policies);
                    var observed = Reach(World.Decide(set).Desired);
                    var host = sample.unknown.Contains(CapabilityNames.Cgroup2)
                        ? World.Host with
                        {
                            Cgroups = World.Cgroups(),
                        }
                        : World.Host;

                    Planner
                        .Plan(World.Decide(set, host, World.NotKnowing([.. sample.unknown])).Desired, observed, Digest)
                        .Actions.ShouldBeEmpty();
                }
            )
            .Check(Samples.UpTo(300));

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
        var observed = Reach(
            World.Decide(World.Yaml("a", "scope: { cgroup: /a }"), World.Yaml("c", "scope: { cgroup: /c }")).Desired
        );

        Plan(World.Set(World.Yaml("a", "scope: { cgroup: /a }")), observed, World.NotKnowing(CapabilityNames.Sockops))
            .OfType<DetachChain>()
            .ShouldHaveSingleItem()
            .Scope.ShouldBe("/c");
    }

    /// <summary>A name service that does not answer, say.</summary>
    [Fact]
    public void APolicyOfWhichSomethingCannotBeSeenKeepsAllItHas()
    {
        var set = World.Set(World.Yaml("a", "connections: [ { users: [0, 1000] } ]"));
        var observed = Reach(World.Decide(set).Desired);
        var unseen = Unseen(set, new UnseenPart("names the user web, of whom nothing is known now", []), ["0", "web"]);

        var decision = World.Decide(unseen);

        Planner.Plan(decision.Desired, observed, Digest).Actions.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.Unsupported);
        decision.Of("a").Reason.Code.ShouldBe(ReasonCodes.CapabilityUnknown);
        Reach(decision.Desired).Chains.ShouldBeEmpty("where it has nothing, half of it does not come into force");
    }

    /// <summary>A user lets nobody into a cgroup of theirs: containers elsewhere go on as ever, also new ones.</summary>
    [Fact]
    public void WhatIsBelowACgroupThatCannotBeListedStaysAndTheRestIsDecided()
    {
        var set = World.Set(World.Yaml("a", "scope: { cgroup: /a }"));
        var both = set with { Policies = [.. set.Policies.Select(policy => policy with { Scopes = ["/a", "/b/c"] })] };
        var host = World.Host with { Cgroups = World.Cgroups("/", "/a", "/b", "/b/c", "/d") };
        var observed = Reach(World.Decide(both, host).Desired);
        var closed = new UnseenPart("may be below /b", ["/b"]);

        Planner.Plan(World.Decide(Unseen(set, closed), host).Desired, observed, Digest).Actions.ShouldBeEmpty();
        var more = Unseen(
            set with
            {
                Policies = [.. set.Policies.Select(policy => policy with { Scopes = ["/a", "/d"] })],
            },
            closed
        );
        var plan = Planner.Plan(World.Decide(more, host).Desired, observed, Digest).Actions;
        plan.OfType<AttachChain>().ShouldHaveSingleItem().Chain.Scope.ShouldBe("/d");
        plan.OfType<DetachChain>().ShouldBeEmpty();
        Planner
            .Plan(World.Decide(set, host).Desired, observed, Digest)
            .Actions.OfType<DetachChain>()
            .ShouldHaveSingleItem("when it can be listed again")
            .Scope.ShouldBe("/b/c");
    }

    [Fact]
    public void OnAHostThatHoldsNothingOfItTheOtherFeaturesComeIntoForce()
    {
        var decision = World.Decide(
            World.Set(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 }, dctcp: {} }")),
            capabilities: World.NotKnowing(CapabilityNames.StructOps)
        );

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
        var live = new TestCatalog(
            new TestFeature
            {
                Name = "pacing",
                Variants =
                [
                    new FeatureVariant(
                        "bpf",
                        [],
                        [TestFeature.Stage("pacing") with { Live = TestFeature.Stage("live").Object }]
                    ),
                ],
            }
        );
        var set = World.Set(live, World.Yaml("a", "", "{ pacing: {} }"));
        var with = World.Capabilities with
        {
            Capabilities = World.Capabilities.Capabilities.Add(
                new Capability(CapabilityNames.IterTcpSetsockopt, true, "it works")
            ),
        };
        var without = World.Capabilities with
        {
            Capabilities = World.Capabilities.Capabilities.Add(
                Capability.Unknown(CapabilityNames.IterTcpSetsockopt, "EPERM")
            ),
        };
        var observed = Reach(Decide(with));

        Planner.Plan(Decide(without), observed, Digest).Actions.ShouldBeEmpty();
        Planner
            .Plan(Decide(without), ObservedState.Empty, Digest)
            .Actions.OfType<AttachChain>()
            .ShouldHaveSingleItem("new connections are tuned");

        DesiredState Decide(CapabilityReport capabilities) =>
            World.Decide(set, capabilities: capabilities, catalog: live).Desired;
    }

    private static ImmutableArray<PlanAction> Plan(
        PolicySet set,
        ObservedState observed,
        CapabilityReport capabilities
    ) => Planner.Plan(World.Decide(set, capabilities: capabilities).Desired, observed, Digest).Actions;

    private static ObservedState Reach(DesiredState desired) =>
        PlanSimulator.Apply(ObservedState.Empty, Planner.Plan(desired, ObservedState.Empty, Digest), Digest);
}
