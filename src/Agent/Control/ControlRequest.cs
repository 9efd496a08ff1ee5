using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Control;

/// <summary>A request on the control socket: one line.</summary>
/// <param name="Command"><c>status</c>, <c>explain</c>, <c>connections</c>, <c>reconcile</c>, <c>apply</c>, <c>gc</c>, <c>uninstall</c>, <c>pauses-changed</c>, <c>retry</c>, <c>compare</c>, <c>audit</c>, <c>counters</c> or <c>metrics</c>.</param>
internal sealed record ControlRequest(string Command)
{
    /// <summary>Of <c>apply</c>: the policies, as an absolute path.</summary>
    public string? Policies { get; init; }

    /// <summary>Of <c>apply</c>: whether policies that give nothing to any host are meant.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Of <c>gc</c>: whether to look only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Of <c>retry</c> and <c>compare</c>: what the user named. Of <c>connections</c>: an end, or none for all. Of <c>explain</c>: a policy, or none for all.</summary>
    public string[]? Names { get; init; }

    /// <summary>Of <c>connections</c>: inodes of the sockets, instead of an end.</summary>
    public ulong[]? Inodes { get; init; }

    /// <summary>
    /// When the sender gives up, in ms of <see cref="Environment.TickCount64"/>, the host's monotonic clock; null for never. What has not
    /// begun by then is not done.
    /// </summary>
    public long? Expires { get; init; }
}
