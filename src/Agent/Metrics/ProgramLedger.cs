using NetEdit.Adapter;

namespace NetEdit.Agent.Metrics;

/// <summary>A standalone program as it is scraped.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Hook">Name of the hook.</param>
/// <param name="Target">The cgroups or interfaces as a policy names them.</param>
internal readonly record struct ProgramSeries(string Feature, string Hook, string Target);

/// <summary>
/// Adds up what programs count, and what they cost, over the cgroups and interfaces that one policy selects.
/// </summary>
internal sealed class ProgramLedger
{
    private readonly SumLedger<string> _chainRuns = new();
    private readonly SumLedger<string> _chainNanoseconds = new();
    private readonly SumLedger<ProgramSeries> _runs = new();
    private readonly SumLedger<ProgramSeries> _nanoseconds = new();
    private readonly SumLedger<(ProgramSeries Program, string Event)> _events = new();
    private readonly SumLedger<(string Algorithm, string Event)> _algorithmEvents = new();

    /// <summary>Runs of chains by scope.</summary>
    public IReadOnlyDictionary<string, ulong> ChainRuns => _chainRuns.Sums;

    /// <summary>Time in chains by scope, in nanoseconds.</summary>
    public IReadOnlyDictionary<string, ulong> ChainNanoseconds => _chainNanoseconds.Sums;

    /// <summary>Runs of standalone programs.</summary>
    public IReadOnlyDictionary<ProgramSeries, ulong> Runs => _runs.Sums;

    /// <summary>Time in standalone programs, in nanoseconds.</summary>
    public IReadOnlyDictionary<ProgramSeries, ulong> Nanoseconds => _nanoseconds.Sums;

    /// <summary>Counters of standalone programs by name.</summary>
    public IReadOnlyDictionary<(ProgramSeries Program, string Event), ulong> Events => _events.Sums;

    /// <summary>Counters of congestion controls by name.</summary>
    public IReadOnlyDictionary<(string Algorithm, string Event), ulong> AlgorithmEvents => _algorithmEvents.Sums;

    /// <summary>Takes in what the kernel counts now.</summary>
    public void Update(KernelUsage usage, TargetNames names)
    {
        _chainRuns.Update(usage.Chains.Select(chain => (chain.ProgramId, "", names.Scope(chain.Scope), chain.Runs)));
        _chainNanoseconds.Update(
            usage.Chains.Select(chain => (chain.ProgramId, "", names.Scope(chain.Scope), chain.RunTimeNanoseconds))
        );
        _runs.Update(usage.Attachments.Select(program => (program.ProgramId, "", Series(program), program.Runs)));
        _nanoseconds.Update(
            usage.Attachments.Select(program => (program.ProgramId, "", Series(program), program.RunTimeNanoseconds))
        );
        _events.Update(
            from program in usage.Attachments
            from counter in program.Counters
            select (program.ProgramId, counter.Key, (Series(program), counter.Key), counter.Value)
        );
        _algorithmEvents.Update(
            from algorithm in usage.Algorithms
            from counter in algorithm.Counters
            select (algorithm.MapId, counter.Key, (algorithm.Algorithm, counter.Key), counter.Value)
        );

        ProgramSeries Series(AttachmentUsage program) =>
            new(program.Key.Feature, program.Key.Hook, names.Target(program.Key.Hook, program.Key.Target));
    }
}
