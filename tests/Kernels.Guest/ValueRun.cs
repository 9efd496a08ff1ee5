using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Lab;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>
/// Every value of <see cref="ValueCase"/> at once, a policy and a port each: what a connection has of it is what the policy says, or the agent says that this
/// kernel gives less, and names no value that is given.
/// </summary>
internal sealed class ValueRun : IDisposable
{
    private const int FirstPort = 5300;
    private const string Limits = "/proc/sys/net/core/";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };
    private static readonly string[] Raised = ["rmem_max", "wmem_max"];

    private readonly Scene _scene;
    private readonly ImmutableArray<(string Name, string Value)> _before =
    [
        .. Raised.Select(name => (name, File.ReadAllText(Limits + name).Trim())),
    ];
    private readonly ILookup<string, (ValueCase Case, int Port, FeatureDecision Decision)> _cases;

    /// <summary>Applies the policies.</summary>
    public ValueRun(Scene scene, AgentProcess agent)
    {
        _scene = scene;
        foreach (var name in Raised)
        {
            File.WriteAllText(Limits + name, ValueCase.LargestBuffer.ToString(CultureInfo.InvariantCulture));
        }

        var policies = ValueCase
            .All.Select(
                (@case, index) =>
                    (
                        Case: @case,
                        Name: string.Create(CultureInfo.InvariantCulture, $"value-{index}"),
                        Port: FirstPort + index
                    )
            )
            .ToList();
        scene.Write(
            "values.yaml",
            string.Join(
                "---\n",
                policies.Select(policy =>
                    Yaml.Policy(
                        policy.Name,
                        scene.Cgroup.Path,
                        $"{policy.Case.Feature}: {policy.Case.Tuning}",
                        port: policy.Port
                    )
                )
            )
        );
        var decisions = agent.Reconcile()["policies"]!
            .AsArray()
            .ToDictionary(
                policy => (string)policy!["policy"]!,
                policy => policy!["features"]![0].Deserialize<FeatureDecision>(Form)!,
                StringComparer.Ordinal
            );
        _cases = policies.ToLookup(
            policy => policy.Case.Feature,
            policy => (policy.Case, policy.Port, decisions[policy.Name]),
            StringComparer.Ordinal
        );
    }

    /// <summary>Whether there are values of a feature.</summary>
    public bool Has(string feature) => _cases.Contains(feature);

    /// <summary>Demands of each value of a feature that a connection has it, or that the agent says it has not.</summary>
    public void Check(string feature) => _cases[feature].SelectMany(Problems).ShouldBeEmpty();

    public void Dispose()
    {
        File.Delete(Path.Combine(_scene.Policies, "values.yaml"));
        foreach (var (name, value) in _before)
        {
            File.WriteAllText(Limits + name, value);
        }
    }

    private IEnumerable<string> Problems((ValueCase Case, int Port, FeatureDecision Decision) tried)
    {
        if (tried.Decision.State is not (PolicyState.Active or PolicyState.Degraded))
        {
            yield break; // the agent says that nothing of it is given
        }

        using var pair = _scene.Connect(new TcpPairOptions { ClientCgroup = _scene.Cgroup, Port = tried.Port });
        var found = tried.Case.Read(pair);
        var saidToBeLess = tried.Decision.Reasons.Any(reason =>
            reason.Code is ReasonCodes.ValueCapped or ReasonCodes.CapabilityMissing
        );
        if (tried.Case.IsGiven(found) == (saidToBeLess && !tried.Case.MayBeRaised))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{tried.Case} gives {found}, {tried.Case.Least} to {tried.Case.Most} is all of it; the agent "
                    + $"says {tried.Decision.State}: "
                    + $"{string.Join("; ", tried.Decision.Reasons.Select(reason => reason.Text))}"
            );
        }
    }
}
