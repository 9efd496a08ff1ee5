using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Reconciliation;

/// <summary>Policies that do not reach open connections in namespaces that cannot be seen.</summary>
public sealed class HiddenNamespacesTests
{
    private static readonly BpfObject Object = new("o", () => [1, 2, 3]);
    private static readonly DesiredState Desired = DesiredState.Empty with
    {
        Chains =
        [
            new DesiredChain(
                "/a",
                1,
                42,
                [
                    new ChainStage("initial-cwnd", "bpf", new SockopsStage(Object, SockopsOperations.Established)),
                    new ChainStage(
                        "pacing",
                        "bpf",
                        new SockopsStage(Object, SockopsOperations.Established) { Live = Object }
                    ),
                ]
            ),
        ],
    };

    [Fact]
    public void A_policy_for_open_connections_is_degraded_where_a_walk_could_not_see_every_namespace()
    {
        var noted = Note(Policy("/a"), 2);

        (noted.State, noted.Reason.Code).ShouldBe((PolicyState.Degraded, ReasonCodes.NamespacesHidden));
        noted.Reason.Text.ShouldStartWith(
            "open connections in the network namespaces of 2 processes keep what they have"
        );
        noted
            .Features.Select(feature => feature.State)
            .ShouldBe([PolicyState.Active, PolicyState.Degraded], "the first is for new connections only");
    }

    [Fact]
    public void One_that_is_elsewhere_or_not_in_force_or_seen_whole_is_as_it_was()
    {
        foreach (
            var (policy, processes) in (ValueTuple<PolicyDecision, int>[])
                [
                    (Policy("/b"), 2),
                    (Policy("/a"), 0),
                    (
                        Policy("/a") with
                        {
                            State = PolicyState.Failed,
                            Features = [Feature("pacing") with { State = PolicyState.Failed }],
                        },
                        2
                    ),
                ]
        )
        {
            Note(policy, processes).ShouldBe(policy);
        }

        Note(Policy("/a") with { State = PolicyState.PartiallyActive }, 2).State.ShouldBe(PolicyState.PartiallyActive);
    }

    private static PolicyDecision Note(PolicyDecision policy, int processes) =>
        HiddenNamespaces
            .Note([policy], Desired, ImmutableSortedDictionary<string, int>.Empty.Add("/a", processes))
            .Single();

    private static PolicyDecision Policy(string scope) =>
        new(
            "web",
            "a.yaml:1",
            scope,
            PolicyState.Active,
            new Reason(ReasonCodes.None, ""),
            [Feature("initial-cwnd"), Feature("pacing")]
        )
        {
            Scopes = [scope],
        };

    private static FeatureDecision Feature(string name) => new(name, PolicyState.Active, "bpf", "", [], []);
}
