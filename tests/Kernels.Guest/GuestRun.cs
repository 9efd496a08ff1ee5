using System.Collections.Immutable;
using NetEdit.EndToEnd.Tests;
using NetEdit.Host;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>All features side by side on two hosts, a policy each, from the first policy to the removal.</summary>
internal sealed class GuestRun(CapabilityReport capabilities, IEnumerable<FeatureCheck> features)
{
    private readonly ImmutableArray<FeatureRecord> _features = [.. features.Select(check => new FeatureRecord(check))];
    private readonly CheckLog _host = new("host");
    private ImmutableArray<ProgramSize> _programs = [];

    public GuestReport Run()
    {
        var scene = new Scene();
        var before = KernelProgram.List().Select(program => program.Id).ToHashSet();
        Each("nothing before", feature => feature.ShouldBeOff(scene));
        foreach (var feature in _features)
        {
            feature.Prepare(scene);
        }

        using (var open = scene.Connect())
        {
            foreach (var feature in _features)
            {
                feature.WritePolicy(scene);
            }

            AgentProcess? agent = null;
            _host.Check("policies are applied", () => agent = scene.StartAgent());
            if (agent is not null)
            {
                _programs = Sizes(before);
                Live(scene, agent, open);
            }
        }

        _host.Check("uninstalled without residue", scene.Dispose);
        return new GuestReport { Capabilities = capabilities, Host = _host.Checks, Features = [.. _features.Select(feature => feature.Report)], Programs = _programs };
    }

    private void Live(Scene scene, AgentProcess agent, TcpPair open)
    {
        foreach (var feature in _features)
        {
            feature.ReadDecision(agent);
        }

        Each("effect", feature => feature.ShouldHold(scene));
        foreach (var feature in _features)
        {
            feature.CheckOpen(open);
            feature.CheckChange(scene, agent, open);
        }

        _host.Check("pause", agent.Pause);
        Each("paused", feature => feature.ShouldBeOff(scene));
        _host.Check("resume", agent.Resume);
        Each("resumed", feature => feature.ShouldHold(scene));

        if (_features.Any(feature => feature.Log.HasFailed))
        {
            Console.WriteLine($"{agent.Text}\n{agent.Get("/metrics").Body}");
        }

        var ids = Scene.Ids(agent.Status()["kernel"]!);
        agent.Kill();
        Each("tuned while no agent runs", feature => feature.ShouldHold(scene));
        _host.Check("the next agent adopts all of it without a change", () =>
        {
            agent = scene.StartAgent();
            agent.Actions.ShouldBeEmpty();
            Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids);
        });

        for (var index = 0; index < _features.Length; index++)
        {
            _features[index].CheckRemoval(scene, agent, open, _features.Skip(index + 1));
        }

        _host.Check("without policies nothing is pinned", () => Directory.Exists(scene.Pins).ShouldBeFalse());
    }

    private void Each(string name, Action<FeatureRecord> check)
    {
        foreach (var feature in _features)
        {
            feature.Log.Check(name, () => check(feature));
        }
    }

    /// <summary>Instruction counts of what was loaded since.</summary>
    private static ImmutableArray<ProgramSize> Sizes(HashSet<uint> before) =>
    [
        .. KernelProgram.List()
            .Where(program => !before.Contains(program.Id))
            .GroupBy(program => program.Type == "struct_ops" ? "congestion control" : program.Name)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ProgramSize(
                group.Key,
                group.Sum(program => program.Instructions),
                group.Any(program => program.VerifiedInstructions == 0) ? null : group.Sum(program => program.VerifiedInstructions))),
    ];
}
