namespace NetEdit.Agent.Control;

/// <summary>Connections that were opened in a cgroup before its chain was attached, though a policy for it was in force before the cgroup existed.</summary>
/// <param name="Scope">The cgroup, as the policy writes it.</param>
/// <param name="Connections">Those that were open when the chain was attached; how many were closed by then is not known.</param>
/// <param name="TunedLater">Those of them that lack nothing which the walk over open connections does not give.</param>
internal sealed record EscapedInfo(string Scope, long Connections, long TunedLater);
