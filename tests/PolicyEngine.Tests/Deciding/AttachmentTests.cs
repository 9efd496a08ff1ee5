using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

/// <summary>Features with standalone programs: what to, by whose values, and how a change is planned.</summary>
public sealed class AttachmentTests
{
    private const string Digest = "the chain object";

    private static readonly TestCatalog Catalog = TestCatalog.Standard.With(
        TestFeature.WithPrograms("guard", TestFeature.Program("guard", Hook.SetSocketOption)),
        TestFeature.WithPrograms(
            "first",
            TestFeature.Program("first", Hook.SetSocketOption) with
            {
                Place = HookPlace.First,
            }
        ),
        TestFeature.WithPrograms(
            "shaper",
            TestFeature.Program("out", Hook.TrafficEgress),
            TestFeature.Program("in", Hook.TrafficIngress)
        ),
        TestFeature.WithPrograms("watch", TestFeature.Program("watch", Hook.Tracepoint))
    );

    private static readonly HostFacts Host = World.Host with
    {
        Interfaces = ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [KeyValuePair.Create("eth0", 2), KeyValuePair.Create("eth1", 3), KeyValuePair.Create("lo", 1)]
        ),
        NetworkNamespace = 7,
    };

    [Theory]
    [InlineData("mode: observe")]
    [InlineData("share: 25%")]
    public void ProgramsThatMeetAllOfAScopeAreNotAttachedForPartOfIt(string spec)
    {
        var decision = Decide(World.Yaml("a", spec, "{ guard: {} }"));

        decision.Desired.Attachments.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.Unsupported);
        decision.Of("a").Reason.Code.ShouldBe(ReasonCodes.NotDivisible);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void A_program_of_a_processor_that_would_never_run_or_too_often_is_refused(int hertz) =>
        Should.Throw<ArgumentOutOfRangeException>(() =>
            new AttachedProgram(new BpfObject("o", () => [1]), Hook.Processor) { Hertz = hertz }
        );

    [Fact]
    public void EachProgramIsAttachedToEachTargetOfItsPolicy()
    {
        var decision = Decide(
            World.Yaml(
                "a",
                "scope: { cgroup: /a, interfaces: [\"eth*\"] }",
                "{ guard: { value: 1 }, shaper: { value: 2 }, watch: {} }"
            )
        );

        decision
            .Desired.Attachments.Select(attachment => $"{attachment.Key} {attachment.TargetId}")
            .ShouldBe([
                "guard at cgroup/setsockopt of /a 2",
                "shaper at tc/egress of eth0 2",
                "shaper at tc/egress of eth1 3",
                "shaper at tc/ingress of eth0 2",
                "shaper at tc/ingress of eth1 3",
                "watch at tracepoint 1",
            ]);
        decision.Desired.Chains.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void ProgramsAreAttachedToEachScopeOfAPolicy()
    {
        var set = World.Set(
            Catalog,
            World.Yaml("a", "", "{ guard: { value: 1 } }"),
            World.Yaml("b", "scope: { cgroup: /a }", "{ guard: { value: 2 } }")
        );

        var decision = Decider.Decide(
            set with
            {
                Policies = [set.Policies[0] with { Scopes = ["/a", "/a/b", "/c"] }, set.Policies[1]],
            },
            Host,
            Capabilities(),
            Catalog,
            []
        );

        decision
            .Desired.Attachments.Select(attachment => (attachment.Target, attachment.Policy))
            .ShouldBe([("/a", "a"), ("/a/b", "a"), ("/c", "a")]);
        decision.Of("b").State.ShouldBe(PolicyState.Conflict);
        decision
            .Of("a", "guard")
            .Contests.ShouldHaveSingleItem()
            .ShouldBe(decision.Of("b", "guard").Contests.ShouldHaveSingleItem());
    }

    [Fact]
    public void OneTargetHasTheValuesOfTheStrongestPolicy()
    {
        var decision = Decide(
            World.Yaml("low", "", "{ guard: { value: 1 } }"),
            World.Yaml("high", "priority: 5", "{ guard: { value: 2 } }"),
            World.Yaml("inner", "scope: { cgroup: /a }", "{ guard: { value: 3 } }")
        );

        decision
            .Desired.Attachments.Select(attachment => (attachment.Target, attachment.Policy, attachment.Parameters[0]))
            .ShouldBe([("/", "high", (byte)2), ("/a", "inner", (byte)3)]);
        decision.Of("low", "guard").State.ShouldBe(PolicyState.Conflict);
        decision
            .Of("low", "guard")
            .Reasons[0]
            .Text.ShouldBe("policy 'high' wins wherever it would apply (priority 5 over 0)");
        decision.Of("high", "guard").Contests.Single().Where.ShouldBe("guard at cgroup/setsockopt of /");
    }

    [Theory]
    [InlineData("", "it runs at interfaces, and spec.scope.interfaces names none")]
    [InlineData("scope: { interfaces: [wlan0, \"x*\"] }", "no interface is named wlan0 or x*")]
    public void WithoutItsInterfaceAFeatureWaits(string spec, string reason)
    {
        var decision = Decide(World.Yaml("a", spec, "{ shaper: {} }")).Of("a", "shaper");

        decision.State.ShouldBe(PolicyState.Waiting);
        decision.Reasons[0].ShouldBe(new Reason(ReasonCodes.ScopeAbsent, reason));
    }

    [Fact]
    public void ThatConnectionsAreNotToldApartIsSaid()
    {
        var decision = Decide(
            World.Yaml("a", "connections: [ { ports: [443] } ]", "{ guard: {}, initial-cwnd: { segments: 9 } }")
        );

        decision.Of("a", "guard").State.ShouldBe(PolicyState.Degraded);
        decision.Of("a", "guard").Reasons[0].Code.ShouldBe(ReasonCodes.ActsOnAllConnections);
        decision.Of("a", "initial-cwnd").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void ThatTheHostKeepsNoOrderIsSaid()
    {
        Decide(World.Yaml("a", "", "{ first: {} }")).Of("a", "first").State.ShouldBe(PolicyState.Active);
        var decision = Decider
            .Decide(
                World.Set(Catalog, World.Yaml("a", "", "{ first: {} }")),
                Host,
                Capabilities(CapabilityNames.CgroupOrder),
                Catalog,
                []
            )
            .Of("a", "first");
        decision.State.ShouldBe(PolicyState.Degraded);
        decision.Reasons.Single().Code.ShouldBe(ReasonCodes.OrderUnsupported);
    }

    [Fact]
    public void AChangeIsPlannedByWhatDiffers()
    {
        var desired = Decide(World.Yaml("a", "", "{ guard: { value: 1 } }")).Desired;
        var attachment = desired.Attachments.Single();
        var there = new ObservedAttachment(
            attachment.Key,
            attachment.TargetId,
            DesiredDigest.OfAttachment(attachment.Program),
            "link",
            9
        )
        {
            Policy = "a",
            Parameters = attachment.Parameters,
        };

        Plan(desired, there).ShouldBeEmpty();
        Plan(desired).ShouldBe(["AttachProgram"]);
        Plan(desired, there with { TargetId = 0 }).ShouldBe(["DetachProgram", "AttachProgram"]);
        Plan(desired, there with { Digest = "other" }).ShouldBe(["UpdateProgram"]);
        Plan(desired, there with { Pinned = false }).ShouldBe(["UpdateProgram"]);
        Plan(desired, there with { Parameters = [.. new byte[32]] }).ShouldBe(["WriteParameters"]);
        Plan(desired, there with { Policy = "b" }).ShouldBe(["WriteParameters"]);
        Plan(desired, there with { Paused = true }).ShouldBe(["PauseProgram"]);
        Plan(desired with { Pauses = [PauseTarget.Policy("a")] }, there).ShouldBe(["PauseProgram"]);
        Plan(desired with { Pauses = [PauseTarget.Feature("guard")] }, there with { Paused = true }).ShouldBeEmpty();
        Plan(DesiredState.Empty, there).ShouldBe(["DetachProgram"]);
        Planner
            .Plan(
                desired,
                ObservedState.Empty,
                Digest,
                new HashSet<ChangeTarget> { new AttachmentTarget(attachment.Key) }
            )
            .IsEmpty.ShouldBeTrue("it is left as it is");
    }

    private static IEnumerable<string> Plan(DesiredState desired, params ObservedAttachment[] there) =>
        Planner
            .Plan(desired, ObservedState.Empty with { Attachments = [.. there] }, Digest)
            .Actions.Select(action => action.GetType().Name);

    private static Decision Decide(params string[] policies) =>
        Decider.Decide(World.Set(Catalog, policies), Host, Capabilities(), Catalog, []);

    private static CapabilityReport Capabilities(params string[] missing)
    {
        string[] hooks =
        [
            CapabilityNames.CgroupSocketOption,
            CapabilityNames.CgroupOrder,
            CapabilityNames.TrafficControl,
            CapabilityNames.Tracepoint,
        ];
        return World.Capabilities with
        {
            Capabilities =
            [
                .. World.Capabilities.Capabilities,
                .. hooks.Select(name => new Capability(name, !missing.Contains(name), "tried")),
            ],
        };
    }
}
