using System.Collections.Immutable;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>All kinds of objects of one ledger.</summary>
internal sealed class KernelKinds : IDisposable
{
    private readonly LedgerDirectory _ledger;
    private readonly SharedMapKind _maps;
    private readonly List<IKernelKind> _kinds = [];
    private readonly ForeignProgramKind _others;
    private readonly ActionHandlers _handlers = new();

    internal KernelKinds(
        LedgerDirectory ledger,
        Cgroups? cgroups,
        AdapterObjects objects,
        Func<CapabilityReport> capabilities
    )
    {
        _ledger = ledger;
        _maps = new SharedMapKind(ledger, objects, capabilities);
        Walks = new WalkKind(ledger, objects, capabilities, _maps, new SharedPrograms(ledger));
        var programs = new ProgramKind(ledger, cgroups, capabilities);
        var sysctls = new SysctlKind(ledger);
        Records = new ConnectionRecords(_maps, capabilities);
        KillSwitch = new KillSwitch(ledger, programs, sysctls);
        Add(new PinKind(ledger));
        Add(_maps);
        Add(new ProfileKind(_maps));
        Add(new RuleKind(_maps));
        Add(new ChainKind(ledger, cgroups, _maps, new ChainPrograms(ledger, objects, _maps), capabilities));
        Add(new AlgorithmKind(ledger, capabilities));
        Add(programs);
        Add(sysctls);
        Add(Walks);
        _others = new ForeignProgramKind(cgroups);
    }

    /// <summary>Pauses and resumes beside everything else.</summary>
    internal KillSwitch KillSwitch { get; }

    /// <summary>Which connections get a record.</summary>
    internal ConnectionRecords Records { get; }

    /// <summary>The walks over open connections.</summary>
    internal WalkKind Walks { get; }

    /// <summary>The shared maps, or null while no chain needs them.</summary>
    internal SharedMaps? Maps => _maps.Maps;

    /// <summary>The types of actions that a kind executes.</summary>
    internal IEnumerable<Type> Executes => _handlers.Types;

    /// <summary>Adds a kind. Kinds are observed in the order in which they were added; each sees what those before it found.</summary>
    internal void Add(IKernelKind kind)
    {
        _kinds.Add(kind);
        kind.Handle(_handlers);
    }

    /// <summary>Reads back what the kernel holds of ours.</summary>
    /// <param name="others">Whether to look for programs of others beside it, too: several calls for each cgroup and each program of the host.</param>
    /// <exception cref="BpfException">The kernel does not tell.</exception>
    internal ObservedState Observe(bool others)
    {
        var observation = new Observation();
        foreach (var kind in _kinds)
        {
            kind.Observe(observation);
        }

        if (others)
        {
            _others.Observe(observation);
        }

        return observation.Complete();
    }

    /// <summary>Cuts a plan into what is executed as one.</summary>
    internal IEnumerable<ImmutableArray<PlanAction>> Steps(ImmutableArray<PlanAction> actions) =>
        _handlers.Steps(actions);

    /// <summary>Executes one step. It leaves the kernel as it was when it fails; the rejections are programs the kernel would not have.</summary>
    /// <exception cref="BpfException">It failed; nothing has changed.</exception>
    internal Outcome Execute(ImmutableArray<PlanAction> step) => _handlers.Execute(step);

    /// <summary>Removes the directories that a plan left empty.</summary>
    internal void Tidy() => _ledger.RemoveEmptyDirectories();

    public void Dispose() => _maps.Dispose();
}
