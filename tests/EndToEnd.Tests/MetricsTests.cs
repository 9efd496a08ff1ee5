namespace NetEdit.EndToEnd.Tests;

public sealed class MetricsTests
{
    [KernelFact]
    public void Counters_rise_with_tuned_connections_and_sockets_are_gauged_while_open()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent("--run-time-statistics");
        string[] labels = ["policy=\"web\"", "feature=\"initial-cwnd\""];
        agent.Metric("netedit_connections_tuned_total", labels).ShouldBe(0);

        scene.Window();
        agent.Metric("netedit_connections_tuned_total", labels).ShouldBe(1);
        using (scene.Connect())
        {
            agent.Metric("netedit_connections_tuned_total", labels).ShouldBe(3);
        }

        // What was counted stays counted when the policy goes.
        scene.WriteWindow(40, name: "other");
        File.Delete(Path.Combine(scene.Policies, "web.yaml"));
        agent.WaitFor(() => agent.Metric("netedit_policy_state", "policy=\"web\"") is null, "the policy is gone");
        agent.Metric("netedit_connections_tuned_total", labels).ShouldBe(3);

        agent.Metric("netedit_chain_runs_total", scene.Cgroup.Path)!.Value.ShouldBeGreaterThan(0);
        agent.Metric("netedit_chain_run_seconds_total", scene.Cgroup.Path)!.Value.ShouldBeGreaterThan(0);
        agent.Metric("netedit_kernel_memory_bytes", "object=\"chain\"")!.Value.ShouldBeGreaterThan(0);
        agent.Metric("netedit_policy_state", "policy=\"other\"", "state=\"Active\"", "reason=\"none\"").ShouldBe(1);
    }

    [KernelFact]
    public void The_text_format_is_accepted_by_promtool_and_openmetrics_ends_as_it_must()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        scene.Window();

        var (_, text, type) = agent.Get("/metrics");
        type.ShouldStartWith("text/plain; version=0.0.4");
        var check = Netedit.RunProgram(Prometheus.Tool("promtool"), ["check", "metrics"], text);
        check.ExitCode.ShouldBe(0, check.ToString());
        (check.Output + check.Errors).Trim().ShouldBeEmpty();

        var (_, open, openType) = agent.Get("/metrics", "application/openmetrics-text; version=1.0.0");
        openType.ShouldStartWith("application/openmetrics-text");
        open.ShouldEndWith("\n# EOF\n");
    }

    [KernelFact]
    public void Prometheus_scrapes_the_agent_and_answers_a_query_on_a_capability()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var agent = scene.StartAgent();
        using var prometheus = Prometheus.Start(agent.Port, scene.Combine("prometheus"));

        prometheus.WaitFor("netedit_capability{capability=\"cgroup-link\"}", 1);
        prometheus.WaitFor("up{job=\"netedit\"}", 1);
        scene.Window();
        scene.Window();
        prometheus.WaitFor("netedit_connections_tuned_total{policy=\"web\",feature=\"initial-cwnd\"}", 2);
        prometheus.WaitFor("sum by (reason) (netedit_policy_state{state=\"Active\"})", 1);
        prometheus.WaitFor("histogram_quantile(0.5, netedit_reconcile_duration_seconds_bucket) > bool 0", 1);
    }
}
