using System.Globalization;

namespace NetEdit.EndToEnd.Tests;

public sealed class LedgerLockTests
{
    [KernelFact]
    public void Whoever_else_would_change_the_ledger_is_refused_with_the_agents_pid()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        var pid = string.Create(CultureInfo.InvariantCulture, $"(pid {agent.Pid})");
        var other = scene.Combine("other.sock");

        foreach (
            var outcome in new[]
            {
                scene.RunWithPolicies("agent", "--socket", other, "--no-http"),
                scene.RunWithPolicies("apply"),
                scene.Run("gc"),
                scene.Run("uninstall"),
            }
        )
        {
            outcome.ExitCode.ShouldBe(1, outcome.ToString());
            outcome.Errors.ShouldContain(pid);
        }

        // Those that only look are not.
        scene.Run("gc", "--dry-run").ExitCode.ShouldBe(0);
        scene.RunWithPolicies("plan").ExitCode.ShouldBe(0);
        scene.Run("status").ExitCode.ShouldBe(0);
        scene.Window().ShouldBe(40);

        agent.Stop();
        scene.Run("uninstall").ExitCode.ShouldBe(0);
        scene.Window().ShouldBe(10);
    }

    [KernelFact]
    public void A_socket_on_which_another_agent_answers_is_left_to_it_and_said()
    {
        using var first = new Scene();
        using var agent = first.StartAgent();
        using var second = new Scene();
        second.WriteWindow(40);

        using var other = AgentProcess.Start(
            ["--policies", second.Policies, "--ledger", second.Ledger, "--state", second.State],
            first.Socket
        );
        other.WaitForFirstPass();

        other
            .Get("/readyz")
            .Body.ShouldContain(
                $"control-socket: another agent answers on {first.Socket}; use another --socket; netedit "
                    + $"commands cannot ask this agent"
            );
        second.Window().ShouldBe(40);
        agent.Status()["ledger"]!.GetValue<string>().ShouldBe(first.Ledger);
        other.Stop().ShouldBe(0);
        agent.Status()["ledger"]!.GetValue<string>().ShouldBe(first.Ledger);
    }

    [KernelFact]
    public void Two_ledgers_do_not_know_each_other()
    {
        using var first = new Scene();
        using var second = new Scene();
        first.WriteWindow(40);
        second.WriteWindow(25);
        first.RunWithPolicies("apply").ExitCode.ShouldBe(0);
        second.RunWithPolicies("apply").ExitCode.ShouldBe(0);

        first.Run("uninstall").ExitCode.ShouldBe(0);

        first.Window().ShouldBe(10);
        second.Window().ShouldBe(25);
        first.ReadKernel()["chains"]!.AsArray().ShouldBeEmpty();
    }
}
