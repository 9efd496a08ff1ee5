using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>What is known of a feature of a policy besides connections.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Feature">Name of the feature.</param>
internal sealed record AuditSubject(string Policy, string Feature)
{
    /// <summary>What the kernel lacks of it; null when it holds all of it.</summary>
    public string? Missing { get; init; }

    /// <summary>Whether connections are given it; else the kernel alone holds it.</summary>
    public bool IsOfConnections { get; init; } = true;

    /// <summary>Whether it is paused: what has it has it still, and what comes anew does not get it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Why no connection could show it; null when one could.</summary>
    public Reason? Unseen { get; init; }

    /// <summary>Why it shows nothing that its program ran; null when it does.</summary>
    public Reason? Overruled { get; init; }

    /// <summary>What the audit before said, of the same rules and values; else null.</summary>
    public AuditLine? Before { get; init; }
}
