using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>What a pass has done so far, through all its tries.</summary>
internal sealed record PassWork(IProgress<string>? Progress, CancellationToken Stop)
{
    /// <summary>Told what the kernel holds, before a plan takes away what has counted something; may be null.</summary>
    public Action<ObservedState>? BeforeRemovals { get; init; }

    /// <summary>What is left for the next pass, because its cgroups came and went throughout this one.</summary>
    public HashSet<ChangeTarget> Restless { get; } = [];

    public List<PlanAction> Done { get; } = [];

    public List<LiveWalkResult> Walks { get; } = [];

    /// <summary>Connections that escaped, by scope; a scope may be there twice.</summary>
    public List<EscapedInfo> Escaped { get; } = [];

    /// <summary>What was found missing before the first try; null until it has looked.</summary>
    public ImmutableArray<DriftItem>? Drift { get; set; }
}
