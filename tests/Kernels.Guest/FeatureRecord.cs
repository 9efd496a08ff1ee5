using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Lab;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>A feature in a run: what the agent decided, and what was looked at.</summary>
internal sealed class FeatureRecord(FeatureCheck check)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    private const int Megabyte = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private PolicyState _state = PolicyState.Failed;
    private string? _variant;
    private ImmutableArray<Reason> _reasons = [];
    private Values _values = Values.Policy;

    public CheckLog Log { get; } = new(check.Feature);

    /// <summary>The server's port of the connections its policy is for; 0 for all.</summary>
    public int Port => check.Port;

    /// <summary>Whether it has other values, and is in force.</summary>
    public bool CanChange => IsInForce && check.ChangedTuning is not null;

    public bool IsInForce => _state is PolicyState.Active or PolicyState.Degraded;

    public FeatureReport Report => new(check.Feature, _state, _variant, _reasons, Log.Checks);

    /// <summary>Writes its policy, by the values of now.</summary>
    public void WritePolicy(Scene scene)
    {
        var tuning = _values == Values.Changed ? check.ChangedTuning : check.Tuning;
        scene.Write(
            check.Feature + ".yaml",
            Yaml.Policy(check.Feature, scene.Cgroup.Path, $"{check.Feature}: {tuning}", port: check.Port)
        );
    }

    public void Prepare(Scene scene) => check.Prepare(scene.Network);

    /// <summary>Reads what the agent says of it.</summary>
    public void ReadDecision(AgentProcess agent)
    {
        var policy = agent.Status()["policies"]!
            .AsArray()
            .Single(policy => (string?)policy!["policy"] == check.Feature)!;
        var feature = policy["features"]![0].Deserialize<FeatureDecision>(Form)!;
        (_state, _variant, _reasons) = (feature.State, feature.Variant, feature.Reasons);
    }

    /// <summary>Demands of new connections what should hold now.</summary>
    public void ShouldHold(Scene scene) => check.Check(scene, _variant, IsInForce ? _values : Values.Host);

    /// <summary>Demands that new connections are as the host makes them.</summary>
    public void ShouldBeOff(Scene scene) => check.Check(scene, _variant, Values.Host);

    /// <summary>Demands of a connection that was open before the policy what the agent says of such.</summary>
    public void CheckOpen(TcpPair open) =>
        Log.Check(
            "open connections",
            () => ShouldReach(open),
            check.Expected(_values) is null ? "nothing of it can be changed later" : NotInForce
        );

    /// <summary>Writes its policy with other values.</summary>
    public void Change(Scene scene)
    {
        _values = Values.Changed;
        WritePolicy(scene);
    }

    /// <summary>Demands the other values, of new connections and of one that was open before the policy.</summary>
    public void CheckChange(Scene scene, TcpPair open) =>
        Log.Check(
            "changed value",
            () =>
            {
                ShouldHold(scene);
                if (check.Expected(_values) is not null)
                {
                    ShouldReach(open);
                }
            },
            check.ChangedTuning is null ? "it has no other values" : NotInForce
        );

    /// <summary>Removes its policy.</summary>
    public void Remove(Scene scene) => File.Delete(Path.Combine(scene.Policies, check.Feature + ".yaml"));

    /// <summary>Demands that it is gone, also from a connection that was open before the policy.</summary>
    public void CheckRemoval(Scene scene, TcpPair open) =>
        Log.Check(
            "removed with the policy",
            () =>
            {
                ShouldBeOff(scene);
                if (check.Expected(_values) is { } tuned)
                {
                    open.SendToServer(Megabyte, Limit);
                    open.SendToClient(Megabyte, Limit);
                    check.Observe(open.Client).ShouldNotBe(tuned, "open connections are released");
                    check.Observe(open.Server).ShouldNotBe(tuned, "open connections are released");
                }
            },
            NotInForce
        );

    private string? NotInForce => IsInForce ? null : "it is not in force";

    private void ShouldReach(TcpPair open)
    {
        // A variant without what can be changed later, or a kernel on which nothing can.
        if (Port != 0)
        {
            ConnectionImage.Use(open); // what shows in a window needs traffic
        }

        var isLeftAlone =
            _variant == "no-clamp" || _reasons.Any(reason => reason.Code == ReasonCodes.LiveSocketsUntouched);
        foreach (var end in new[] { open.Client, open.Server })
        {
            if (isLeftAlone)
            {
                check
                    .Observe(end)
                    .ShouldNotBe(check.Expected(_values), "the agent says that open connections stay as they are");
            }
            else
            {
                check.Observe(end).ShouldBe(check.Expected(_values));
            }
        }
    }
}
