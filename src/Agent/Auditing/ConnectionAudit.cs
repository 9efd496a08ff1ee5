using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>Compares connections with what the policies give them. Pure.</summary>
internal static class ConnectionAudit
{
    /// <summary>Evidence that is kept of a feature of a policy.</summary>
    public const int MostEvidence = 3;

    /// <summary>Connections, opened since the audit before, that must tell of a feature before it is contradicted by most of them.</summary>
    public const int Least = 3;

    /// <summary>What a connection shows of each feature that a policy gives it.</summary>
    /// <param name="sampled">The connection.</param>
    /// <param name="info">What was done to it, and why.</param>
    /// <param name="context">What it is held against.</param>
    public static IEnumerable<Finding> Examine(SampledConnection sampled, ConnectionInfo info, AuditContext context)
    {
        var connection = sampled.Connection;
        if (connection.Direction is not { } direction)
        {
            yield break;
        }

        var socket = new ExaminedSocket(
            connection.Now,
            direction,
            connection.Peer.AddressFamily == AddressFamily.InterNetworkV6,
            context.Host
        );
        foreach (var feature in info.Features)
        {
            if (
                feature.Policy is { } policy
                && feature.State is not (ConnectionFeatureState.Leftover or ConnectionFeatureState.NotGiven)
            )
            {
                var (showing, doubt, expected, found) = Show(sampled, info.Tuning, feature, policy, socket, context);
                yield return new Finding(sampled, policy, feature.Feature, showing, doubt, expected, found);
            }
        }
    }

    /// <summary>What follows for a feature of a policy.</summary>
    /// <param name="subject">The feature, and what the kernel holds of it.</param>
    /// <param name="findings">What connections show of it.</param>
    /// <param name="now">The time.</param>
    public static AuditLine Conclude(AuditSubject subject, IReadOnlyCollection<Finding> findings, DateTimeOffset now)
    {
        List<Finding> wrong =
        [
            .. findings
                .Where(finding => finding.Contradiction is not null)
                .OrderByDescending(finding => finding.Sampled.IsProbe),
        ];
        var isContradicted =
            subject.Missing is not null || wrong.Exists(finding => finding.Sampled.IsProbe) || IsContradicted(findings);
        ImmutableArray<AuditEvidence> evidence =
        [
            .. subject.Missing is { } missing
                ? (AuditEvidence[])
                    [new AuditEvidence(now, Contradiction.Kernel, null, null, IsProbe: false, "", missing)]
                : [],
            .. wrong
                .Take(MostEvidence)
                .Select(finding => new AuditEvidence(
                    now,
                    finding.Contradiction!.Value,
                    finding.Sampled.Connection.Local.ToString(),
                    finding.Sampled.Connection.Peer.ToString(),
                    finding.Sampled.IsProbe,
                    finding.Expected,
                    finding.Found
                )),
        ];

        // Without a new connection that says otherwise, what was contradicted is.
        ImmutableArray<AuditEvidence> earlier = subject.Before is { Verdict: AuditVerdict.Contradicted } before
            ? before.Evidence.RemoveAll(item => item.Local is null)
            : [];
        if (
            !isContradicted
            && !earlier.IsEmpty
            && CountNew(findings, Showing.Confirmed) == 0
            && !(
                CountNew(findings, Showing.ProgramRan) > 0
                && earlier.All(item => item.Kind != Contradiction.Overwritten)
            )
        )
        {
            (isContradicted, evidence) = (true, [.. evidence.Concat(earlier).Take(MostEvidence)]);
        }

        var bySocket = findings.Count(finding => finding.Showing == Showing.Confirmed);
        var confirmed = bySocket + findings.Count(finding => finding.Showing == Showing.ProgramRan);
        var why =
            isContradicted ? null
            : subject.IsPaused ? AuditDoubts.Of(AuditDoubts.Paused, findings.Count)
            : wrong.Count > 0
                ? AuditDoubts.Of(
                    wrong.Count < Least && confirmed == 0 ? AuditDoubts.TooFew : AuditDoubts.SomeContradict,
                    wrong.Count
                )
            : bySocket > 0 || !subject.IsOfConnections ? null
            : confirmed > 0 ? subject.Overruled
            : subject.Unseen ?? Commonest(findings);
        return new AuditLine(
            subject.Policy,
            subject.Feature,
            isContradicted ? AuditVerdict.Contradicted
                : why is null ? AuditVerdict.Confirmed
                : AuditVerdict.Inconclusive
        )
        {
            Confirmed = confirmed,
            BySocket = bySocket,
            Contradicted = wrong.Count,
            Inconclusive = findings.Count - confirmed - wrong.Count,
            RestsOn =
                isContradicted || why is not null ? null
                : bySocket > 0 ? AuditBasis.Socket
                : confirmed > 0 ? AuditBasis.Program
                : AuditBasis.Kernel,
            Why = why,
            Evidence = evidence,
        };
    }

    private static (Showing Showing, string? Doubt, string Expected, string Found) Show(
        SampledConnection sampled,
        ConnectionTuning tuning,
        ConnectionFeatureInfo feature,
        string policy,
        ExaminedSocket socket,
        AuditContext context
    )
    {
        var given = feature.Values.Length == 0 ? feature.Feature : feature.Values;
        switch (feature.State)
        {
            case ConnectionFeatureState.Paused:
                return Doubtful(AuditDoubts.Paused);
            case ConnectionFeatureState.Failed:
                return sampled.Counts(policy, feature.Feature)
                    ? (Showing.Refused, null, given, $"refused by the kernel ({Reasons(feature.Error, feature.Why)})")
                    : Doubtful(AuditDoubts.NoNewConnection);
            case ConnectionFeatureState.Applied when feature.Why.Length > 0:
                return Doubtful(AuditDoubts.EarlierRules);
        }

        // What nothing was done to shows something only when it should have been met, or when nobody can read whether it was.
        var isApplied = feature.State == ConnectionFeatureState.Applied;
        var expected =
            isApplied || tuning == ConnectionTuning.Unknown || sampled.Counts(policy, feature.Feature)
                ? context.Expectations(policy, feature.Feature, socket)
                : [];
        if (expected.IsDefault)
        {
            return Doubtful(AuditDoubts.FeatureError);
        }

        var broken = expected.RemoveAll(expectation => expectation.Result != ExpectationResult.Contradicted);
        if (broken.IsEmpty && expected.Any(expectation => expectation.Result == ExpectationResult.Confirmed))
        {
            return (Showing.Confirmed, null, "", "");
        }

        if (isApplied)
        {
            return expected.IsEmpty ? (Showing.ProgramRan, null, "", "")
                : broken.IsEmpty ? Doubtful(AuditDoubts.KernelMayDiffer)
                : sampled.Counts(policy, feature.Feature)
                    ? (
                        Showing.Overwritten,
                        null,
                        Join(broken, expectation => expectation.Expected),
                        Join(broken, expectation => expectation.Found)
                    )
                : Doubtful(AuditDoubts.NoNewConnection); // what was open before may have been given earlier values
        }

        return tuning == ConnectionTuning.Unknown ? Doubtful(AuditDoubts.KernelTooOld)
            : !sampled.Counts(policy, feature.Feature) ? Doubtful(AuditDoubts.NoNewConnection)
            : !WasLeftAlone(sampled.Connection.Tuning) ? Doubtful(AuditDoubts.EarlierRules)
            : !sampled.IsProbe && context.Changeable.Contains(policy) ? Doubtful(AuditDoubts.OriginMayDiffer)
            : (Showing.NotReached, null, given, "nothing (no program has met the connection)");

        static (Showing, string?, string, string) Doubtful(string doubt) => (Showing.Inconclusive, doubt, "", "");
        static string Join(ImmutableArray<Expectation> some, Func<Expectation, string> text) =>
            string.Join(", ", some.Select(text));
        static string Reasons(params string?[] some) =>
            string.Join(": ", some.Where(text => !string.IsNullOrEmpty(text)));
    }

    /// <summary>Whether most new connections contradict it, each kind of contradiction being held against those that could show the opposite.</summary>
    private static bool IsContradicted(IReadOnlyCollection<Finding> findings)
    {
        var (confirmed, ran) = (CountNew(findings, Showing.Confirmed), CountNew(findings, Showing.ProgramRan));
        var (overwritten, unset) = (
            CountNew(findings, Showing.Overwritten),
            CountNew(findings, Showing.NotReached) + CountNew(findings, Showing.Refused)
        );
        return IsMost(overwritten, confirmed)
            || IsMost(unset, confirmed + overwritten + ran)
            || IsMost(overwritten + unset, confirmed + ran);

        static bool IsMost(int bad, int good) => bad + good >= Least && bad > good;
    }

    private static int CountNew(IReadOnlyCollection<Finding> findings, Showing showing) =>
        findings.Count(finding => finding.Showing == showing && finding.Sampled.IsNew);

    private static Reason Commonest(IReadOnlyCollection<Finding> findings) =>
        findings
            .CountBy(finding => finding.Doubt!)
            .OrderByDescending(doubt => doubt.Value)
            .Select(doubt => AuditDoubts.Of(doubt.Key, doubt.Value))
            .FirstOrDefault()
        ?? AuditDoubts.Of(AuditDoubts.NoConnection, 0);

    // A chain that is gone takes the names of what it applied with it: what it applied anything to was met.
    private static bool WasLeftAlone(RememberedTuning? tuning) =>
        tuning is null || (tuning is { Applied: 0, Walked: false } && tuning.Errors.All(error => error is null));
}
