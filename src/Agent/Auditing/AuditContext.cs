using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>What connections are held against.</summary>
/// <param name="Host">The host.</param>
/// <param name="Changeable">Policies that may match a connection later than when it was established: an accepted socket changes its user, a route its interface.</param>
/// <param name="Expectations">What is expected of a feature (the second) with the values of a policy (the first); default when the feature's code threw.</param>
internal sealed record AuditContext(
    HostFacts Host,
    IReadOnlySet<string> Changeable,
    Func<string, string, ExaminedSocket, ImmutableArray<Expectation>> Expectations
);
