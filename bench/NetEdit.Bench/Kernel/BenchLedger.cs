using NetEdit.Adapter;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Bench.Kernel;

/// <summary>An adapter with its own ledger and shared maps.</summary>
internal sealed class BenchLedger : IDisposable
{
    internal BenchLedger(LabCgroup cgroup)
    {
        Cgroup = cgroup;
        Adapter = BpfAdapter.Open(new AdapterOptions { Ledger = "ne-bench-" + Guid.NewGuid().ToString("N")[..8] });
        Execute(new CreateSharedMaps(TableRoom.Least, [], "bench"));
    }

    internal BpfAdapter Adapter { get; }

    internal LabCgroup Cgroup { get; }

    internal SharedMaps Maps => Adapter.Maps!;

    internal void Execute(params IEnumerable<PlanAction> actions)
    {
        var result = Adapter.Execute(new Plan("bench", [.. actions]));
        if (!result.Success)
        {
            throw new InvalidOperationException(result.Error);
        }
    }

    /// <summary>Executes a walk over open connections.</summary>
    internal LiveWalkResult Walk(PlanAction action)
    {
        var result = Adapter.Execute(new Plan("bench", [action]));
        return result.Success ? result.Walks.Single() : throw new InvalidOperationException(result.Error);
    }

    internal DesiredChain Chain(params IEnumerable<ChainStage> stages)
    {
        var path = Cgroup.Path;
        ChainStage[] all = [.. stages];
        return new DesiredChain(path, Adapter.FindCgroups([path])[path], Identity.ChainKey(path, all), [.. all]);
    }

    internal KernelHandle OpenCgroup() => new Cgroups(Adapter.CgroupMount!).Open(Cgroup.Path);

    /// <summary>Rules that give one profile to every connection of a chain.</summary>
    internal static IEnumerable<PrefixRule> Everything(uint chain, ulong profile) =>
        [
            new PrefixRule(chain, Direction.Outbound, 0, IpPrefix.Any, profile),
            new PrefixRule(chain, Direction.Inbound, 0, IpPrefix.Any, profile),
        ];

    public void Dispose()
    {
        var observed = Adapter.Observe();
        Execute([
            .. observed.Chains.Select(chain => new DetachChain(chain.Scope, "bench")),
            .. observed.Live.Select(live => new ReleaseSockets(live.Scope, null, "bench")),
            .. observed.Algorithms.Select(algorithm => new UnregisterAlgorithm(
                algorithm.Algorithm,
                Drain: false,
                "bench"
            )),
            .. observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, "bench")),
            new RemoveSharedMaps("bench"),
        ]);
        Adapter.Dispose();
    }
}
