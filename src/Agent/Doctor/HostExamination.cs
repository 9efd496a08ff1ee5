using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Doctor;

/// <summary>What <c>doctor</c> could read of a host. What is null could not be read, or was not asked for.</summary>
internal sealed record HostExamination
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Kernel, privileges and mounts.</summary>
    public required HostConditions Conditions { get; init; }

    /// <summary>Files that this process may open at once (RLIMIT_NOFILE); null when the limit cannot be read.</summary>
    public ulong? OpenFiles { get; init; }

    /// <summary>Bytes of memory that this process may lock (RLIMIT_MEMLOCK); null when the limit cannot be read.</summary>
    public ulong? LockedBytes { get; init; }

    public CapabilityReport? Capabilities { get; init; }

    /// <summary>The status, from the agent or from kernel and disk.</summary>
    public StatusReport? Status { get; init; }

    /// <summary>Why the agent gives no answer although it, or somebody else, listens; null otherwise.</summary>
    public string? AgentError { get; init; }

    /// <summary>Why the kernel could not be read; null when it was read, or was not asked.</summary>
    public string? KernelError { get; init; }
}
