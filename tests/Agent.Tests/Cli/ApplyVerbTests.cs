using NetEdit.Agent.Cli;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What <c>apply</c> makes of the answer of a running agent.</summary>
public sealed class ApplyVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory.Combine("run", "agent.sock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_applied_and_not_in_force_has_an_exit_code_of_its_own()
    {
        var unsupported = new PolicyDecision(
            "web",
            "a.yaml:1",
            "/",
            PolicyState.Unsupported,
            new Reason(ReasonCodes.FeatureNotInstalled, "bbr: no feature 'bbr' is installed"),
            []
        );

        var result = Apply(new ChangeOutcome(new PlanReport("r", [], [unsupported]), Complete: true, null));

        result.ShouldBe(
            new CliResult(
                ExitCode.NotInForce,
                "POLICY  STATE        SCOPE  REASON\n"
                    + "web     Unsupported  /      feature-not-installed: bbr: no feature 'bbr' is installed\n\n"
                    + "nothing was to be done; not in force: web (Unsupported)\n",
                "netedit: applied, but some policies are not in force; the table says which\n"
            )
        );
        Apply(new ChangeOutcome(new PlanReport("r", [], [unsupported]), Complete: true, "load: EPERM"))
            .ExitCode.ShouldBe(ExitCode.Failed, "what failed is worse");
        Apply(
            new ChangeOutcome(
                new PlanReport("r", [], [unsupported with { State = PolicyState.Waiting }]),
                Complete: true,
                null
            )
        )
            .ExitCode.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public void A_refusal_to_remove_everything_is_told_with_what_to_do()
    {
        const string Why = "no policy files in /p, but policy web is in force; if it is meant, add --allow-empty";
        var refused = new ChangeOutcome(new PlanReport("", [], []), Complete: false, Why);

        Apply(refused).ShouldBe(new CliResult(ExitCode.Failed, "", $"netedit: {Why}\n"));
    }

    [Fact]
    public void Without_policies_and_with_nothing_in_force_it_says_what_was_ignored()
    {
        var report = new PlanReport("r", [], [])
        {
            NotRead = [new("/p/p.txt", "not read; its name ends neither in .yaml nor in .yml")],
        };

        Apply(new ChangeOutcome(report, Complete: true, null), "--allow-empty")
            .ShouldBe(
                new CliResult(
                    ExitCode.Ok,
                    "no changes: the kernel holds revision r\n",
                    "note: /p/p.txt: not read; its name ends neither in .yaml nor in .yml\n"
                        + "note: no policy files in /p (1 ignored: p.txt: not read; its name ends neither in .yaml "
                        + "nor in .yml); nothing is tuned\n"
                )
            );
    }

    private CliResult Apply(ChangeOutcome change, params string[] more)
    {
        ControlRequest? asked = null;
        using var server = new ControlServer(
            Socket,
            (request, _) =>
            {
                asked = request;
                return Task.FromResult(new ControlResponse(null, null) { Change = change });
            },
            TimeProvider.System
        );
        var result = NeteditInProcess.Run(["apply", "--policies", "/p", "--socket", Socket, .. more]);
        asked.ShouldNotBeNull().AllowEmpty.ShouldBe(more.Contains("--allow-empty", StringComparer.Ordinal));
        return result;
    }
}
