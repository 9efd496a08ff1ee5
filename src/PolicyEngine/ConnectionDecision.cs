using System.Collections.Immutable;

namespace NetEdit.PolicyEngine;

/// <summary>What the policies give one connection, and why.</summary>
/// <param name="Scope">Scope of the chain that handles it; null when nothing matches.</param>
/// <param name="Profile">Id of the profile it gets; 0 when nothing matches.</param>
/// <param name="Features">Every feature that a matching policy asks for, sorted by name.</param>
/// <param name="Mismatches">When nothing matches: why not, the nearest policies first, at most <see cref="ConnectionExplainer.MostMismatches"/>.</param>
public sealed record ConnectionDecision(
    string? Scope,
    ulong Profile,
    ImmutableArray<GivenFeature> Features,
    ImmutableArray<Mismatch> Mismatches
);

/// <summary>A feature of a connection.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Policy">The policy that gives it; null when another feature that sets the same thing won.</param>
/// <param name="Values">The values that policy gives it, as it writes them; empty without one.</param>
/// <param name="ReachesOpen">Whether it can be given to connections that are open already.</param>
/// <param name="Lost">The other matching policies that ask for it, the strongest first, at most <see cref="PolicyLimits.Contests"/>.</param>
public sealed record GivenFeature(
    string Feature,
    string? Policy,
    string Values,
    bool ReachesOpen,
    ImmutableArray<LostFeature> Lost
);

/// <summary>A policy that matches a connection and does not give it a feature.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Values">The values it would have given, as it writes them.</param>
/// <param name="Winner">The policy that won; null when it did not contend: it observes, or the connection is not of its share.</param>
/// <param name="Rule">Why it did not contend, or what decided: <c>priority 200 over 100</c>, <c>narrower scope</c>, <c>longer prefix</c>, <c>narrower port range</c>, <c>name</c>; and the knob, when two features met at one.</param>
public sealed record LostFeature(string Policy, string Values, string? Winner, string Rule);

/// <summary>A policy that does not match a connection.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Why">Why not, a clause for a person: <c>port 80 is in none of its ports</c>.</param>
public sealed record Mismatch(string Policy, string Why);
