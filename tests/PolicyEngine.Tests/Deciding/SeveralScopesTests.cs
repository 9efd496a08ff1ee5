using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

/// <summary>Policies that are in several cgroups, as those of containers are.</summary>
public sealed class SeveralScopesTests
{
    [Fact]
    public void APolicyIsInEachOfItsScopesThatIsThere()
    {
        var decision = World.Decide(
            Set(Containers("p", "/a", "/ab", "/gone"), World.Yaml("host", "", "{ pacing: {} }"))
        );

        decision.Of("p").State.ShouldBe(PolicyState.Active);
        decision.Of("p").Scope.ShouldBe("containers { runtime: \"docker\" }");
        decision.Of("p").Scopes.ShouldBe(["/a", "/ab"]);
        decision.Desired.Chains.Select(chain => chain.Scope).ShouldBe(["/", "/a", "/ab"]);
        Find(decision, "/a/b").ShouldBe("initial-cwnd=p pacing=host");
        Find(decision, "/c").ShouldBe("pacing=host");
    }

    [Fact]
    public void WithoutAContainerItWaits()
    {
        var none = World.Decide(Set(Containers("p"))).Of("p");
        none.State.ShouldBe(PolicyState.Waiting);
        none.Reason.ShouldBe(
            new Reason(ReasonCodes.ScopeAbsent, "no container of this host matches { runtime: \"docker\" } yet")
        );
        none.Scopes.ShouldBeEmpty();

        var any = Containers("p") with
        {
            Container = new ContainerSelector(ImmutableSortedDictionary<string, string>.Empty),
        };
        World.Decide(Set(any)).Of("p").Reason.Text.ShouldBe("this host has no container yet");
        World
            .Decide(Set(Containers("p", "/a")), capabilities: World.Lacking(CapabilityNames.Cgroup2))
            .Of("p")
            .State.ShouldBe(PolicyState.Unsupported);
    }

    [Theory]
    [InlineData(false, PolicyState.PartiallyActive)]
    [InlineData(true, PolicyState.Observing)]
    public void MoreContainersThanOnePolicyMayBeForAreLeftAloneInTheOrderOfTheirPaths(bool observes, PolicyState state)
    {
        string[] paths = [.. Enumerable.Range(0, PolicyLimits.Containers + 3).Select(number => $"/c{number:d3}")];
        var decision = World.Decide(
            Set(Containers("p", paths) with { Observes = observes }),
            World.Host with
            {
                Cgroups = World.Cgroups(["/", .. paths]),
            }
        );

        decision.Of("p").State.ShouldBe(state);
        decision
            .Of("p")
            .Reason.ShouldBe(
                new Reason(
                    ReasonCodes.TooLarge,
                    "259 containers match, more than the 256 that one policy may be for: those after /c255 "
                        + "in the order of their paths are left alone"
                )
            );
        decision.Desired.Chains.Select(chain => chain.Scope).ShouldBe(paths[..PolicyLimits.Containers]);
    }

    [Theory]
    [InlineData(true, PolicyState.Observing)]
    [InlineData(false, PolicyState.PartiallyActive)]
    public void APolicyThatReachesSomeOfItsContainersAloneSaysSo(bool observes, PolicyState state)
    {
        var decision = World.Decide(
            Set(Containers("p", "/a") with { Observes = observes, LeftAlone = 3 }),
            World.Host with
            {
                Cgroups = World.Cgroups(["/", "/a"]),
            }
        );

        decision.Of("p").State.ShouldBe(state);
        decision
            .Of("p")
            .Reason.ShouldBe(
                new Reason(
                    ReasonCodes.TooLarge,
                    "3 of the containers that match are left alone: their users own more than one user may have"
                )
            );
    }

    [Fact]
    public void WhereThereIsNoRoomForAllScopesTheFirstByPathAreIn()
    {
        // Each scope takes a rule for each of its peers, since a policy around them keeps them from sharing their rules.
        string[] paths = [.. Enumerable.Range(0, 100).Select(number => $"/c{number:d3}")];
        var peers = Enumerable
            .Range(0, 1000)
            .Select(number => Generators.Prefix($"10.{number / 250}.{number % 250}.1"))
            .Order()
            .ToImmutableArray();
        var policy = Containers("p", paths) with
        {
            Connections = [new ConnectionSelector(peers, [], [Direction.Outbound])],
        };
        var around = World.Yaml("host", "priority: 1", "{ pacing: {} }");
        var decision = World.Decide(Set(policy, around), World.Host with { Cgroups = World.Cgroups(["/", .. paths]) });

        decision.Of("p").State.ShouldBe(PolicyState.PartiallyActive);
        decision
            .Of("p")
            .Reason.Text.ShouldBe(
                "initial-cwnd: no room in 35 of its 100 cgroups: the others, and the policies before it in "
                    + "precedence, take all there may be (65536 rules by prefix)"
            );
        decision.Desired.Chains.Select(chain => chain.Scope).ShouldBe(["/", .. paths[..65]]);
    }

    [Fact]
    public void ContainersOfTheSamePoliciesShareTheirRulesSoThatOneThatStartsNeedsNoneOfItsOwn()
    {
        var two = World.Decide(Set(Containers("p", "/a", "/b"))).Desired;
        var three = World.Decide(Set(Containers("p", "/a", "/b", "/ab"))).Desired;

        two.Chains.Select(chain => chain.Scope).ShouldBe(["/a"], "there is no /b");
        three.Chains.Select(chain => chain.Scope).ShouldBe(["/a", "/ab"]);
        three.Chains.Select(chain => chain.Key).Distinct().ShouldBe([two.Chains.Single().Key]);
        three.Rules.Digest.ShouldBe(two.Rules.Digest);
        three.Profiles.Select(profile => profile.Id).ShouldBe(two.Profiles.Select(profile => profile.Id));
    }

    [Fact]
    public void BelowAScopeOfAnotherPolicyEachContainerHasRulesOfItsOwn()
    {
        var desired = World.Decide(Set(Containers("p", "/a", "/ab"), World.Yaml("host", "", "{ pacing: {} }"))).Desired;

        desired.Chains.Select(chain => chain.Key).Distinct().Count().ShouldBe(3);
    }

    /// <summary>Inside two scopes of one policy the narrower one counts, and the policy does not contend with itself.</summary>
    [Fact]
    public void AContainerInsideAnotherIsDecidedByTheInnerOne()
    {
        var decision = World.Decide(
            Set(
                Containers("p", "/a", "/a/b") with
                {
                    Share = 5000,
                },
                World.Yaml("q", "scope: { cgroup: /a }\npriority: -1", "{ initial-cwnd: { segments: 2 } }")
            )
        );

        decision.Of("p", "initial-cwnd").Contests.ShouldAllBe(contest => contest.Loser == "q");
        var profiles = decision
            .Desired.Profiles.Where(profile =>
                profile.Chain == decision.Desired.Chains.Single(chain => chain.Scope == "/a/b").Key
            )
            .ToList();
        profiles.Count(profile => profile.Split is not null).ShouldBe(1, "a connection is drawn once for a policy");
    }

    [Fact]
    public void TheConnectionOfNoContainerIsToldWhichThePolicyIsFor()
    {
        var explainer = Decider.Explain(
            Set(Containers("p", "/a")),
            World.Host,
            World.Capabilities,
            TestCatalog.Standard,
            []
        );

        explainer
            .Explain("/c", Usual)
            .Mismatches.ShouldHaveSingleItem()
            .Why.ShouldBe("its scope is containers { runtime: \"docker\" }, and this is in none of them");
        explainer.Explain("/a/b", Usual).Features.ShouldHaveSingleItem().Policy.ShouldBe("p");
    }

    /// <summary>A policy in several scopes does what the same policies do that are written by hand, one for each.</summary>
    [Fact]
    public void SeveralScopesAreAsManyPolicies() =>
        Prop.ForAll(
                (
                    from set in Generators.Sets(6)
                    from scopes in Gen.SubListOf("/a", "/a/b", "/ab", "/c", "/").ArrayOf(6)
                    from modes in Gen.Elements(false, false, true).ArrayOf(6)
                    from connections in Generators.Connection.ArrayOf(30)
                    select (set, scopes, modes, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var policies = sample
                        .set.Select(
                            (policy, i) =>
                                policy with
                                {
                                    Scopes = [.. sample.scopes[i].Order(StringComparer.Ordinal)],
                                    Observes = sample.modes[i],
                                }
                        )
                        .OrderBy(policy => policy.Name, StringComparer.Ordinal)
                        .ToList();
                    var byHand = policies
                        .SelectMany(
                            policy => policy.Scopes,
                            (policy, scope) =>
                                policy with
                                {
                                    Name = $"{policy.Name}-{scope.Length}{scope[^1]}",
                                    Scopes = [scope],
                                }
                        )
                        .OrderBy(policy => policy.Name, StringComparer.Ordinal);
                    var explainer = Decider.Explain(
                        new PolicySet("r", [.. policies.Where(policy => !policy.Scopes.IsEmpty)]),
                        World.Host,
                        World.Capabilities,
                        TestCatalog.Standard,
                        []
                    );
                    var several = explainer.Decision;
                    var hand = World.Decide(new PolicySet("r", [.. byHand]));

                    Chains(several).ShouldBe(Chains(hand));
                    several.Desired.Rules.Prefixes.Length.ShouldBeLessThanOrEqualTo(hand.Desired.Rules.Prefixes.Length);
                    foreach (var connection in sample.connections)
                    {
                        var (given, observed, profile) = Lookup.Find(several.Desired, connection, _ => true);
                        var (handGiven, handObserved, _) = Lookup.Find(hand.Desired, connection, _ => true);
                        Text(given).ShouldBe(Text(handGiven), connection.ToString());
                        Text(observed).ShouldBe(Text(handObserved), connection.ToString());
                        var explained = explainer.Explain(
                            connection.Cgroup,
                            new ConnectionFacts(
                                connection.Direction,
                                connection.Peer,
                                connection.ServerPort,
                                connection.User,
                                connection.Interface
                            )
                        );
                        string.Join(
                                ' ',
                                explained
                                    .Features.Where(feature => feature.Policy is not null)
                                    .Select(feature => $"{feature.Feature}={feature.Policy}")
                            )
                            .ShouldBe(Text(given));
                        explained.Profile.ShouldBe(profile?.Id ?? 0);
                    }

                    foreach (
                        var feature in several.Policies.SelectMany(
                            policy => policy.Features,
                            (policy, feature) => (policy.Policy, Feature: feature)
                        )
                    )
                    {
                        var alike = hand
                            .Policies.Where(policy =>
                                policy.Policy.StartsWith(feature.Policy + "-", StringComparison.Ordinal)
                            )
                            .Select(policy =>
                                policy.Features.Single(other => other.Feature == feature.Feature.Feature).State
                            );
                        (feature.Feature.State == PolicyState.Conflict).ShouldBe(
                            alike.All(state => state == PolicyState.Conflict),
                            feature.ToString()
                        );
                        feature.Feature.Contests.ShouldNotContain(contest => contest.Winner == contest.Loser);
                    }
                }
            )
            .Check(Samples.UpTo(500));

    private static ContainerSelector Docker =>
        new(
            ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [KeyValuePair.Create(ContainerLabels.Runtime, "docker")]
            )
        );

    private static Policy Containers(string name, params string[] scopes) =>
        World.Set(World.Yaml(name)).Policies.Single() with
        {
            Container = Docker,
            Scopes = [.. scopes],
        };

    private static PolicySet Set(Policy policy, params string[] others) =>
        new("r", [.. World.Set(others).Policies.Append(policy).OrderBy(one => one.Name, StringComparer.Ordinal)]);

    private static string Find(Decision decision, string cgroup) =>
        string.Join(
            ' ',
            Lookup
                .Find(decision.Desired, new Connection(cgroup, Generators.Prefix("10.0.0.1"), 443, Direction.Outbound))
                .Select(given => $"{given.Key}={given.Value}")
        );

    private static IEnumerable<string> Chains(Decision decision) =>
        decision.Desired.Chains.Select(chain =>
            $"{chain.Scope} {chain.CgroupId} {chain.Key} "
            + $"{string.Join(' ', chain.Stages.Select(stage => stage.Feature))}"
        );

    // Names of policies by hand end in their scope.
    private static string Text(SortedDictionary<string, string> winners) =>
        string.Join(' ', winners.Select(given => $"{given.Key}={given.Value[..3]}"));

    private static ConnectionFacts Usual => new(Direction.Outbound, Generators.Prefix("127.0.0.1"), 443, 0, "lo");
}
