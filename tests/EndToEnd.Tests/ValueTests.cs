using System.Globalization;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Values that cost something (docs/values.md), as an operator meets them.</summary>
public sealed class ValueTests
{
    [KernelFact]
    public void A_user_timeout_that_a_pausing_reader_does_not_survive_is_told_by_validate_plan_status_and_explain()
    {
        const string Cost = "although it answers every probe";
        using var scene = new Scene();
        scene.Write("db.yaml", Yaml.Policy("db", scene.Cgroup.Path, "keepalive: { user-timeout: 5s }"));
        var validated = Netedit.Run("validate", scene.Policies);
        validated.ExitCode.ShouldBe(0, validated.ToString());
        validated.Errors.ShouldContain(Cost);
        scene.RunWithPolicies("plan").Output.ShouldContain(Cost);
        using var agent = scene.StartAgent();

        agent.Status().StateOf("db").ShouldBe("Degraded value-harms");
        scene.Run("explain", "policy", "db", "--socket", scene.Socket).Output.ShouldContain(Cost);
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        pair.Client.GetKernelOption(TcpSocketOptions.TcpLevel, 18).ShouldBe(5000);
    }

    /// <summary>The kernel caps it without a word, and ends autotuning, which gives more: the socket was worse off than without a policy.</summary>
    [KernelFact]
    public void A_buffer_that_the_hosts_limit_makes_worse_than_none_is_not_set_and_the_agent_says_what_is_lost()
    {
        using var scene = new Scene();
        var cap = Limit("net/core/rmem_max", 0);
        var tuned = Limit("net/ipv4/tcp_rmem", 2);
        scene.Write(
            "reads.yaml",
            Yaml.Policy(
                "reads",
                scene.Cgroup.Path,
                string.Create(CultureInfo.InvariantCulture, $"receive-window: {{ buffer: {2 * cap}B }}")
            )
        );
        using var agent = scene.StartAgent();

        agent.Status().StateOf("reads").ShouldBe("Degraded value-capped");
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        var isWorse = tuned > 2 * cap;
        pair.Client.GetReceiveBuffer().ShouldBe(isWorse ? 131_072 : (int)(2 * cap));
        scene
            .Run("explain", "policy", "reads", "--socket", scene.Socket)
            .Output.ShouldContain(isWorse ? $"autotuning gives up to {tuned}" : $"capped to {cap} bytes");
    }

    private static long Limit(string name, int index) =>
        long.Parse(
            File.ReadAllText("/proc/sys/" + name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[index],
            CultureInfo.InvariantCulture
        );
}
