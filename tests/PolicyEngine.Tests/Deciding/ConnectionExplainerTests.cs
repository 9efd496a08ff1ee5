using System.Collections.Immutable;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class ConnectionExplainerTests
{
    private static readonly Config Many = Samples.UpTo(1000);

    [Fact]
    public void Winners_are_those_the_composed_rules_give() =>
        CheckAgainstRules(Generators.Sets(9), TestCatalog.Standard);

    [Fact]
    public void Winners_among_ports_are_those_the_composed_rules_give() =>
        CheckAgainstRules(Generators.PortSets(6), TestCatalog.Standard);

    [Fact]
    public void Winners_among_features_that_set_one_thing_are_those_the_composed_rules_give() =>
        CheckAgainstRules(Generators.Sets(6), Clashing);

    [Fact]
    public void Each_loser_is_told_by_whom_and_by_which_rule()
    {
        var features = Explain(
            "/a/b",
            World.Yaml("host", tuning: Segments(1)),
            World.Yaml("site", "connections: [ { peers: [10.0.0.0/8] } ]", Segments(2)),
            World.Yaml("rack", "connections: [ { peers: [10.1.0.0/16] } ]", Segments(3)),
            World.Yaml("tls", "connections: [ { peers: [10.1.0.0/16], ports: [443] } ]", Segments(4)),
            World.Yaml("tls-too", "connections: [ { peers: [10.1.0.0/16], ports: [443] } ]", Segments(5)),
            World.Yaml("first", "scope: { cgroup: /a }", Segments(6)),
            World.Yaml("urgent", "priority: 1", Segments(7))
        ).Features;

        var feature = features.ShouldHaveSingleItem();
        feature.Policy.ShouldBe("urgent");
        feature.Values.ShouldBe("segments: 7");
        feature
            .Lost.Select(lost => $"{lost.Policy} {lost.Values} to {lost.Winner}: {lost.Rule}")
            .ShouldBe([
                "first segments: 6 to urgent: priority 1 over 0",
                "tls segments: 4 to urgent: priority 1 over 0",
                "tls-too segments: 5 to urgent: priority 1 over 0",
                "rack segments: 3 to urgent: priority 1 over 0",
                "site segments: 2 to urgent: priority 1 over 0",
                "host segments: 1 to urgent: priority 1 over 0",
            ]);
    }

    [Theory]
    [InlineData("scope: { cgroup: /a }", "", "narrower scope")]
    [InlineData("connections: [ { peers: [10.0.0.0/8] } ]", "connections: [ { peers: [0.0.0.0/0] } ]", "longer prefix")]
    [InlineData("connections: [ { ports: [443] } ]", "connections: [ { ports: [400-500] } ]", "narrower port range")]
    [InlineData("", "", "name")]
    public void The_rule_is_the_first_that_tells_them_apart(string winner, string loser, string rule)
    {
        var feature = Explain("/a", World.Yaml("a", winner), World.Yaml("b", loser)).Features.ShouldHaveSingleItem();

        feature.Policy.ShouldBe("a");
        feature.Lost.ShouldHaveSingleItem().Rule.ShouldBe(rule);
    }

    [Fact]
    public void A_feature_that_lost_its_knob_has_no_policy_and_says_to_which_feature()
    {
        var set = World.Set(
            Clashing,
            World.Yaml("a", tuning: "{ dctcp: {} }"),
            World.Yaml("b", "priority: 2", "{ pacing: { burst: 1 } }")
        );
        var features = Explain("/", set, Clashing).Features;

        features.Single(feature => feature.Feature == "pacing").Policy.ShouldBe("b");
        var lost = features.Single(feature => feature.Feature == "dctcp");
        lost.Policy.ShouldBeNull();
        lost.Lost.ShouldHaveSingleItem().Rule.ShouldBe("priority 2 over 0; pacing and dctcp both set TCP_CONGESTION");
    }

    [Fact]
    public void Nothing_matches_says_why_of_each_policy_the_nearest_first()
    {
        var decision = Explain(
            "/a",
            World.Yaml("a-elsewhere", "scope: { cgroup: /c }"),
            World.Yaml("b-other-host", "hosts: { labels: { role: db } }"),
            World.Yaml("c-inbound", "connections: [ { direction: inbound, ports: [80] } ]"),
            World.Yaml("d-port", "connections: [ { ports: [80, 8000-8999] } ]"),
            World.Yaml("e-peer", "connections: [ { peers: [192.168.0.0/16] } ]")
        );

        decision.Scope.ShouldBeNull();
        decision.Profile.ShouldBe(0UL);
        decision
            .Mismatches.Select(mismatch => $"{mismatch.Policy}: {mismatch.Why}")
            .ShouldBe([
                "d-port: the server's port 443 is in none of its ports (80, 8000-8999)",
                "e-peer: the peer is in none of its peers (192.168.0.0/16)",
                "c-inbound: it is for inbound connections; the server's port 443 is in none of its ports (80)",
                "b-other-host: Skipped: needs host label role=db; this host has role=web",
                "a-elsewhere: its scope is /c",
            ]);
    }

    /// <summary>What a connection was drawn for is known from the profile that it has.</summary>
    [Fact]
    public void ConnectionsOfEveryArmAreExplainedByTheirProfile() =>
        Prop.ForAll(
                (
                    from set in Generators.LayeredSets(6)
                    from connections in Generators.Connection.ArrayOf(20)
                    select (set, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var explainer = Decider.Explain(
                        new PolicySet("r", [.. sample.set.OrderBy(policy => policy.Name, StringComparer.Ordinal)]),
                        World.Host,
                        World.Capabilities,
                        TestCatalog.Standard,
                        []
                    );
                    var shared = sample
                        .set.Where(policy => policy.Share is not null)
                        .Select(policy => policy.Name)
                        .ToList();
                    foreach (var connection in sample.connections)
                    {
                        for (var draws = 0; draws < 1 << shared.Count; draws++)
                        {
                            var drawn = shared.Where((_, index) => (draws >> index & 1) == 1).ToHashSet();
                            var (given, _, profile) = Lookup.Find(
                                explainer.Decision.Desired,
                                connection,
                                drawn.Contains
                            );
                            var decision = explainer.Explain(connection.Cgroup, Facts(connection), profile?.Id ?? 0);

                            decision
                                .Features.Where(feature => feature.Policy is not null)
                                .ToDictionary(
                                    feature => feature.Feature,
                                    feature => feature.Policy!,
                                    StringComparer.Ordinal
                                )
                                .ShouldBe(
                                    given.ToDictionary(StringComparer.Ordinal),
                                    ignoreOrder: true,
                                    connection.ToString()
                                );
                            decision.Profile.ShouldBe(profile?.Id ?? 0, connection.ToString());
                        }
                    }
                }
            )
            .Check(Samples.UpTo(300));

    [Fact]
    public void WhoDoesNotContendSaysWhy()
    {
        var explainer = Decider.Explain(
            World.Set(
                World.Yaml("half", "share: 50%\npriority: 2", Segments(1)),
                World.Yaml("look", "mode: observe\npriority: 1", Segments(2)),
                World.Yaml("usual", "", Segments(3))
            ),
            World.Host,
            World.Capabilities,
            TestCatalog.Standard,
            []
        );
        var control = explainer
            .Decision.Desired.Profiles.Single(profile => profile.Arms.Contains(new PolicyArm("half", Treated: false)))
            .Id;

        Only(control)
            .ShouldBe([
                ("half", null, "it is for 50% of the connections, not this one"),
                ("look", null, "it observes: counted, not set"),
            ]);
        Only(0)
            .ShouldBe([
                ("half", null, "it is for 50% of the connections, and this one was not drawn"),
                ("look", null, "it observes: counted, not set"),
            ]);

        IEnumerable<(string, string?, string)> Only(ulong profile) =>
            explainer
                .Explain("/", Usual, profile)
                .Features.Single(feature => feature.Policy == "usual")
                .Lost.Select(lost => (lost.Policy, lost.Winner, lost.Rule));
    }

    private static TestCatalog Clashing { get; } = Standard("dctcp", "pacing");

    /* The standard features, of which two set one thing. */
    private static TestCatalog Standard(params string[] owners) =>
        new(
            TestCatalog
                .Standard.Names.Select(name => TestCatalog.Standard.Find(name)!)
                .Select(feature =>
                    !owners.Contains(feature.Name)
                        ? feature
                        : new TestFeature
                        {
                            Name = feature.Name,
                            Parameters = feature.Parameters,
                            Variants = feature.Variants,
                            Knobs = [Knob.CongestionControl],
                        }
                )
        );

    private static void CheckAgainstRules(Gen<ImmutableArray<Policy>> sets, TestCatalog catalog) =>
        Prop.ForAll(
                (
                    from set in sets
                    from connections in Generators.Connection.ArrayOf(40)
                    select (set, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var explainer = Decider.Explain(
                        new PolicySet("r", [.. sample.set.OrderBy(policy => policy.Name, StringComparer.Ordinal)]),
                        World.Host,
                        World.Capabilities,
                        catalog,
                        []
                    );
                    foreach (var connection in sample.connections)
                    {
                        var decision = explainer.Explain(connection.Cgroup, Facts(connection));
                        decision
                            .Features.Where(feature => feature.Policy is not null)
                            .ToDictionary(
                                feature => feature.Feature,
                                feature => feature.Policy!,
                                StringComparer.Ordinal
                            )
                            .ShouldBe(
                                Lookup
                                    .Find(explainer.Decision.Desired, connection)
                                    .ToDictionary(StringComparer.Ordinal),
                                ignoreOrder: true,
                                connection.ToString()
                            );
                        (
                            decision.Profile == 0
                            || explainer.Decision.Desired.Profiles.Any(profile => profile.Id == decision.Profile)
                        ).ShouldBeTrue(connection.ToString());
                        (decision.Features.IsEmpty == (decision.Scope is null)).ShouldBeTrue();
                    }
                }
            )
            .Check(Many);

    private static ConnectionFacts Usual => new(Direction.Outbound, Generators.Prefix("10.1.2.3"), 443, 0, "eth0");

    private static ConnectionFacts Facts(Connection connection) =>
        new(connection.Direction, connection.Peer, connection.ServerPort, connection.User, connection.Interface);

    private static ConnectionDecision Explain(string cgroup, params string[] policies) =>
        Explain(cgroup, World.Set(policies), TestCatalog.Standard);

    private static ConnectionDecision Explain(string cgroup, PolicySet set, TestCatalog catalog) =>
        Decider.Explain(set, World.Host, World.Capabilities, catalog, []).Explain(cgroup, Usual);

    private static string Segments(int number) => $"{{ initial-cwnd: {{ segments: {number} }} }}";
}
