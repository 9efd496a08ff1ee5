using System.Collections.Immutable;

namespace NetEdit.Adapter;

/// <summary>What came of a walk over the open connections of a host. Each socket that the rules concern is counted once.</summary>
/// <param name="Scope">Scope of the chain whose live program walked.</param>
/// <param name="Namespaces">Network namespaces that were walked.</param>
/// <param name="Changed">Sockets with a changed setting.</param>
/// <param name="Unchanged">Sockets that had what they should have.</param>
/// <param name="Skipped">Sockets that cannot have a setting: its peer did not agree to it, or nothing tells who opened the connection.</param>
/// <param name="Failed">Sockets the kernel refused a setting of.</param>
/// <param name="Errors">Refusals by errno name.</param>
/// <param name="Tuned">Sockets by feature that were given its settings.</param>
/// <param name="Released">Sockets by feature that its settings were taken back from.</param>
/// <param name="Elapsed">Time of the whole walk.</param>
public sealed record LiveWalkResult(
    string Scope,
    int Namespaces,
    long Changed,
    long Unchanged,
    long Skipped,
    long Failed,
    ImmutableSortedDictionary<string, long> Errors,
    ImmutableSortedDictionary<string, long> Tuned,
    ImmutableSortedDictionary<string, long> Released,
    TimeSpan Elapsed
)
{
    /// <summary>Processes whose network namespace this process may not see, for want of CAP_SYS_PTRACE: connections in it keep what they have.</summary>
    public int Hidden { get; init; }
}
