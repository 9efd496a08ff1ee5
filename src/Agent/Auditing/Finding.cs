using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>What one connection shows of a feature that it is given.</summary>
internal enum Showing
{
    /// <summary>Its socket has what it was given.</summary>
    Confirmed,

    /// <summary>It was set, and nothing shows whether it still is.</summary>
    ProgramRan,

    /// <summary>It was set, and its socket has something else now.</summary>
    Overwritten,

    /// <summary>The kernel refused the setting.</summary>
    Refused,

    /// <summary>It was opened when all was in force, and nothing was set.</summary>
    NotReached,

    /// <summary>Nothing follows from it.</summary>
    Inconclusive,
}

/// <summary>What was found of one feature of one connection.</summary>
/// <param name="Sampled">The connection.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Showing">What it shows.</param>
/// <param name="Doubt">Why it is inconclusive: one of <see cref="AuditDoubts"/>; null when it is not.</param>
/// <param name="Expected">What was expected, when it is contradicted.</param>
/// <param name="Found">What was found, when it is contradicted.</param>
internal sealed record Finding(
    SampledConnection Sampled,
    string Policy,
    string Feature,
    Showing Showing,
    string? Doubt,
    string Expected,
    string Found
)
{
    /// <summary>How it contradicts the policy; null when it does not.</summary>
    public Contradiction? Contradiction =>
        Showing switch
        {
            Showing.Overwritten => Auditing.Contradiction.Overwritten,
            Showing.Refused => Auditing.Contradiction.Refused,
            Showing.NotReached => Auditing.Contradiction.NotReached,
            _ => null,
        };
}
