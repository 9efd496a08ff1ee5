using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class ListenerTests
{
    private const string Short = "{ idle: { seconds: 60 } }";
    private const string Long = "{ idle: { seconds: 90 } }";

    private static readonly TestCatalog Catalog = TestCatalog.Standard.With(
        Idle("idle", Knob.KeepaliveIdle),
        Idle("undeclared", Knob.Keepalive) with
        {
            Knobs = [Knob.KeepaliveCount],
        }
    );

    [Fact]
    public void ListenersGetWhatEveryConnectionGets() =>
        Given(World.Yaml("all", "", Short)).ShouldBe([(0, "idle of all: 60")]);

    [Fact]
    public void OnlyWhatListenersPassOnIsGivenToThem() =>
        Given(World.Yaml("all", "", "{ idle: { seconds: 60 }, initial-cwnd: { segments: 20 } }"))
            .ShouldBe([(0, "idle of all: 60")]);

    [Fact]
    public void WhatIsForSomePeersIsForNoListener() =>
        Given(World.Yaml("some", "connections: [ { peers: [10.0.0.0/8] } ]", Short)).ShouldBeEmpty();

    [Fact]
    public void WhatIsForAllOfIpv4IsForNoListenerOfBoth() =>
        Given(World.Yaml("some", "connections: [ { peers: [0.0.0.0/0] } ]", Short)).ShouldBeEmpty();

    [Fact]
    public void WhatIsForClientsIsForNoListener() =>
        Given(World.Yaml("out", "connections: [ { direction: outbound } ]", Short)).ShouldBeEmpty();

    [Fact]
    public void APeerWithAnotherValueLeavesItToEachConnection() =>
        Given(
                World.Yaml("all", "", Short),
                World.Yaml("some", "priority: 200\nconnections: [ { peers: [10.0.0.0/8] } ]", Long)
            )
            .ShouldBeEmpty();

    [Fact]
    public void APeerWithTheSameValueFromAnotherPolicyDoesNot() =>
        Given(
                World.Yaml("all", "", Short),
                World.Yaml("some", "priority: 200\nconnections: [ { peers: [10.0.0.0/8] } ]", Short)
            )
            .ShouldBe([(0, "idle of all: 60")]);

    [Fact]
    public void EachClassOfPortsIsAskedForItself() =>
        Given(
                World.Yaml("all", "", Short),
                World.Yaml("web", "priority: 200\nconnections: [ { ports: [80] } ]", Long),
                World.Yaml("split", "priority: 300\nconnections: [ { ports: [90], peers: [10.0.0.0/8] } ]", Long)
            )
            .ShouldBe([(0, "idle of all: 60"), (1, "idle of web: 90")], ignoreOrder: true);

    [Fact]
    public void AShareLeavesItToEachConnectionUnlessBothArmsGetIt()
    {
        Given(World.Yaml("some", "share: 10%", Short)).ShouldBeEmpty();
        Given(World.Yaml("all", "", Short), World.Yaml("some", "priority: 200\nshare: 10%", Short))
            .ShouldBe([(0, "idle of some: 60")]);
    }

    [Fact]
    public void WhatIsOnlyObservedIsForNoListener() =>
        Given(World.Yaml("seen", "mode: observe", Short)).ShouldBeEmpty();

    [Fact]
    public void AUserThatIsToldApartLeavesItToEachConnection() =>
        Given(World.Yaml("all", "", Short), World.Yaml("root", "connections: [ { users: [0] } ]", Long))
            .ShouldBeEmpty();

    [Theory]
    [InlineData(CapabilityNames.IterTcpSetsockopt)]
    [InlineData(CapabilityNames.TransmitRehash)]
    public void WhereAKernelCannotTakeItBackListenersGetNothing(string missing) =>
        World
            .Decide(World.Set(Catalog, World.Yaml("all", "", Short)), capabilities: Host(missing), catalog: Catalog)
            .Desired.Profiles.ShouldAllBe(profile => profile.Listeners == null);

    [Fact]
    public void AKnobThatTheFeatureDoesNotDeclareIsNotSet() =>
        Given(World.Yaml("all", "", "{ undeclared: { seconds: 1 } }")).ShouldBeEmpty();

    private static (int PortClass, string Given)[] Given(params string[] policies) =>
        [
            .. World
                .Decide(World.Set(Catalog, policies), capabilities: Host(), catalog: Catalog)
                .Desired.Profiles.Where(profile => profile.Listeners is not null)
                .Select(profile =>
                    (
                        (int)profile.Listeners!.PortClass,
                        string.Join(
                            ", ",
                            profile.Listeners.Given.Select(entry =>
                                $"{entry.Feature} of {entry.Policy}: {entry.ListenerSettings.Single().Value}"
                            )
                        )
                    )
                ),
        ];

    private static CapabilityReport Host(params string[] missing) =>
        World.Capabilities with
        {
            Capabilities =
            [
                .. World.Capabilities.Capabilities,
                .. new[] { CapabilityNames.IterTcpSetsockopt, CapabilityNames.TransmitRehash }.Select(
                    name => new Capability(name, !missing.Contains(name, StringComparer.Ordinal), "it was tried")
                ),
            ],
        };

    private static TestFeature Idle(string name, Knob knob) =>
        new()
        {
            Name = name,
            Knobs = [knob],
            Parameters = [new ParameterSpec("seconds", ParameterKind.Count, 1, 1000, "A number.")],
            Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage(name)])],
            Listener = values => [new ListenerSetting(knob, (int)values.Number("seconds")!.Value)],
        };
}
