using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>A test feature at every hookpoint of standalone programs, side by side, over loopback.</summary>
internal sealed partial class HookRun
{
    private static readonly string[] Names =
    [
        "test-addresses",
        "test-options",
        "test-socket-ingress",
        "test-socket-egress",
        "test-traffic-ingress",
        "test-traffic-egress",
        "test-xdp",
        "test-lookup",
        "test-iterator",
        "test-tracepoint",
        "test-raw-tracepoint",
        "test-function",
        "test-function-probe",
        "test-processor",
        "test-processor-in-cgroup",
    ];

    private readonly Scene _scene;
    private readonly HookEffects _effects;
    private readonly ImmutableArray<HookRecord> _features;
    private AgentProcess? _agent;

    /// <summary>Prepares a run.</summary>
    /// <param name="scene">Disposed of at its end, as the last check.</param>
    public HookRun(Scene scene)
    {
        _scene = scene;
        _effects = new HookEffects(
            _scene.Cgroup,
            Met,
            () =>
                Directory.Exists(_scene.Pins + "/attached")
                    ? Directory
                        .GetDirectories(_scene.Pins + "/attached", "test-iterator-*")
                        .SelectMany(directory => Directory.GetFiles(directory, "link-*"))
                        .FirstOrDefault()
                    : null
        );
        // Also types of service: their lowest two bits are not theirs.
        _features = [.. Names.Select((name, index) => new HookRecord(name, _scene, _effects, 40 + (4 * index)))];
    }

    public ImmutableArray<FeatureReport> Run()
    {
        var host = new CheckLog("hookpoints");
        Each("nothing before", feature => feature.ShouldBeOff(), onlyInForce: false);
        foreach (var feature in _features)
        {
            feature.WritePolicy();
        }

        host.Check("policies are applied", Start);
        if (_agent is not null)
        {
            Live(host);
        }

        host.Check("uninstalled without residue", _scene.Dispose);
        return
        [
            .. _features.Select(feature => feature.Report),
            new FeatureReport("all together", PolicyState.Active, "", [], host.Checks),
        ];
    }

    private void Live(CheckLog host)
    {
        foreach (var feature in _features)
        {
            feature.ReadDecision(_agent!);
        }

        Each("effect", feature => feature.ShouldAct());
        var ids = Ids();
        host.Check(
            "other values are applied",
            () =>
            {
                foreach (var feature in _features)
                {
                    feature.ChangeValues();
                }

                _agent!.Reconcile();
                Ids().ShouldBe(ids, "values load no program");
            }
        );
        Each("other values", feature => feature.ShouldAct());
        host.Check("pause", _agent!.Pause);
        Each("paused", feature => feature.ShouldBeOff());
        host.Check("resume", _agent!.Resume);
        Each("resumed", feature => feature.ShouldAct());

        _agent!.Kill();
        Each("acts while no agent runs", feature => feature.ShouldAct(), needsNoCount: true);
        host.Check(
            "the next agent adopts all of it without a change",
            () =>
            {
                Start();
                _agent.Actions.ShouldBeEmpty();
                Ids().ShouldBe(ids);
            }
        );
        Each("adopted", feature => feature.ShouldAct());
        Each("removed with the policy", feature => feature.Remove(_agent));
        host.Check("without policies nothing is pinned", () => Directory.Exists(_scene.Pins).ShouldBeFalse());
    }

    private void Start() => _agent = _scene.StartAgent("--features", Path.Combine(AppContext.BaseDirectory, "plugins"));

    private string Ids() => Scene.Ids(_agent!.Status()["kernel"]!);

    private void Each(string name, Action<HookRecord> check, bool onlyInForce = true, bool needsNoCount = false)
    {
        foreach (var feature in _features)
        {
            feature.Log.Check(
                name,
                () => check(feature),
                onlyInForce && !feature.IsInForce ? "it is not in force"
                    : needsNoCount && feature.OnlyCounts ? "nobody reads its count"
                    : null
            );
        }
    }

    /// <summary>How often the programs of a feature say that they acted.</summary>
    private ulong Met(string feature) =>
        _agent is null
            ? 0
            : Counted()
                .Matches(_agent.Get("/metrics").Body)
                .Where(match => match.Groups["feature"].Value == feature)
                .Aggregate(
                    0UL,
                    (sum, match) =>
                        sum + (ulong)double.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)
                );

    [GeneratedRegex(
        """^netedit_program_events_total\{feature="(?<feature>[^"]+)",.*\} (?<count>[0-9.e+]+)$""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Counted();
}
