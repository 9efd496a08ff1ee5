using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>Connections that a policy is, or is not, for.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Treated">Whether they are of its share; those of a policy without a share always are.</param>
internal readonly record struct ArmSeries(string Policy, bool Treated)
{
    /// <summary>As a label: <c>on</c> or <c>off</c>.</summary>
    public string Arm => Treated ? "on" : "off";
}

/// <summary>
/// Adds what the kernel counts and measures by profile up by policy. A profile may go and take its counts along; the sums never fall.
/// </summary>
internal sealed class ConnectionLedger
{
    private readonly Dictionary<(string Policy, string Feature), ulong> _observed = [];
    private readonly Dictionary<ArmSeries, ulong> _arms = [];
    private readonly Dictionary<ArmSeries, MeasureSums> _measures = [];
    private readonly Dictionary<ulong, DesiredProfile> _profiles = [];
    private Dictionary<ulong, ulong> _lastConnections = [];
    private Dictionary<ulong, MeasureSums> _lastMeasures = [];

    /// <summary>Connections that policies in mode observe would have given a feature to.</summary>
    public IReadOnlyDictionary<(string Policy, string Feature), ulong> Observed => _observed;

    /// <summary>Connections of policies with a share.</summary>
    public IReadOnlyDictionary<ArmSeries, ulong> Arms => _arms;

    /// <summary>What connections were like, of policies that are measured.</summary>
    public IReadOnlyDictionary<ArmSeries, MeasureSums> Measures => _measures;

    /// <summary>The arms of a profile's measured policies.</summary>
    public static IEnumerable<ArmSeries> MeasuredArms(DesiredProfile profile) =>
        profile.Measured.Select(policy => new ArmSeries(
            policy,
            !profile.Arms.Contains(new PolicyArm(policy, Treated: false))
        ));

    /// <summary>Takes in what the kernel counts now.</summary>
    /// <param name="desired">Says whose the profiles are; those of a former state are remembered while they are counted.</param>
    /// <param name="usage">The counts.</param>
    public void Update(DesiredState desired, KernelUsage usage)
    {
        foreach (var profile in desired.Profiles)
        {
            _profiles[profile.Id] = profile;
            Count(profile, 0); // a series that starts at nought lets its first increase be seen
        }

        var connections = new Dictionary<ulong, ulong>();
        foreach (var (id, count) in usage.Connections)
        {
            var before = _lastConnections.GetValueOrDefault(id);
            connections[id] = count;
            if (_profiles.TryGetValue(id, out var profile))
            {
                Count(profile, count >= before ? count - before : count);
            }
        }

        var measures = new Dictionary<ulong, MeasureSums>();
        foreach (var measured in usage.Measures)
        {
            var now = MeasureSums.Of(measured);
            var before = _lastMeasures.GetValueOrDefault(measured.Profile);
            measures[measured.Profile] = now;
            foreach (var arm in _profiles.TryGetValue(measured.Profile, out var profile) ? MeasuredArms(profile) : [])
            {
                _measures[arm] = _measures
                    .GetValueOrDefault(arm, MeasureSums.None)
                    .Add(before is not null && now.Connections >= before.Connections ? now.Without(before) : now);
            }
        }

        (_lastConnections, _lastMeasures) = (connections, measures);
        foreach (
            var gone in _profiles
                .Keys.Except(desired.Profiles.Select(profile => profile.Id))
                .Where(id => !connections.ContainsKey(id))
                .ToArray()
        )
        {
            _profiles.Remove(gone);
        }
    }

    private void Count(DesiredProfile profile, ulong count)
    {
        foreach (var entry in profile.Observed)
        {
            _observed[(entry.Policy, entry.Feature)] =
                _observed.GetValueOrDefault((entry.Policy, entry.Feature)) + count;
        }

        foreach (var arm in profile.Arms)
        {
            var series = new ArmSeries(arm.Policy, arm.Treated);
            _arms[series] = _arms.GetValueOrDefault(series) + count;
        }
    }
}
