using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Connections;

/// <summary>Says of each feature what came of it on a connection, and why. Pure.</summary>
internal static class ConnectionFeatureReports
{
    /// <summary>Explains the features of a connection, sorted by name.</summary>
    public static ImmutableArray<ConnectionFeatureInfo> Of(
        OpenConnection connection,
        ConnectionDecision? decision,
        ConnectionContext context
    )
    {
        var given = decision?.Features ?? [];
        var names = given.Select(feature => feature.Feature).ToHashSet(StringComparer.Ordinal);
        var others = connection.Tuning is not { } tuning
            ? []
            : Set(tuning, context)
                .Where(feature => !names.Contains(feature.Feature))
                .Select(feature => new ConnectionFeatureInfo(
                    feature.Feature,
                    feature.Error is not null ? ConnectionFeatureState.Failed
                        : decision is null ? ConnectionFeatureState.Applied
                        : ConnectionFeatureState.Leftover,
                    context.PolicyOf(tuning.AppliedProfile, feature.Feature),
                    "",
                    feature.Error?.Errno,
                    feature.Error is { } error ? error.Meaning
                        : decision is null ? ""
                        : "no policy gives it any more",
                    []
                ));
        return
        [
            .. given
                .Select(feature => Feature(connection, feature, context))
                .Concat(others)
                .OrderBy(feature => feature.Feature, StringComparer.Ordinal),
        ];
    }

    /// <summary>The features that were applied to a connection, or refused.</summary>
    private static IEnumerable<(string Feature, RefusedSetting? Error)> Set(
        RememberedTuning tuning,
        ConnectionContext context
    )
    {
        var errors = Slots(tuning.Chain)
            .Where(slot => tuning.Errors[slot.Slot] is not null)
            .Select(slot => (slot.Feature, Error: tuning.Errors[slot.Slot]));
        var applied = Slots(tuning.AppliedChain)
            .Where(slot => (tuning.Applied >> slot.Slot & 1) != 0)
            .Select(slot => (slot.Feature, Error: (RefusedSetting?)null));
        return errors.Concat(applied).DistinctBy(feature => feature.Feature, StringComparer.Ordinal);

        IEnumerable<(string Feature, int Slot)> Slots(uint chain) => Named(context, chain);
    }

    private static IEnumerable<(string Feature, int Slot)> Named(ConnectionContext context, uint chain) =>
        context
            .FeaturesOf(chain)
            .Select((feature, slot) => (Feature: feature, Slot: slot))
            .Where(named => named.Feature is not null)
            .Select(named => (named.Feature!, named.Slot));

    /// <summary>Whether something was applied to a connection of which it is not known any more what.</summary>
    private static bool IsForgotten(RememberedTuning tuning, ConnectionContext context) =>
        tuning.Forgot
        || Named(context, tuning.AppliedChain)
            .Aggregate((int)tuning.Applied, (rest, named) => rest & ~(1 << named.Slot)) != 0;

    private static ConnectionFeatureInfo Feature(
        OpenConnection connection,
        GivenFeature given,
        ConnectionContext context
    )
    {
        var (state, error, why) = FeatureState(connection, given, context);
        return new ConnectionFeatureInfo(given.Feature, state, given.Policy, given.Values, error, why, given.Lost);
    }

    private static (ConnectionFeatureState State, string? Error, string Why) FeatureState(
        OpenConnection connection,
        GivenFeature given,
        ConnectionContext context
    )
    {
        if (
            connection.Tuning is { } tuning
            && Set(tuning, context)
                .Where(feature => string.Equals(feature.Feature, given.Feature, StringComparison.Ordinal))
                .ToList()
                is [var set]
        )
        {
            return set switch
            {
                { Error: { } refused } => (
                    ConnectionFeatureState.Failed,
                    refused.Errno,
                    Refused(refused, given, context)
                ),
                _ when given.Policy is null => (
                    ConnectionFeatureState.Leftover,
                    (string?)null,
                    "no policy gives it any more"
                ),
                _ => (ConnectionFeatureState.Applied, null, Earlier(tuning, given, context)),
            };
        }

        if (given.Policy is null)
        {
            return (ConnectionFeatureState.NotGiven, null, "a feature that sets the same was given instead");
        }

        if (PauseTarget.IsPaused(context.Pauses, given.Feature, given.Policy))
        {
            return (ConnectionFeatureState.Paused, null, "until netedit resume");
        }

        if (connection.Tuning is { } remembered && IsForgotten(remembered, context))
        {
            return (
                ConnectionFeatureState.Unknown,
                null,
                "it may have been set by a chain that is gone: what that set is not known any more"
            );
        }

        return (
            ConnectionFeatureState.NotApplied,
            null,
            connection switch
            {
                { State: TcpState.SynSent or TcpState.SynReceived } =>
                    "it counts as applied once the connection is established",
                { Tuning: null } when given.ReachesOpen => "no walk over open connections has met the connection yet",
                { Tuning: null } => "it is for connections opened since",
                { Tuning.Adopted: true } when !given.ReachesOpen =>
                    "the connection was open before, and this is for new ones",
                { Tuning.Skipped: true } => "the walk found that this connection cannot have it",
                { Tuning.Walked: true } when !given.ReachesOpen =>
                    "it came when the connection was open, and is for new ones",
                _ => "the connection was looked at, and it was not set",
            }
        );
    }

    // What was known beforehand says more than an errno.
    private static string Refused(RefusedSetting refused, GivenFeature given, ConnectionContext context) =>
        string.Join(
            "; ",
            ((string[])[refused.Meaning, context.NoticeOf(given.Policy, given.Feature) ?? ""]).Where(text =>
                text.Length > 0
            )
        );

    private static string Earlier(RememberedTuning tuning, GivenFeature given, ConnectionContext context) =>
        Named(context, tuning.AppliedChain)
            .Any(named =>
                string.Equals(named.Feature, given.Feature, StringComparison.Ordinal)
                && (tuning.Earlier >> named.Slot & 1) != 0
            )
            ? "has the value that an older revision gave when it was established"
        : context.PolicyOf(tuning.AppliedProfile, given.Feature) is { } policy
            ? string.Equals(policy, given.Policy, StringComparison.Ordinal) ? ""
                : $"has the value of policy {policy}, which gave it in an older revision"
        : "has the value of an older revision";
}
