namespace NetEdit.EndToEnd.Tests;

/// <summary>Inotify instances and watches are few, and other programs take them. The limits are the whole host's.</summary>
[Collection<KernelCollection>]
public sealed class InotifyLimitTests
{
    [KernelTheory]
    [InlineData("max_user_instances")]
    [InlineData("max_user_watches")]
    public void Without_inotify_the_host_is_tuned_changes_are_found_at_the_next_look_and_the_agent_ends_when_told(
        string limit
    )
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        var file = "/proc/sys/fs/inotify/" + limit;
        var before = File.ReadAllText(file);
        AgentProcess agent;
        try
        {
            File.WriteAllText(file, "0");
            agent = scene.StartAgent("--interval", "1s");
            scene.Window().ShouldBe(40);
            agent.WaitFor(
                () => agent.Get("/readyz").Body.Contains("policy-watch: ", StringComparison.Ordinal),
                "readiness says that changes are not seen at once"
            );
            agent.Metric("netedit_agent_problem", "part=\"policy-watch\"").ShouldBe(1);
            scene.WriteWindow(25);
            agent.WaitFor(() => scene.Window() == 25, "the change is found at the next look");
        }
        finally
        {
            File.WriteAllText(file, before);
        }

        agent.WaitFor(() => agent.Metric("netedit_agent_problem", "part=\"policy-watch\"") == 0, "it is tried again");
        agent.Stop().ShouldBe(0);
    }
}
