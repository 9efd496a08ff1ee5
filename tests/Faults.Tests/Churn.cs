using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NetEdit.Lab;

namespace NetEdit.Faults.Tests;

/// <summary>
/// The real agent under policies that change at random, while connections are opened in a scope that is always tuned. Disposing uninstalls and proves
/// that nothing is left.
/// </summary>
internal sealed class Churn : IDisposable
{
    private const int Clamp = 48 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Scene _scene = new();
    private readonly LabCgroup _inner;
    private readonly Board _board = new();
    private readonly Process _prober;
    private readonly Random _random;
    private readonly int _seed;
    private readonly ImmutableArray<(string Policies, ConnectionExpectation Expectation)> _states;
    private readonly List<int> _pushed = [];
    private ConnectionExpectation _expectation = ConnectionExpectation.Nothing;
    private ConnectionExpectation _next = ConnectionExpectation.Nothing;
    private AgentProcess? _agent;

    public Churn(int seed, int pauseMicroseconds = 0)
    {
        _seed = seed;
#pragma warning disable CA5394 // The same seed must give the same run.
        _random = new Random(seed);
#pragma warning restore CA5394
        _inner = _scene.Cgroup.CreateChild("inner");
        var (outer, inner) = (_scene.Cgroup.Path, _inner.Path);
        _states =
        [
            State(ConnectionExpectation.Of(40), ("inner", inner, "initial-cwnd: { segments: 40 }")),
            State(ConnectionExpectation.Of(30), ("inner", inner, "initial-cwnd: { segments: 30 }")),
            State(
                ConnectionExpectation.Of(40, Clamp),
                ("inner", inner, "initial-cwnd: { segments: 40 }\nreceive-window: { clamp: 48KiB }")
            ),
            State(ConnectionExpectation.Of(40), ("outer", outer, "initial-cwnd: { segments: 40 }")),
            State(
                ConnectionExpectation.Of(40, Clamp),
                ("inner", inner, "initial-cwnd: { segments: 40 }"),
                ("outer", outer, "initial-cwnd: { segments: 20 }\nreceive-window: { clamp: 48KiB }")
            ),
            State(
                ConnectionExpectation.Of(30, null, "netedit_dctcp"),
                ("outer", outer, "initial-cwnd: { segments: 30 }\ndctcp: {}")
            ),
        ];
        _prober = Process.Start(
            new ProcessStartInfo(
                Board.Program,
                [_inner.FullPath, _board.Path, pauseMicroseconds.ToString(CultureInfo.InvariantCulture)]
            )
        )!;
        _board.WaitUntilReady();
    }

    public long Connections => _board.Held;

    public long Crossed => _board.Crossed;

    /// <summary>A number from 0 up to a bound.</summary>
#pragma warning disable CA5394
    public int Next(int bound) => _random.Next(bound);
#pragma warning restore CA5394

    /// <summary>Starts an agent and returns at once.</summary>
    public void StartAgent() => _agent = _scene.Launch([]);

    public void StopAgent()
    {
        _agent?.Stop();
        _agent = null;
    }

    public void KillAgent()
    {
        _agent?.Kill();
        _agent?.Dispose();
        _agent = null;
    }

    /// <summary>Writes other policies, as a config push does. What both states give is expected from now on.</summary>
    public void Push()
    {
        var state = Next(_states.Length);
        var (policies, expectation) = _states[state];
        _pushed.Add(state);
        _next = expectation;
        _expectation = _expectation.And(expectation);
        _board.Expect(_expectation);
        _scene.Write("policies.yaml", policies); // one file, so that no half of a push is seen
    }

    /// <summary>Waits until the agent says that the kernel holds what was pushed last. From now on its expectation holds as a whole.</summary>
    public void Converge()
    {
        var agent = _agent!;
        agent.WaitForFirstPass();
        var watch = Stopwatch.StartNew();
        while (
            agent.Reconcile() is var status
            && status["policies"]!.AsArray().Any(policy => (string?)policy!["state"] != "Active")
        )
        {
            (watch.Elapsed < Limit).ShouldBeTrue($"seed {_seed}: not converged: {status.ToJsonString()}\n{agent.Text}");
        }

        _expectation = _next;
        _board.Expect(_expectation);
    }

    /// <summary>Demands that no connection showed less than was expected.</summary>
    public void Check(string when)
    {
        _board.WaitForConnections(3);
        _board.Broken.ShouldBe(
            0,
            $"seed {_seed}, {when}, after states {string.Join(", ", _pushed.TakeLast(4))}: connections showed "
                + $"less than expected:\n{string.Join('\n', _board.Breaches())}"
        );
    }

    /// <summary>Demands that nothing is left to do, and no orphans are there.</summary>
    public void End()
    {
        StopAgent();
        var plan = _scene.RunWithPolicies("plan");
        plan.ExitCode.ShouldBe(0, $"seed {_seed}: {plan}");
        var orphans = _scene.Run("gc", "--dry-run");
        orphans.ExitCode.ShouldBe(0, $"seed {_seed}: {orphans}");
        Check("the end");
        _prober.HasExited.ShouldBeFalse();
    }

    public void Dispose()
    {
        _board.Stop();
        if (!_prober.WaitForExit(5000))
        {
            _prober.Kill();
        }

        _prober.Dispose();
        _agent?.Dispose();
        _inner.Dispose();
        _scene.Dispose();
        _board.Dispose();
    }

    private static (string Policies, ConnectionExpectation Expectation) State(
        ConnectionExpectation expectation,
        params (string Name, string Scope, string Tuning)[] policies
    ) =>
        (
            string.Join("---\n", policies.Select(policy => Yaml.Policy(policy.Name, policy.Scope, policy.Tuning))),
            expectation
        );
}
