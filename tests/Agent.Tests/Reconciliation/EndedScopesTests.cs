using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class EndedScopesTests
{
    private const string Containers = "containers { runtime: \"docker\" }";

    [Fact]
    public void A_policy_whose_only_container_ended_waits_and_says_so()
    {
        var policy = Note(Policy(Containers, "/docker/a"), new() { ["/docker/b"] = 2 });

        policy.State.ShouldBe(PolicyState.Waiting);
        Render.ReasonText(policy.Reason).ShouldBe("scope-absent: a container ended meanwhile: /docker/a");
        policy.Scopes.ShouldBeEmpty();
        policy.Features.Single().State.ShouldBe(PolicyState.Waiting);
        policy.Features.Single().Reasons.ShouldBe([policy.Reason]);
    }

    [Fact]
    public void A_policy_with_other_containers_stays_in_force_and_says_which_ended()
    {
        var policy = Note(
            Policy(Containers, "/docker/a", "/docker/b", "/docker/c"),
            new() { ["/docker/b"] = 1, ["/docker/c"] = 9 }
        );

        policy.State.ShouldBe(PolicyState.Active);
        Render.ReasonText(policy.Reason).ShouldBe("scope-absent: a container ended meanwhile: /docker/a and 1 more");
        policy.Scopes.ShouldBe(["/docker/b"]);
        policy.Features.Single().State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void A_cgroup_by_its_path_is_no_container()
    {
        Render
            .ReasonText(Note(Policy("/web", "/web"), []).Reason)
            .ShouldBe("scope-absent: its cgroup was deleted meanwhile: /web");
        var there = Policy("/web", "/web");
        Note(there, new() { ["/web"] = 1 }).ShouldBe(there);
        var failed = there with { State = PolicyState.Failed };
        Note(failed, []).ShouldBe(failed);
    }

    private static PolicyDecision Note(PolicyDecision policy, Dictionary<string, ulong> now) =>
        EndedScopes
            .Note([policy], policy.Scopes.ToDictionary(scope => scope, _ => 1UL, StringComparer.Ordinal), now)
            .Single();

    private static PolicyDecision Policy(string scope, params ImmutableArray<string> scopes) =>
        new(
            "web",
            "a.yaml:1",
            scope,
            PolicyState.Active,
            new Reason(ReasonCodes.None, "in force as written"),
            [new FeatureDecision("ecn", PolicyState.Active, "bpf", "", [], [])]
        )
        {
            Scopes = scopes,
        };
}
