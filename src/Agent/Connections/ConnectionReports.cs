using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Connections;

/// <summary>What connections are explained by.</summary>
/// <param name="Explainer">The policies; null when none are known.</param>
/// <param name="Chains">The attached chains.</param>
/// <param name="Pauses">What is paused: texts of <see cref="PauseTarget"/>.</param>
/// <param name="Remembered">Whether this kernel lets be read what is remembered of a socket.</param>
internal sealed record ConnectionContext(
    ConnectionExplainer? Explainer,
    ImmutableArray<ObservedChain> Chains,
    ImmutableSortedSet<string> Pauses,
    bool Remembered
)
{
    /// <summary>Programs of others on the hooks we use.</summary>
    public ImmutableArray<ForeignProgram> Foreign { get; init; } = [];

    /// <summary>Those that meet the connections of a cgroup beside a chain.</summary>
    /// <param name="cgroup">Path of the cgroup; null when it is gone.</param>
    /// <param name="scope">Scope of the chain; null when there is none.</param>
    public ImmutableArray<ForeignProgram> ForeignOf(string? cgroup, string? scope)
    {
        if (cgroup is null || scope is null || Foreign.IsEmpty)
        {
            return [];
        }

        var around = CgroupPath.SelfAndAncestors(cgroup).Select(Printable.Line).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Foreign.Where(program =>
                string.Equals(program.Hook, "sockops", StringComparison.Ordinal)
                && string.Equals(program.Scope, scope, StringComparison.Ordinal)
                && (program.Below is null || around.Contains(program.Below))
            ),
        ];
    }

    /// <summary>The chain with a key; null when it is not attached.</summary>
    public ObservedChain? Chain(uint key) => Chains.FirstOrDefault(chain => chain.Key == key);

    /// <summary>The features of a chain by slot, also of one that was replaced; a feature that its successor does not have is null. Empty when nothing is known of the chain.</summary>
    public ImmutableArray<string?> FeaturesOf(uint key) =>
        Chains.Select(chain => chain.FeaturesOf(key)).FirstOrDefault(features => features is not null) ?? [];

    /// <summary>What the host will not give of a policy's feature, for a person; null when nothing is known of that.</summary>
    public string? NoticeOf(string? policy, string feature) =>
        Explainer
            ?.Decision.Policies.FirstOrDefault(decision =>
                string.Equals(decision.Policy, policy, StringComparison.Ordinal)
            )
            ?.Features.FirstOrDefault(decision => string.Equals(decision.Feature, feature, StringComparison.Ordinal))
            ?.Reasons.FirstOrDefault(reason =>
                string.Equals(reason.Code, ReasonCodes.ValueCapped, StringComparison.Ordinal)
            )
            ?.Text;

    /// <summary>The policy that gives a feature by a profile; null when that is not known.</summary>
    public string? PolicyOf(ulong profile, string feature) =>
        Explainer
            ?.Decision.Desired.Profiles.FirstOrDefault(candidate => candidate.Id == profile)
            ?.Entries.FirstOrDefault(entry => string.Equals(entry.Feature, feature, StringComparison.Ordinal))
            ?.Policy;
}

/// <summary>Makes of what the kernel says of a connection, and of what the policies give it, what was done to it and why. Pure.</summary>
internal static class ConnectionReports
{
    /// <summary>Explains a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cgroup">Path of its socket's cgroup; null when that is gone.</param>
    /// <param name="context">What it is explained by.</param>
    public static ConnectionInfo Of(OpenConnection connection, string? cgroup, ConnectionContext context)
    {
        var chain = connection.Tuning is { } tuning ? context.Chain(tuning.Chain) : null;

        // Of a cgroup that is gone only the chain knows where it was.
        var decision = connection.Direction is { } direction
            ? context.Explainer?.Explain(
                cgroup ?? chain?.Scope ?? "/",
                Facts(connection, direction),
                connection.Tuning?.Profile ?? 0
            )
            : null;
        var features = Features(connection, decision, context);
        var (done, why) = Tuning(connection, decision, features, context);
        return new ConnectionInfo
        {
            Local = connection.Local.ToString(),
            Peer = connection.Peer.ToString(),
            State = connection.State,
            Direction = connection.Direction?.ToString().ToLowerInvariant(),
            NetworkNamespace = connection.Network,
            Cgroup = cgroup,
            Inode = connection.Inode,
            User = connection.User,
            Interface = connection.Interface,
            Chain = chain?.Scope ?? decision?.Scope,
            Tuning = done,
            Why = why,
            Features = features,
            Foreign = [.. context.ForeignOf(cgroup, chain?.Scope ?? decision?.Scope).Select(ForeignInfo.Of)],
            Mismatches = decision?.Mismatches ?? [],
            Now = connection.Now,
        };
    }

    /// <summary>What rules are matched by.</summary>
    public static ConnectionFacts Facts(OpenConnection connection, Direction direction) =>
        new(
            direction,
            IpPrefix.Of(connection.Peer.Address),
            (ushort)(direction == Direction.Inbound ? connection.Local : connection.Peer).Port,
            connection.User,
            connection.Interface
        );

    private static ImmutableArray<ConnectionFeatureInfo> Features(
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
            return (ConnectionFeatureState.NotGiven, null, "");
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
                { Tuning: null } => given.ReachesOpen ? "" : "it is for connections opened since",
                { Tuning.Adopted: true } when !given.ReachesOpen =>
                    "the connection was open before, and this is for new ones",
                { Tuning.Skipped: true } => "the walk found that this connection cannot have it",
                { Tuning.Walked: true } when !given.ReachesOpen =>
                    "it came when the connection was open, and is for new ones",
                _ => "",
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
            ? "by earlier rules, when it was established"
        : context.PolicyOf(tuning.AppliedProfile, given.Feature) is { } policy
            ? string.Equals(policy, given.Policy, StringComparison.Ordinal) ? ""
                : $"by the values of policy {policy}, which gave it then"
        : "by earlier rules";

    private static (ConnectionTuning Tuning, string Why) Tuning(
        OpenConnection connection,
        ConnectionDecision? decision,
        ImmutableArray<ConnectionFeatureInfo> features,
        ConnectionContext context
    )
    {
        if (!context.Remembered)
        {
            return (
                ConnectionTuning.Unknown,
                "this kernel lets nobody read what is remembered of a socket (that came with 5.11); what the "
                    + "policies give is below"
            );
        }

        if (connection.Tuning is not { } tuning)
        {
            return Untouched(connection, decision, context);
        }

        if (tuning.Applied != 0 || tuning.Forgot)
        {
            return tuning.Adopted
                ? (
                    ConnectionTuning.ByWalk,
                    "it was open before, and a walk over open connections tuned it" + Stale(tuning, decision)
                )
                : (
                    ConnectionTuning.AtEstablishment,
                    "when it was established"
                        + (tuning.Walked ? ", and met by a walk since" : "")
                        + Stale(tuning, decision)
                );
        }

        if (connection.State is TcpState.SynSent or TcpState.SynReceived)
        {
            return (ConnectionTuning.Opening, "it is being opened");
        }

        if (tuning.Profile == 0 && decision is { Features.IsEmpty: true })
        {
            return (ConnectionTuning.NotMatched, "nothing matches");
        }

        return (
            ConnectionTuning.NotApplied,
            (
                features.Any(feature => feature.Error is not null) ? "looked at, and refused by the kernel"
                : features.Any(feature => feature.State == ConnectionFeatureState.Paused) ? "looked at, and paused"
                : tuning.Skipped ? "a walk looked at it, and it cannot have what matches"
                : tuning.Walked ? "a walk looked at it; what matches is for new connections"
                : "looked at, and nothing was set"
            ) + Stale(tuning, decision)
        );
    }

    private static string Stale(RememberedTuning tuning, ConnectionDecision? decision) =>
        decision is null || decision.Profile == tuning.Profile
            ? ""
            : "; by earlier rules, the ones of now reach it with its next event or walk";

    private static (ConnectionTuning Tuning, string Why) Untouched(
        OpenConnection connection,
        ConnectionDecision? decision,
        ConnectionContext context
    )
    {
        if (context.Explainer is null)
        {
            return (ConnectionTuning.Unknown, "nothing was done to it; whether anything matches is not known");
        }

        if (decision is null)
        {
            return (
                ConnectionTuning.NotLookedAt,
                "nothing was done to it, and nothing tells who opened it, so no policy can match"
            );
        }

        if (decision.Features.IsEmpty)
        {
            return (ConnectionTuning.NotMatched, "nothing matches");
        }

        return (
            ConnectionTuning.NotLookedAt,
            context switch
            {
                { Pauses: var pauses } when pauses.Contains(PauseTarget.Everything) =>
                    "tuning is paused, and open connections are looked at when it is resumed",
                _ when !context.Chains.Any(chain =>
                        string.Equals(chain.Scope, decision.Scope, StringComparison.Ordinal)
                    ) => $"the chain of {decision.Scope} is not attached",
                _ when connection.State is not (TcpState.Established or TcpState.CloseWait) =>
                    "it is being opened or closed, and was not looked at before",
                _ when !decision.Features.Any(feature => feature.ReachesOpen) =>
                    "it was open before, and what matches is for new connections",
                _ => "it was open before, and no walk over open connections has met it",
            }
        );
    }
}
