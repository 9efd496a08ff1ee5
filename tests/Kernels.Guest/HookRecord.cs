using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>A test feature in a run: what the agent decided, how its programs are attached, and what was looked at.</summary>
internal sealed class HookRecord(string name, Scene scene, HookEffects effects, int first)
{
    private const int Change = 60;
    private const int Other = 160;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    private PolicyState _state = PolicyState.Failed;
    private ImmutableArray<Reason> _reasons = [];
    private string? _mechanism;
    private readonly int _other = first + Other;
    private int _port = first;

    public CheckLog Log { get; } = new(name);

    public bool IsInForce => _state is PolicyState.Active or PolicyState.Degraded;

    /// <summary>Whether it shows in its count alone.</summary>
    public bool OnlyCounts =>
        name
            is "test-tracepoint"
                or "test-raw-tracepoint"
                or "test-function"
                or "test-function-probe"
                or "test-processor"
                or "test-processor-in-cgroup";

    public FeatureReport Report => new(name, _state, _mechanism, _reasons, Log.Checks);

    public void WritePolicy() =>
        scene.Write(
            name + ".yaml",
            Yaml.Policy(name, scene.Cgroup.Path, $"{name}: {{ port: {_port}, other: {_other} }}", interfaces: "lo")
        );

    public void ChangeValues()
    {
        _port += Change;
        WritePolicy();
    }

    public void ReadDecision(AgentProcess agent)
    {
        var status = agent.Status();
        var policy = status["policies"]!.AsArray().Single(policy => (string?)policy!["policy"] == name)!;
        var feature = policy["features"]![0].Deserialize<FeatureDecision>(Form)!;
        (_state, _reasons) = (feature.State, feature.Reasons);
        var mechanisms = status["kernel"]!["programs"]!
            .AsArray()
            .Where(program => (string?)program!["feature"] == name)
            .Select(program => (string)program!["mechanism"]!)
            .Distinct(StringComparer.Ordinal);
        _mechanism = IsInForce ? string.Join(", ", mechanisms) : null;
    }

    public void ShouldAct() => effects.Acts(name, _port, _other).ShouldBeTrue();

    public void ShouldBeOff() => effects.Acts(name, _port, _other).ShouldBeFalse();

    public void Remove(AgentProcess agent)
    {
        File.Delete(Path.Combine(scene.Policies, name + ".yaml"));
        agent.Reconcile();
        ShouldBeOff();
    }
}
