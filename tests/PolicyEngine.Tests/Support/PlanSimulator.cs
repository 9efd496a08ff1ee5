using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>What a kernel would hold after each action of a plan. Refuses actions that a kernel would refuse.</summary>
internal static class PlanSimulator
{
    /// <summary>The state after the whole plan.</summary>
    public static ObservedState Apply(ObservedState observed, Plan plan, string chainObjectDigest) =>
        Steps(observed, plan, chainObjectDigest).LastOrDefault(observed);

    /// <summary>The state after each action.</summary>
    public static IEnumerable<ObservedState> Steps(ObservedState observed, Plan plan, string chainObjectDigest)
    {
        foreach (var action in plan.Actions)
        {
            observed = Apply(observed, action, chainObjectDigest);
            yield return observed;
        }
    }

    private static ObservedState Apply(ObservedState observed, PlanAction action, string chainObjectDigest)
    {
        switch (action)
        {
            case MovePin move:
                return observed with { Misplaced = observed.Misplaced.RemoveAll(pin => pin.From == move.From) };
            case CreateSharedMaps create:
                observed.SharedMaps.ShouldBeFalse();
                return observed with
                {
                    SharedMaps = true,
                    Pauses = create.Pauses,
                    ProfileRoom = create.Room.Profiles,
                    EventRoom = create.Room.Events,
                    Rules = RuleTable.Empty,
                    Profiles = ObservedState.Empty.Profiles,
                };
            case RestoreSharedPins:
                observed.SharedMaps.ShouldBeTrue();
                return observed with { SharedPinsMissing = false };
            case GrowTables grow:
                observed.SharedMaps.ShouldBeTrue();
                return observed with
                {
                    ProfileRoom = grow.Room.Profiles,
                    EventRoom = grow.Room.Events,
                    Unfinished = false,
                };
            case SetPauses pauses:
                observed.SharedMaps.ShouldBeTrue();
                return observed with { Pauses = pauses.Pauses };
            case RegisterAlgorithm register:
                var name = register.Algorithm.Program.Algorithm;
                observed
                    .Algorithms.FirstOrDefault(algorithm => algorithm.Registered && algorithm.Algorithm == name)
                    ?.Digest.ShouldBe(register.Replaces);
                return observed with
                {
                    Algorithms =
                    [
                        .. observed.Algorithms.Where(algorithm => algorithm.Algorithm != name),
                        new ObservedAlgorithm(name, DesiredDigest.OfAlgorithm(register.Algorithm), 1, true),
                    ],
                };
            case WriteProfile write:
                observed.SharedMaps.ShouldBeTrue();
                observed.Profiles.ContainsKey(write.Profile.Id).ShouldBe(write.Replaces);
                (observed.Profiles.Count + (write.Replaces ? 0 : 1)).ShouldBeLessThanOrEqualTo(observed.ProfileRoom);
                return observed with { Profiles = observed.Profiles.SetItem(write.Profile.Id, write.Profile.Value) };
            case SwitchRules rules:
                observed.SharedMaps.ShouldBeTrue();
                rules.Rules.Prefixes.ShouldAllBe(rule => observed.Profiles.ContainsKey(rule.Profile));
                return observed with { Rules = rules.Rules };
            case AttachChain attach:
                observed.Chains.ShouldNotContain(chain => chain.Scope == attach.Chain.Scope);
                return observed with { Chains = [.. observed.Chains, Observe(attach.Chain, chainObjectDigest)] };
            case UpdateChain update:
                observed.Chains.ShouldContain(chain =>
                    chain.Scope == update.Chain.Scope && chain.CgroupId == update.Chain.CgroupId
                );
                return observed with
                {
                    Chains =
                    [
                        .. observed.Chains.Where(chain => chain.Scope != update.Chain.Scope),
                        Observe(update.Chain, chainObjectDigest),
                    ],
                };
            case RestoreChainPin restore:
                return observed with
                {
                    Chains =
                    [
                        .. observed.Chains.Select(chain =>
                            chain.Scope == restore.Scope ? chain with { Generation = 1 } : chain
                        ),
                    ],
                };
            case RemoveFormerMaps former:
                observed.Chains.ShouldAllBe(chain => chain.UsesSharedMaps);
                return observed with { FormerMaps = observed.FormerMaps.Remove(former.Path) };
            case DetachChain detach:
                observed.Chains.ShouldContain(chain => chain.Scope == detach.Scope);
                return observed with { Chains = observed.Chains.RemoveAll(chain => chain.Scope == detach.Scope) };
            case DeleteProfile delete:
                observed.Rules.Prefixes.ShouldAllBe(rule => rule.Profile != delete.Id);
                return observed with { Profiles = observed.Profiles.Remove(delete.Id) };
            case UnregisterAlgorithm unregister:
                return observed with
                {
                    Algorithms = observed.Algorithms.RemoveAll(algorithm =>
                        algorithm.Algorithm == unregister.Algorithm
                    ),
                };
            case ReleaseSockets release:
                observed.Live.ShouldContain(live => live.Scope == release.Scope);
                return observed with
                {
                    Live =
                    [
                        .. observed
                            .Live.Where(live => live.Scope != release.Scope)
                            .Select(live =>
                                live.Scope == release.Successor?.Scope ? live with { Walked = WalkedState.None } : live
                            ),
                    ],
                };
            case TuneSockets tune:
                observed.Chains.ShouldContain(chain => chain.Scope == tune.Chain.Scope && chain.Key == tune.Chain.Key);
                return observed with
                {
                    Live =
                    [
                        .. observed.Live.Where(live => live.Scope != tune.Chain.Scope),
                        new ObservedLive(
                            tune.Chain.Scope,
                            tune.Chain.Key,
                            LiveDigest.OfProgram(tune.Chain),
                            [.. tune.Chain.Stages.Select(stage => stage.Feature)],
                            tune.Walked
                        ),
                    ],
                };
            case RemoveOrphan orphan:
                return observed with
                {
                    Orphans = observed.Orphans.RemoveAll(candidate => candidate.Path == orphan.Path),
                };
            case RemoveSharedMaps:
                observed.Chains.ShouldBeEmpty();
                observed.Profiles.ShouldBeEmpty();
                observed.Live.ShouldBeEmpty();
                return observed with { SharedMaps = false };
            default:
                throw new NotSupportedException(action.GetType().Name);
        }
    }

    public static ObservedChain Observe(DesiredChain chain, string chainObjectDigest) =>
        new(
            chain.Scope,
            chain.CgroupId,
            chain.Key,
            DesiredDigest.OfChain(chain, chainObjectDigest),
            [.. chain.Stages.Select(stage => stage.Feature)],
            1,
            1
        );
}
