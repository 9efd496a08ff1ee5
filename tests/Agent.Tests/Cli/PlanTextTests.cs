using System.Collections.Immutable;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What <c>plan</c> and <c>apply</c> say of policies before and after.</summary>
public sealed class PlanTextTests
{
    private static readonly SysctlKey Key = new(1, "net.core.somaxconn");
    private static readonly SetSysctl Set = new(
        new DesiredSysctl(Key, "8192", "sysctl", "web"),
        Paused: false,
        "policy web asks for it"
    );

    [Fact]
    public void A_plan_says_what_policies_will_be_and_shows_values_before_and_after() =>
        Plan(
                new PlanReport(
                    "r",
                    Render.ActionInfos([Set], new Dictionary<string, string> { [Key.Name] = "4096" }),
                    [Policy("db", PolicyState.Active), Policy("web", PolicyState.Active)]
                )
                {
                    Pending = ["web"],
                }
            )
            .ShouldBe(
                """
                POLICY  STATE           SCOPE  FEATURES
                db      Active          /      ecn
                web     will be Active  /      ecn

                  ~  set sysctl  net.core.somaxconn: 4096 → 8192  policy web asks for it

                1 change pending for revision r

                """
            );

    [Fact]
    public void A_sysctl_that_is_restored_shows_values_before_and_after()
    {
        var values = new Dictionary<string, string> { [Key.Name] = "8192" };
        ImmutableArray<PlanAction> actions = [new RestoreSysctl(Key, "4096", "why"), Set, Set with { Paused = true }];

        Render
            .ActionInfos(actions, values)
            .Select(action => action.Target)
            .ShouldBe(["net.core.somaxconn: 8192 → 4096", "net.core.somaxconn = 8192", "net.core.somaxconn"]);
        Render.ActionInfos(actions)[0].Target.ShouldBe("net.core.somaxconn = 4096");
    }

    [Fact]
    public void No_changes_never_stands_beside_a_policy_that_is_not_in_force()
    {
        var active = Policy("db", PolicyState.Active);
        var unsupported = Policy("web", PolicyState.Unsupported);

        Plan(new PlanReport("r", [], [active])).ShouldEndWith("\nno changes: the kernel holds revision r\n");
        Plan(new PlanReport("r", [], [active, unsupported]))
            .ShouldEndWith("\nnothing to do for revision r, which stays not in force: web (Unsupported)\n");
        Plan(new PlanReport("r", Render.ActionInfos([Set]), [unsupported]))
            .ShouldEndWith("\n1 change pending for revision r; after that still not in force: web (Unsupported)\n");

        Applied(new PlanReport("r", [], [active])).ShouldEndWith("\nno changes: the kernel holds revision r\n");
        Applied(new PlanReport("r", [], [active, unsupported]))
            .ShouldEndWith("\nnothing was to be done; not in force: web (Unsupported)\n");
        Applied(new PlanReport("r", Render.ActionInfos([Set]), [unsupported]))
            .ShouldEndWith("\n1 change made; not in force: web (Unsupported)\n");
        Applied(new PlanReport("r", Render.ActionInfos([Set]), [active]))
            .ShouldEndWith("\n1 change made: the kernel holds revision r\n");
    }

    [Fact]
    public void Policies_that_wait_are_for_others_or_only_observe_are_as_they_should_be()
    {
        PolicyState[] fine =
        [
            PolicyState.Active,
            PolicyState.Degraded,
            PolicyState.Observing,
            PolicyState.Skipped,
            PolicyState.Expired,
            PolicyState.Waiting,
        ];
        foreach (var state in Enum.GetValues<PolicyState>())
        {
            NotInForce.Of([Policy("web", state)]).IsEmpty.ShouldBe(fine.Contains(state), state.ToString());
            NotInForce.Of([Policy("web", state) with { Observes = true }]).ShouldBeEmpty();
        }
    }

    private static string Plan(PlanReport report) => Text(output => PlanVerb.Write(output, report, color: false));

    private static string Applied(PlanReport report) =>
        Text(output => ApplyVerb.Write(output, new ChangeOutcome(report, Complete: true, null), color: false));

    private static string Text(Action<TextWriter> write)
    {
        using var output = new StringWriter { NewLine = "\n" };
        write(output);
        return output.ToString();
    }

    private static PolicyDecision Policy(string name, PolicyState state) =>
        new(
            name,
            "a.yaml:1",
            "/",
            state,
            new Reason(ReasonCodes.None, ""),
            [new FeatureDecision("ecn", state, "bpf", "", [], [])]
        )
        {
            Scopes = ["/"],
        };
}
