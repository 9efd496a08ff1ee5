using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Connections;

/// <summary>Makes of what the kernel says of a connection, and of what the policies give it, what was done to it and why. Pure.</summary>
internal static class ConnectionReports
{
    /// <summary>Explains a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cgroup">Path of its socket's cgroup; null when that is gone.</param>
    /// <param name="context">What it is explained by.</param>
    public static ConnectionInfo Of(OpenConnection connection, string? cgroup, ConnectionContext context)
    {
        var chain = connection.Tuning is { } tuning ? context.Chain(tuning.Chain, cgroup) : null;

        // Of a cgroup that is gone only the chain knows where it was.
        var decision = connection.Direction is { } direction
            ? context.Explainer?.Explain(
                cgroup ?? chain?.Scope ?? "/",
                Facts(connection, direction),
                connection.Tuning?.Profile ?? 0
            )
            : null;
        var features = ConnectionFeatureReports.Of(connection, decision, context);
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
            : "; has the values of an older revision; updated at the next walk";

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
