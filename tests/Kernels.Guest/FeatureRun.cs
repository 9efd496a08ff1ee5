using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetEdit.EndToEnd.Tests;
using NetEdit.Lab;
using NetEdit.Policies;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>A feature from its policy to its removal, on hosts of its own.</summary>
internal sealed class FeatureRun(FeatureCheck check)
{
    private const string Policy = "checked";
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly ImmutableArray<CheckReport>.Builder _checks = ImmutableArray.CreateBuilder<CheckReport>();
    private PolicyState _state = PolicyState.Failed;
    private string? _variant;
    private ImmutableArray<Reason> _reasons = [];

    private bool IsInForce => _state is PolicyState.Active or PolicyState.Degraded;

    /// <summary>Whether the agent says that open connections stay as they are.</summary>
    private bool LeavesOpenConnections => _variant == "no-clamp" || _reasons.Any(reason => reason.Code == ReasonCodes.LiveSocketsUntouched);

    public FeatureReport Run()
    {
        Scene? scene = null;
        Check("nothing is tuned before", () =>
        {
            scene = new Scene();
            check.Check(scene, null, Values.Host);
        });
        if (scene is not null)
        {
            check.Prepare(scene.Network);
            Check("decided without an error", () => Live(scene));
            Check("uninstalled without residue", scene.Dispose);
        }

        return new FeatureReport(check.Feature, _state, _variant, _reasons, _checks.ToImmutable());
    }

    private void Live(Scene scene)
    {
        using var open = scene.Connect();
        Write(scene, check.Tuning);
        using var agent = scene.StartAgent();
        ReadDecision(agent.Status());
        if (!IsInForce)
        {
            _state.ShouldBe(PolicyState.Unsupported, agent.Text);
            Check("effect", () => check.Check(scene, _variant, Values.Host));
            return;
        }

        Check("effect", () => check.Check(scene, _variant, Values.Policy));
        Check("open connections", () => CheckOpen(open, Values.Policy), check.Expected(Values.Policy) is null ? "nothing of it can be changed later" : null);
        Check("changed value", () => Change(scene, agent, open), check.ChangedTuning is null ? "it has no values" : null);
        Check("pause and resume", () => PauseAndResume(scene));
        var next = agent;
        Check("killed, connections stay tuned and the next agent adopts", () => next = KillAndAdopt(scene, agent));
        Check("removed with the policy", () => Remove(scene, next, open));
    }

    private void ReadDecision(JsonNode status)
    {
        var feature = status["policies"]![0]!["features"]![0].Deserialize<FeatureDecision>(Form)!;
        (_state, _variant, _reasons) = (feature.State, feature.Variant, feature.Reasons);
    }

    private void CheckOpen(TcpPair open, Values values)
    {
        foreach (var end in new[] { open.Client, open.Server })
        {
            if (LeavesOpenConnections)
            {
                check.Shown(end).ShouldNotBe(check.Expected(values), "the agent says that open connections stay as they are");
            }
            else
            {
                check.Shown(end).ShouldBe(check.Expected(values));
            }
        }
    }

    private void Change(Scene scene, AgentProcess agent, TcpPair open)
    {
        var ids = Scene.Ids(agent.Status()["kernel"]!);
        var actions = agent.Actions.Count;
        Write(scene, check.ChangedTuning!);
        agent.WaitFor(() => agent.Actions.Count > actions, "the changed value is written");
        agent.Status(); // answered after the pass
        check.Check(scene, _variant, Values.Changed);
        if (check.Expected(Values.Changed) is not null)
        {
            CheckOpen(open, Values.Changed);
        }

        Scene.Ids(agent.Status()["kernel"]!).ShouldBe(ids, "a value loads no program");
    }

    private void PauseAndResume(Scene scene)
    {
        Verb(scene, "pause");
        check.Check(scene, _variant, Values.Host);
        Verb(scene, "resume");
        check.Check(scene, _variant, InForce);
    }

    private AgentProcess KillAndAdopt(Scene scene, AgentProcess agent)
    {
        var ids = Scene.Ids(agent.Status()["kernel"]!);
        agent.Kill();
        check.Check(scene, _variant, InForce);
        var next = scene.StartAgent();
        next.Actions.ShouldBeEmpty();
        Scene.Ids(next.Status()["kernel"]!).ShouldBe(ids);
        return next;
    }

    private void Remove(Scene scene, AgentProcess agent, TcpPair open)
    {
        File.Delete(Path.Combine(scene.Policies, Policy + ".yaml"));
        agent.WaitFor(() => !Directory.Exists(scene.Pins), "nothing is pinned any more");
        check.Check(scene, _variant, Values.Host);
        if (check.Expected(InForce) is { } tuned)
        {
            check.Shown(open.Client).ShouldNotBe(tuned, "open connections are released");
            check.Shown(open.Server).ShouldNotBe(tuned, "open connections are released");
        }
    }

    private Values InForce => check.ChangedTuning is null ? Values.Policy : Values.Changed;

    private void Write(Scene scene, string tuning) => scene.Write(Policy + ".yaml", Yaml.Policy(Policy, scene.Cgroup.Path, $"{check.Feature}: {tuning}"));

    private static void Verb(Scene scene, string verb)
    {
        var outcome = Netedit.Run(verb, "--socket", scene.Socket, "--ledger", scene.Ledger, "--state", scene.State);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
    }

    /// <summary>Runs a check; what goes wrong is in its report.</summary>
    private void Check(string name, Action action, string? notApplicable = null)
    {
        if (notApplicable is not null)
        {
            _checks.Add(new CheckReport(name, CheckOutcome.NotApplicable, notApplicable, 0));
            return;
        }

        var watch = Stopwatch.StartNew();
        var (outcome, detail) = (CheckOutcome.Passed, "");
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever it is, the other checks go on and the report says so.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            (outcome, detail) = (CheckOutcome.Failed, failure.ToString());
        }

        _checks.Add(new CheckReport(name, outcome, detail, watch.Elapsed.TotalSeconds));
        Console.WriteLine($"guest: {check.Feature}: {name}: {outcome} ({watch.Elapsed.TotalSeconds:0.0} s){(detail.Length == 0 ? "" : "\n" + detail)}");
    }
}
