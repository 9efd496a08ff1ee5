using FsCheck;
using FsCheck.Fluent;
using NetEdit.Policies;
using NetEdit.PolicyEngine.Tests.Support;
using NetEdit.State;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class PrecedencePropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void LookupFindsTheWinnersOfTheDefinition() =>
        Prop.ForAll(
            (from set in Generators.Sets(9) from connections in Generators.Connection.ArrayOf(40) select (set, connections)).ToArbitrary(),
            sample =>
            {
                var desired = World.Decide(new PolicySet("r", [.. sample.set.OrderBy(policy => policy.Name, StringComparer.Ordinal)])).Desired;
                foreach (var connection in sample.connections)
                {
                    Lookup.Find(desired, connection).ShouldBe(Oracle.Find(sample.set, connection), connection.ToString());
                }
            }).Check(Many);

    [Fact]
    public void RulesAreNeverRepeatedByTheirSurroundings() =>
        Prop.ForAll(Generators.Sets(6).ToArbitrary(), policies =>
        {
            var desired = World.Decide(new PolicySet("r", policies)).Desired;
            foreach (var rule in desired.Rules.Prefixes)
            {
                var around = desired.Rules.Prefixes
                    .Where(other => other.Chain == rule.Chain && other.Direction == rule.Direction && other.PortClass == rule.PortClass && other.Peers != rule.Peers && other.Peers.Contains(rule.Peers))
                    .OrderBy(other => other.Peers.Length);
                around.LastOrDefault().Profile.ShouldNotBe(rule.Profile);
            }
        }).Check(Many);

    [Fact]
    public void AFeatureIsShadowedExactlyWhenItWinsNoConnection() =>
        Prop.ForAll(Generators.Sets(6).ToArbitrary(), policies =>
        {
            var decision = World.Decide(new PolicySet("r", policies));
            foreach (var policy in decision.Policies)
            {
                foreach (var feature in policy.Features)
                {
                    var wins = decision.Desired.Profiles.Any(profile => profile.Entries.Any(entry => entry.Policy == policy.Policy && entry.Feature == feature.Feature));
                    (feature.State == PolicyState.Conflict).ShouldBe(!wins);
                    if (!wins)
                    {
                        feature.Reasons[0].Code.ShouldBe(ReasonCodes.Shadowed);
                        feature.Contests.ShouldContain(contest => contest.Loser == policy.Policy);
                    }
                }
            }
        }).Check(Many);

    [Fact]
    public void EveryProfileIsUsedAndEveryRuleHasOne() =>
        Prop.ForAll(Generators.Sets(9).ToArbitrary(), policies =>
        {
            var desired = World.Decide(new PolicySet("r", policies)).Desired;
            desired.Rules.Prefixes.Select(rule => rule.Profile).ToHashSet().SetEquals(desired.Profiles.Select(profile => profile.Id)).ShouldBeTrue();
            desired.Profiles.Select(profile => profile.Id).Distinct().Count().ShouldBe(desired.Profiles.Length);
            desired.Rules.Prefixes.Select(rule => (rule.Chain, rule.Direction, rule.PortClass, rule.Peers)).Distinct().Count().ShouldBe(desired.Rules.Prefixes.Length);
        }).Check(Many);

    [Fact]
    public void ContestsAreTrue() =>
        Prop.ForAll(Generators.Sets(6).ToArbitrary(), policies =>
        {
            var decision = World.Decide(new PolicySet("r", policies));
            foreach (var policy in decision.Policies)
            {
                foreach (var feature in policy.Features)
                {
                    feature.Contests.ShouldAllBe(contest => contest.Winner == policy.Policy || contest.Loser == policy.Policy);
                    foreach (var contest in feature.Contests)
                    {
                        var other = contest.Winner == policy.Policy ? contest.Loser : contest.Winner;
                        decision.Of(other, feature.Feature).Contests.ShouldContain(contest);
                    }
                }
            }
        }).Check(Many);

    [Fact]
    public void PortRangesOfAChainDoNotOverlap() =>
        Prop.ForAll(Generators.Sets(9).ToArbitrary(), policies =>
        {
            foreach (var chain in World.Decide(new PolicySet("r", policies)).Desired.Rules.Ports.GroupBy(range => range.Chain))
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
        }).Check(Many);
}
