using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

/// <summary>Features that set sysctls: whose value each gets, and what a policy is told that cannot have it.</summary>
public sealed class SysctlTests
{
    private const string Idle = "net.ipv4.tcp_idle";
    private const string Queue = "net.core.queue";
    private const string New = "net.ipv4.tcp_new";

    private static readonly TestCatalog Catalog = TestCatalog.Standard.With(
        TestFeature.WithSysctls("sysctl", Idle, Queue, New)
    );
    private static readonly HostFacts Host = World.Host with { NetworkNamespace = 7, Sysctls = [Idle, Queue] };

    [Fact]
    public void EachSysctlIsSetInTheNamespaceOfTheAgent()
    {
        var decision = Decide(World.Yaml("a", "", $"{{ sysctl: {{ {Queue}: 9, {Idle}: 0 }} }}"));

        decision.Desired.Sysctls.ShouldBe([
            new DesiredSysctl(new SysctlKey(7, Queue), "9", "sysctl", "a"),
            new DesiredSysctl(new SysctlKey(7, Idle), "0", "sysctl", "a"),
        ]);
        decision.Desired.Chains.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.Active);
        decision.Of("a", "sysctl").Values.ShouldBe($"{Idle}: 0, {Queue}: 9");
    }

    [Fact]
    public void OfTwoPoliciesTheStrongerOneGivesEachSysctl()
    {
        var decision = Decide(
            World.Yaml("b", "", $"{{ sysctl: {{ {Idle}: 1 }} }}"),
            World.Yaml("c", "", $"{{ sysctl: {{ {Idle}: 2, {Queue}: 2 }} }}"),
            World.Yaml("high", "priority: 5", $"{{ sysctl: {{ {Queue}: 3 }} }}")
        );

        decision
            .Desired.Sysctls.Select(sysctl => (sysctl.Key.Name, sysctl.Policy, sysctl.Value))
            .ShouldBe([(Queue, "high", "3"), (Idle, "b", "1")]);
        decision.Of("b", "sysctl").State.ShouldBe(PolicyState.Active);
        decision.Of("b", "sysctl").Contests.ShouldBe([new Contest("b", "c", "name", Idle)]);
        decision.Of("c", "sysctl").State.ShouldBe(PolicyState.Conflict);
        decision
            .Of("c", "sysctl")
            .Contests.ShouldBe(
                [new Contest("high", "c", "priority 5 over 0", Queue), new Contest("b", "c", "name", Idle)],
                ignoreOrder: true
            );
    }

    [Fact]
    public void WhatTheKernelLacksIsSaidAndTheOthersAreSet()
    {
        var some = Decide(World.Yaml("a", "", $"{{ sysctl: {{ {Idle}: 1, {New}: 1 }} }}"));
        some.Desired.Sysctls.Single().Key.Name.ShouldBe(Idle);
        some.Of("a", "sysctl").State.ShouldBe(PolicyState.Degraded);
        some.Of("a", "sysctl")
            .Reasons.ShouldBe([new Reason(ReasonCodes.SysctlMissing, $"this kernel has no {New}; the others are set")]);

        var none = Decide(World.Yaml("a", "", $"{{ sysctl: {{ {New}: 1 }} }}"));
        none.Desired.Sysctls.ShouldBeEmpty();
        none.Of("a").State.ShouldBe(PolicyState.Unsupported);
    }

    [Fact]
    public void APolicyForACgroupGetsNoneAndItsOtherFeaturesGoOn()
    {
        var decision = Decide(
            World.Yaml("a", "scope: { cgroup: /a }", $"{{ sysctl: {{ {Idle}: 1 }}, initial-cwnd: {{ segments: 9 }} }}")
        );

        decision.Desired.Sysctls.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.PartiallyActive);
        decision.Of("a", "sysctl").State.ShouldBe(PolicyState.Unsupported);
        decision.Of("a", "sysctl").Reasons.Single().Code.ShouldBe(ReasonCodes.WholeNamespace);
        decision.Of("a", "initial-cwnd").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void ThatConnectionsAreNotToldApartIsSaid()
    {
        var decision = Decide(World.Yaml("a", "connections: [ { ports: [443] } ]", $"{{ sysctl: {{ {Idle}: 1 }} }}"));

        decision.Desired.Sysctls.Length.ShouldBe(1);
        decision.Of("a", "sysctl").State.ShouldBe(PolicyState.Degraded);
        decision.Of("a", "sysctl").Reasons.Single().Code.ShouldBe(ReasonCodes.ActsOnAllConnections);
    }

    [Theory]
    [InlineData("kernel.core_pattern", "1")]
    [InlineData("net.ipv4..tcp_idle", "1")]
    [InlineData("net.../kernel/x", "1")]
    [InlineData("net.ipv4.tcp_idle", "")]
    [InlineData("net.ipv4.tcp_idle", "1\n2")]
    [InlineData("net.ipv4.tcp_idle", "1\t2")]
    public void WhatIsNoSysctlOfANamespaceFailsTheFeatureThatNamesIt(string name, string value)
    {
        var catalog = TestCatalog.Standard.With(
            new TestFeature
            {
                Name = "odd",
                Variants = [new FeatureVariant("procfs", [], [])],
                Setter = _ => [new SysctlSetting(name, value)],
            }
        );
        var decision = World.Decide(
            World.Set(catalog, World.Yaml("a", "", "{ odd: {}, initial-cwnd: { segments: 9 } }")),
            Host,
            catalog: catalog
        );

        decision.Desired.Sysctls.ShouldBeEmpty();
        decision.Of("a", "odd").State.ShouldBe(PolicyState.Failed);
        decision.Of("a", "odd").Reasons[0].Code.ShouldBe(ReasonCodes.FeatureError);
        decision.Of("a", "initial-cwnd").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void AFeatureWithoutProgramsThatIsInQuarantineSetsNothing()
    {
        var policies = World.Set(Catalog, World.Yaml("a", "", $"{{ sysctl: {{ {Idle}: 1 }} }}"));
        var decision = World.Decide(
            policies,
            Host,
            catalog: Catalog,
            rejections: new Rejection("sysctl", "procfs", "", "it flaps") { Remembered = true }
        );

        decision.Desired.Sysctls.ShouldBeEmpty();
        decision.Of("a").State.ShouldBe(PolicyState.Quarantined);
    }

    [Fact]
    public void ANameWithDotsIsSuggestedPrintedAndInTheSchema()
    {
        World
            .Read(World.Yaml("a", "", "{ sysctl: { net.ipv4.tcp_idel: 1 } }"), Catalog)
            .Errors.Single()
            .Message.ShouldBe($"unknown key 'net.ipv4.tcp_idel' in spec.tuning.sysctl; did you mean '{Idle}'?");
        World
            .Read(World.Yaml("a", "", $"{{ sysctl: {{ {Idle}: 1001 }} }}"), Catalog)
            .Errors.Single()
            .Message.ShouldStartWith($"spec.tuning.sysctl.{Idle} '1001' is outside the range");
        var policy = World.Set(Catalog, World.Yaml("a", "", $"{{ sysctl: {{ {Idle}: 1 }} }}")).Policies.Single();
        World
            .Set(Catalog, PolicyPrinter.Print(policy, Catalog))
            .Policies.Single()
            .Tuning["sysctl"]
            .ShouldBe(policy.Tuning["sysctl"]);
        PolicySchema.Create(Catalog).ShouldContain($"\"{Idle}\": {{");
    }

    private static Decision Decide(params string[] policies) =>
        World.Decide(World.Set(Catalog, policies), Host, catalog: Catalog);
}
