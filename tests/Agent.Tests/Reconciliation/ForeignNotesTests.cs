using NetEdit.Agent.Reconciliation;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Reconciliation;

/// <summary>What is said of policies below whose scope others have programs.</summary>
public sealed class ForeignNotesTests
{
    private static readonly BpfObject Object = new("o", () => [1]);
    private static readonly Reason None = new(ReasonCodes.None, "");
    private static readonly ForeignProgram Below = new("/a", 7, "theirs", false) { Below = "/a/b" };

    [Fact]
    public void A_policy_that_answers_queries_of_the_kernel_has_the_note_and_keeps_its_state()
    {
        var policy = Note(Policy("ecn", SockopsOperations.NeedsEcn), Below);

        (policy.State, policy.Reason.Code).ShouldBe((PolicyState.Active, ReasonCodes.ForeignBelow));
        policy.Reason.Text.ShouldStartWith(
            "ecn may reach only part of the scope: program 7 'theirs', which is not NetEdit's, is attached to /a/b"
        );
        policy.Features.Single().Reasons.ShouldBe([policy.Reason]);
    }

    [Fact]
    public void A_policy_that_only_sets_options_has_none_nor_has_one_beside_the_program_or_at_another_hook()
    {
        Note(Policy("initial-cwnd", SockopsOperations.Established), Below).Reason.ShouldBe(None);
        Note(Policy("ecn", SockopsOperations.NeedsEcn), Below with { Below = null }).Reason.ShouldBe(None);
        Note(Policy("ecn", SockopsOperations.NeedsEcn), Below with { Scope = "/c" }).Reason.ShouldBe(None);
        Note(Policy("ecn", SockopsOperations.NeedsEcn), Below with { Hook = "cgroup/connect4" }).Reason.ShouldBe(None);
    }

    [Fact]
    public void A_reason_that_is_there_already_stays_the_first()
    {
        var (decided, desired) = Policy("ecn", SockopsOperations.NeedsEcn);
        var policy = Note(
            (
                decided with
                {
                    State = PolicyState.Degraded,
                    Reason = new Reason(ReasonCodes.ValueCapped, "capped"),
                },
                desired
            ),
            Below
        );

        (policy.State, policy.Reason.Code).ShouldBe((PolicyState.Degraded, ReasonCodes.ValueCapped));
        policy.Features.Single().Reasons.ShouldHaveSingleItem().Code.ShouldBe(ReasonCodes.ForeignBelow);
    }

    private static PolicyDecision Note((PolicyDecision Policy, DesiredState Desired) given, ForeignProgram program) =>
        ForeignNotes.Note([given.Policy], given.Desired, ObservedState.Empty with { Foreign = [program] }).Single();

    private static (PolicyDecision Policy, DesiredState Desired) Policy(string feature, SockopsOperations operations) =>
        (
            new PolicyDecision(
                "web",
                "a.yaml:1",
                "/a",
                PolicyState.Active,
                None,
                [new FeatureDecision(feature, PolicyState.Active, "bpf", "", [], [])]
            )
            {
                Scopes = ["/a"],
            },
            DesiredState.Empty with
            {
                Chains =
                [
                    new DesiredChain(
                        "/a",
                        1,
                        42,
                        [new ChainStage(feature, "bpf", new SockopsStage(Object, operations))]
                    ),
                ],
            }
        );
}
