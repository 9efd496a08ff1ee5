using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Bench.Kernel;

/// <summary>What the agent's reconciler does in one pass, with the same parts: read, decide, observe, plan, execute, and observe and plan again to verify.</summary>
internal static class Pass
{
    /// <summary>A pass of a process that has just started.</summary>
    internal static ImmutableArray<PlanAction> Start(string ledger, string capabilityCache, string policies)
    {
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = ledger, CapabilityCache = capabilityCache });
        return Run(adapter, new InstalledFeatures(), policies);
    }

    /// <summary>A pass.</summary>
    /// <returns>The actions that were needed.</returns>
    internal static ImmutableArray<PlanAction> Run(BpfAdapter adapter, InstalledFeatures features, string policies)
    {
        var desired = Decide(adapter, features, policies);
        var plan = Plan(adapter, desired, adapter.ObserveOwn());
        var result = adapter.Execute(plan);
        if (!result.Success)
        {
            throw new InvalidOperationException(result.Error);
        }

        var rest = Plan(adapter, desired, adapter.Observe());
        return rest.IsEmpty
            ? plan.Actions
            : throw new InvalidOperationException($"the kernel still differs: {rest.Actions[0].Why}");
    }

    /// <summary>Reads the policies and decides.</summary>
    internal static DesiredState Decide(BpfAdapter adapter, InstalledFeatures features, string policies)
    {
        var files = Directory
            .EnumerateFiles(policies, "*.yaml")
            .Select(file => (file, new ReadOnlyMemory<byte>(File.ReadAllBytes(file))));
        var read = PolicyReader.Read(files, features);
        var set = read.Set ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
        var facts = new HostFacts
        {
            KernelRelease = adapter.Capabilities.KernelRelease,
            Cgroups = adapter.FindCgroups(set.Scopes),
        };
        return Decider.Decide(set, facts, adapter.Capabilities, features, []).Desired;
    }

    /// <summary>Plans for what was observed.</summary>
    internal static Plan Plan(BpfAdapter adapter, DesiredState desired, ObservedState observed) =>
        Planner.Plan(desired with { Pauses = observed.Pauses }, observed, adapter.ChainObjectDigest);

    /// <summary>Takes everything of a ledger out of the kernel.</summary>
    internal static void Uninstall(string ledger)
    {
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = ledger });
        var result = adapter.Execute(Planner.Uninstall(adapter.Observe(), adapter.ChainObjectDigest));
        if (!result.Success)
        {
            throw new InvalidOperationException(result.Error);
        }
    }
}
