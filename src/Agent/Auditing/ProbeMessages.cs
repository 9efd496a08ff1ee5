using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NetEdit.Agent.Auditing;

/// <summary>What an audit asks the process that makes its probes for: one line of JSON.</summary>
/// <param name="CgroupMount">Mount point of the cgroup v2 hierarchy.</param>
/// <param name="Home">Path of the cgroup that the process returns to; null when it has none that can be named.</param>
/// <param name="Connections">The connections.</param>
internal sealed record ProbeRequest(string CgroupMount, string? Home, ImmutableArray<ProbeConnection> Connections);

/// <summary>A connection to make.</summary>
/// <param name="Peer">Address and port.</param>
/// <param name="Cgroup">Path of the cgroup whose socket it is; null for the one that the process returns to.</param>
internal sealed record ProbeConnection(string Peer, string? Cgroup);

/// <summary>What came of a connection: exactly one of the two.</summary>
/// <param name="Local">Address and port of its own end; null when there is no connection.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record ProbeAnswer(string? Local, string? Problem);

/// <summary>How they are written.</summary>
[JsonSerializable(typeof(ProbeRequest))]
[JsonSerializable(typeof(ProbeAnswer[]))]
internal sealed partial class ProbeJson : JsonSerializerContext;
