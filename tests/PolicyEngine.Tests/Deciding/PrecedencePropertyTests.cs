using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class PrecedencePropertyTests
{
    private static readonly Config Many = Samples.UpTo(1000);

    [Fact]
    public void LookupFindsTheWinnersOfTheDefinition() => CheckAgainstDefinition(Generators.Sets(9));

    [Fact]
    public void LookupFindsTheWinnersAmongPorts() => CheckAgainstDefinition(Generators.PortSets(6));

    private static void CheckAgainstDefinition(Gen<ImmutableArray<Policy>> sets) =>
        Prop.ForAll(
                (
                    from set in sets
                    from connections in Generators.Connection.ArrayOf(40)
                    select (set, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var desired = World
                        .Decide(
                            new PolicySet("r", [.. sample.set.OrderBy(policy => policy.Name, StringComparer.Ordinal)])
                        )
                        .Desired;
                    foreach (var connection in sample.connections)
                    {
                        Lookup
                            .Find(desired, connection)
                            .ShouldBe(Oracle.Find(sample.set, connection), connection.ToString());
                    }
                }
            )
            .Check(Many);

    /// <summary>Every connection gets what it would get if the policies whose share it is not of, and those that observe, were not there.</summary>
    [Fact]
    public void SharesAndObserversAreLayersOverTheDefinition() =>
        Prop.ForAll(
                (
                    from set in Generators.LayeredSets(6)
                    from connections in Generators.Connection.ArrayOf(20)
                    select (set, connections)
                ).ToArbitrary(),
                sample =>
                {
                    var desired = World
                        .Decide(
                            new PolicySet("r", [.. sample.set.OrderBy(policy => policy.Name, StringComparer.Ordinal)])
                        )
                        .Desired;
                    var shared = sample
                        .set.Where(policy => policy.Share is not null)
                        .Select(policy => policy.Name)
                        .ToList();
                    foreach (var connection in sample.connections)
                    {
                        for (var draws = 0; draws < 1 << shared.Count; draws++)
                        {
                            var drawn = shared.Where((_, index) => (draws >> index & 1) == 1).ToHashSet();
                            var there = sample
                                .set.Where(policy => policy.Share is null || drawn.Contains(policy.Name))
                                .ToList();
                            var observers = there
                                .Where(policy => policy.Observes)
                                .Select(policy => policy.Name)
                                .ToHashSet();
                            var (given, observed, profile) = Lookup.Find(desired, connection, drawn.Contains);

                            given.ShouldBe(Oracle.Find(there.Where(policy => !policy.Observes), connection));
                            observed.ShouldBe(
                                Oracle.Find(there, connection).Where(winner => observers.Contains(winner.Value))
                            );
                            profile?.Arms.ShouldAllBe(arm => drawn.Contains(arm.Policy) == arm.Treated);
                            profile?.Measured.ShouldBe(
                                profile
                                    .Policies.Where(name => sample.set.Single(policy => policy.Name == name).Measures)
                                    .Order(StringComparer.Ordinal)
                            );
                        }
                    }
                }
            )
            .Check(Samples.UpTo(300));

    [Fact]
    public void MoreSharesThanMayMeetLeaveTheWeakestOut()
    {
        var decision = World.Decide([
            .. Enumerable
                .Range(0, ProfileSplit.Most + 1)
                .Select(number => World.Yaml($"p{number}", $"share: 50%\npriority: {-number}")),
        ]);

        decision
            .Of($"p{ProfileSplit.Most}")
            .ShouldSatisfyAllConditions(
                policy => policy.State.ShouldBe(PolicyState.Conflict),
                policy => policy.Reason.Text.ShouldContain("wins wherever it would apply")
            );
        decision.Of("p0").State.ShouldBe(PolicyState.Active);
        decision.Of("p0").Reason.Text.ShouldBe("in force as written, for 50% of the connections");
        decision.Desired.Profiles.Count(profile => profile.Split is null).ShouldBe(1 << ProfileSplit.Most);
    }

    [Fact]
    public void RulesAreNeverRepeatedByTheirSurroundings() =>
        Prop.ForAll(
                Generators.Sets(6).ToArbitrary(),
                policies =>
                {
                    var desired = World.Decide(new PolicySet("r", policies)).Desired;
                    foreach (var rule in desired.Rules.Prefixes)
                    {
                        var around = desired
                            .Rules.Prefixes.Where(other =>
                                other.Chain == rule.Chain
                                && other.Direction == rule.Direction
                                && other.PortClass == rule.PortClass
                                && other.Origin == rule.Origin
                                && other.Peers != rule.Peers
                                && other.Peers.Contains(rule.Peers)
                            )
                            .OrderBy(other => other.Peers.Length);
                        (around.LastOrDefault()?.Profile ?? 0).ShouldNotBe(rule.Profile);
                    }
                }
            )
            .Check(Many);

    [Fact]
    public void AFeatureIsShadowedExactlyWhenItWinsNoConnection() =>
        Prop.ForAll(
                Generators.Sets(6).ToArbitrary(),
                policies =>
                {
                    var decision = World.Decide(new PolicySet("r", policies));
                    foreach (var policy in decision.Policies)
                    {
                        foreach (var feature in policy.Features)
                        {
                            var wins = decision.Desired.Profiles.Any(profile =>
                                profile.Entries.Any(entry =>
                                    entry.Policy == policy.Policy && entry.Feature == feature.Feature
                                )
                            );
                            (feature.State == PolicyState.Conflict).ShouldBe(!wins);
                            if (!wins)
                            {
                                feature.Reasons[0].Code.ShouldBe(ReasonCodes.Shadowed);
                                feature.Contests.ShouldContain(contest => contest.Loser == policy.Policy);
                            }
                        }
                    }
                }
            )
            .Check(Many);

    [Fact]
    public void EveryProfileIsUsedAndEveryRuleHasOne() =>
        Prop.ForAll(
                Generators.Sets(9).ToArbitrary(),
                policies =>
                {
                    var desired = World.Decide(new PolicySet("r", policies)).Desired;
                    desired
                        .Rules.Prefixes.Select(rule => rule.Profile)
                        .ToHashSet()
                        .SetEquals(desired.Profiles.Select(profile => profile.Id))
                        .ShouldBeTrue();
                    desired.Profiles.Select(profile => profile.Id).Distinct().Count().ShouldBe(desired.Profiles.Length);
                    desired
                        .Rules.Prefixes.Select(rule =>
                            (rule.Chain, rule.Direction, rule.PortClass, rule.Origin, rule.Peers)
                        )
                        .Distinct()
                        .Count()
                        .ShouldBe(desired.Rules.Prefixes.Length);
                }
            )
            .Check(Many);

    [Fact]
    public void ContestsAreTrue() =>
        Prop.ForAll(
                Generators.Sets(6).ToArbitrary(),
                policies =>
                {
                    var decision = World.Decide(new PolicySet("r", policies));
                    foreach (var policy in decision.Policies)
                    {
                        foreach (var feature in policy.Features)
                        {
                            feature.Contests.ShouldAllBe(contest =>
                                contest.Winner == policy.Policy || contest.Loser == policy.Policy
                            );
                            foreach (var contest in feature.Contests)
                            {
                                var other = contest.Winner == policy.Policy ? contest.Loser : contest.Winner;
                                decision.Of(other, feature.Feature).Contests.ShouldContain(contest);
                            }
                        }
                    }
                }
            )
            .Check(Many);

    [Fact]
    public void PortRangesOfAChainDoNotOverlap() =>
        Prop.ForAll(
                Generators.Sets(9).ToArbitrary(),
                policies =>
                {
                    foreach (
                        var chain in World
                            .Decide(new PolicySet("r", policies))
                            .Desired.Rules.Ports.GroupBy(range => range.Chain)
                    )
                    {
                        PortRange? before = null;
                        foreach (var range in chain)
                        {
                            range.Class.ShouldBeGreaterThan((ushort)0);
                            range.Last.ShouldBeGreaterThanOrEqualTo(range.First);
                            (before is null || before.Value.Last < range.First).ShouldBeTrue();
                            before = range;
                        }
                    }
                }
            )
            .Check(Many);
}
