using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Features side by side.</summary>
public sealed class CompositionTests
{
    [KernelTheory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Two_features_or_all_give_a_connection_what_each_gives_alone(AddressFamily family)
    {
        using var name = DctcpName.Take();
        using var scene = new Scene();
        var composition = new Composition(scene);
        scene.Write("all.yaml", composition.Policies());
        var agent = scene.StartAgent();

        agent.Status()["policies"]!
            .AsArray()
            .Where(policy => (string?)policy!["state"] != "Active")
            .Select(policy => policy!.ToJsonString())
            .ShouldBeEmpty();
        composition.Problems(family).ShouldBeEmpty();
    }

    /* A value that a program of all features keeps in a register over a join of its paths multiplies the states that
       the verifier follows, and a start waits for the verifier. On 6.18 it looks at 96,000 instructions for the chain
       and at 52,000 for the walk; three values kept so made 471,000 of the walk's once, and a start 0.6 s longer.
       Kernels before 5.16 do not count. */
    [KernelFact]
    public void Programs_of_all_features_keep_few_states_for_the_verifier_to_follow()
    {
        using var name = DctcpName.Take();
        using var scene = new Scene();
        scene.Write("all.yaml", new Composition(scene).Policies());
        scene.StartAgent();

        var own = OwnObjects
            .Take(scene.Pins, scene.Cgroup, [])
            .Items.Where(item => item.Kind == KernelItemKind.Program)
            .Select(item => item.Identity)
            .ToHashSet();
        var programs = KernelProgram.List().Where(program => own.Contains($"{program.Id}")).ToArray();
        programs.Select(program => program.Name).ShouldContain("netedit_sockops");
        programs.Select(program => program.Name).ShouldContain("netedit_live");
        programs.ShouldAllBe(program => program.VerifiedInstructions < 150_000);
    }

    [KernelFact]
    public void Each_feature_shows_what_it_says_changes_with_its_values_and_goes_with_its_policy()
    {
        const int Port = 5200;
        using var name = DctcpName.Take();
        using var scene = new Scene();
        var agent = scene.StartAgent();
        foreach (var sample in FeatureSample.All)
        {
            foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
            {
                var shows = Shows(sample, family);
                ConnectionImage
                    .Differences(shows, ConnectionImage.Of(scene.Network, scene.Cgroup, Port, family))
                    .Count()
                    .ShouldBe(shows.Count, $"{sample.Feature} without a policy, {family}");
                scene.Write(
                    "it.yaml",
                    Yaml.Policy("it", scene.Cgroup.Path, $"{sample.Feature}: {sample.Tuning}", port: Port)
                );
                agent.Reconcile();
                ConnectionImage
                    .Differences(shows, ConnectionImage.Of(scene.Network, scene.Cgroup, Port, family))
                    .ShouldBeEmpty($"{sample.Feature}, {family}");
                if (sample.Changed is { } changed)
                {
                    scene.Write(
                        "it.yaml",
                        Yaml.Policy("it", scene.Cgroup.Path, $"{sample.Feature}: {changed}", port: Port)
                    );
                    agent.Reconcile();
                    ConnectionImage
                        .Differences(sample.ShowsChanged, ConnectionImage.Of(scene.Network, scene.Cgroup, Port, family))
                        .ShouldBeEmpty($"{sample.Feature} changed, {family}");
                }

                File.Delete(Path.Combine(scene.Policies, "it.yaml"));
                agent.Reconcile();
            }
        }
    }

    private static ImmutableDictionary<string, string> Shows(FeatureSample sample, AddressFamily family)
    {
        var shows = sample.Shows.AddRange(sample.ShowsWhereKnown);
        return family == AddressFamily.InterNetworkV6 ? shows.AddRange(sample.ShowsOverIpv6) : shows;
    }
}
