using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;

namespace NetEdit.Agent.Auditing;

/// <summary>What one connection tells of a feature it is given.</summary>
internal enum Telling
{
    /// <summary>It has what was promised.</summary>
    Kept,

    /// <summary>It was set, and is otherwise now.</summary>
    Otherwise,

    /// <summary>It was opened when all was in force, and nothing was set.</summary>
    DidNotRun,

    /// <summary>It was set, and nothing shows whether it still is.</summary>
    Ran,

    /// <summary>Nothing follows from it.</summary>
    Nothing,
}

/// <summary>What was found of one feature of one connection.</summary>
internal sealed record Finding(SampledConnection Sampled, string Policy, string Feature, Telling Telling, string Promised, string Found);

/// <summary>Compares connections with what the policies promise. Pure.</summary>
internal static class ConnectionAudit
{
    /// <summary>Evidence that is kept of a feature of a policy.</summary>
    public const int MostEvidence = 3;

    /// <summary>Connections, opened since the audit before, that must tell of a feature before it fails by most of them.</summary>
    public const int Least = 3;

    /// <summary>What a connection tells of each feature that a policy gives it.</summary>
    /// <param name="sampled">The connection.</param>
    /// <param name="info">What was done to it, and why.</param>
    /// <param name="host">The host.</param>
    /// <param name="changeable">Policies that may match a connection later than when it was established: an accepted socket changes its user, a route its interface.</param>
    /// <param name="promises">What a feature with the values of a policy promises.</param>
    public static IEnumerable<Finding> Examine(SampledConnection sampled, ConnectionInfo info, HostFacts host, IReadOnlySet<string> changeable, Func<string, string, ExaminedSocket, ImmutableArray<Promise>> promises)
    {
        var connection = sampled.Connection;
        if (connection.Direction is not { } direction)
        {
            yield break;
        }

        var socket = new ExaminedSocket(connection.Now, direction, connection.Peer.AddressFamily == AddressFamily.InterNetworkV6, host);
        foreach (var feature in info.Features)
        {
            if (feature.Policy is null || feature.State is ConnectionFeatureState.Leftover or ConnectionFeatureState.NotGiven)
            {
                continue;
            }

            // With a reason it has values of earlier rules.
            var ran = feature.State == ConnectionFeatureState.Applied && feature.Why.Length == 0;
            var leftAlone = feature.State == ConnectionFeatureState.NotApplied && sampled.IsNew && info.Tuning != ConnectionTuning.Unknown && WasLeftAlone(connection.Tuning)
                && (sampled.IsProbe || !changeable.Contains(feature.Policy));
            ImmutableArray<Promise> promised = ran || leftAlone ? promises(feature.Policy, feature.Feature, socket) : [];
            var broken = promised.RemoveAll(promise => promise.IsKept);
            var telling = promised.Length > 0 && broken.IsEmpty ? Telling.Kept
                : leftAlone ? Telling.DidNotRun
                : ran && promised.IsEmpty ? Telling.Ran
                : ran && sampled.IsNew ? Telling.Otherwise
                : Telling.Nothing; // what was open before may have been given earlier values
            yield return telling == Telling.DidNotRun
                ? new Finding(sampled, feature.Policy, feature.Feature, telling, feature.Values.Length == 0 ? feature.Feature : feature.Values, "nothing (no program has met the connection)")
                : new Finding(sampled, feature.Policy, feature.Feature, telling, string.Join(", ", broken.Select(promise => promise.Promised)), string.Join(", ", broken.Select(promise => promise.Found)));
        }
    }

    /// <summary>What follows for a feature of a policy.</summary>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="feature">Name of the feature.</param>
    /// <param name="missing">What the kernel lacks of it, or null.</param>
    /// <param name="findings">What connections tell of it.</param>
    /// <param name="before">What the audit before said, of the same rules and values; else null.</param>
    /// <param name="now">The time.</param>
    public static AuditLine Conclude(string policy, string feature, string? missing, IReadOnlyCollection<Finding> findings, AuditLine? before, DateTimeOffset now)
    {
        var (kept, ran) = (CountNew(Telling.Kept), CountNew(Telling.Ran));
        List<Finding> wrong = [.. findings.Where(finding => finding.Telling is Telling.Otherwise or Telling.DidNotRun).OrderByDescending(finding => finding.Sampled.IsProbe)];
        var otherwise = wrong.Count(finding => finding.Telling == Telling.Otherwise);
        var didNotRun = wrong.Count - otherwise;
        var failed = missing is not null || wrong.Exists(finding => finding.Sampled.IsProbe) || IsMost(otherwise, kept) || IsMost(didNotRun, kept + otherwise + ran);
        ImmutableArray<AuditEvidence> evidence =
        [
            .. missing is null ? (AuditEvidence[])[] : [new AuditEvidence(now, null, null, IsProbe: false, DidNotRun: true, "", missing)],
            .. wrong.Take(MostEvidence).Select(finding => new AuditEvidence(
                now, finding.Sampled.Connection.Local.ToString(), finding.Sampled.Connection.Peer.ToString(), finding.Sampled.IsProbe, finding.Telling == Telling.DidNotRun, finding.Promised, finding.Found)),
        ];

        // Without a new connection that says otherwise, what failed has.
        ImmutableArray<AuditEvidence> earlier = before is { Verdict: AuditVerdict.AuditFailed } ? before.Evidence.RemoveAll(item => item.Local is null) : [];
        if (!failed && !earlier.IsEmpty && kept == 0 && !(ran > 0 && earlier.All(item => item.DidNotRun)))
        {
            (failed, evidence) = (true, [.. evidence.Concat(earlier).Take(MostEvidence)]);
        }

        var all = findings.Count(finding => finding.Telling == Telling.Kept);
        return new AuditLine(
            policy,
            feature,
            all,
            wrong.Count,
            findings.Count - all - wrong.Count,
            failed ? AuditVerdict.AuditFailed : wrong.Count > 0 ? AuditVerdict.Otherwise : all > 0 ? AuditVerdict.Kept : AuditVerdict.NotTold,
            evidence);

        int CountNew(Telling telling) => findings.Count(finding => finding.Telling == telling && finding.Sampled.IsNew);
    }

    private static bool IsMost(int bad, int good) => bad + good >= Least && bad > good;

    // A chain that is gone takes the names of what it applied with it: what it applied anything to was met.
    private static bool WasLeftAlone(RememberedTuning? tuning) => tuning is null || (tuning is { Applied: 0, Walked: false } && tuning.Errors.All(error => error is null));
}
