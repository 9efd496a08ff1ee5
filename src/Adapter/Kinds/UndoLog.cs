using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>How to take back what a plan has changed so far.</summary>
internal sealed class UndoLog : IDisposable
{
    private readonly Stack<(ImmutableArray<PlanAction> Step, Outcome Outcome)> _entries = new();

    /// <summary>Told before a step is executed.</summary>
    internal void Reach(PlanAction action)
    {
        if (action.Undo == UndoRule.Final)
        {
            Dispose();
        }
    }

    /// <summary>Notes a step that was executed.</summary>
    internal void Add(ImmutableArray<PlanAction> step, Outcome outcome)
    {
        if (step[0].Undo == UndoRule.Kept)
        {
            Release(outcome);
        }
        else if (outcome.Undo is not null)
        {
            _entries.Push((step, outcome));
        }
        else if (step[0].Undo == UndoRule.FinalWhenDone)
        {
            Dispose();
        }
    }

    /// <summary>Takes everything back, the last change first.</summary>
    /// <returns>What was taken back, and what went wrong with it, or null.</returns>
    internal (ImmutableArray<PlanAction> Undone, string? Trouble) Run(IProgress<string>? progress)
    {
        var undone = ImmutableArray.CreateBuilder<PlanAction>();
        if (_entries.Sum(entry => entry.Step.Length) is > 0 and var count)
        {
            progress?.Report($"that failed; taking back the {Plural.Count(count, "change")} before it");
        }

        while (_entries.TryPop(out var entry))
        {
            try
            {
                entry.Outcome.Undo!();
                undone.AddRange(entry.Step);
                Release(entry.Outcome);
            }
            catch (BpfException failure)
            {
                Release(entry.Outcome);
                return (
                    undone.ToImmutable(),
                    $"could not undo '{entry.Step[0].Description}': {failure.Message}; the next pass repairs the rest"
                );
            }
        }

        return (undone.ToImmutable(), null);
    }

    /// <summary>Lets go of what taking back would need.</summary>
    public void Dispose()
    {
        while (_entries.TryPop(out var entry))
        {
            Release(entry.Outcome);
        }
    }

    private static void Release(Outcome outcome)
    {
        foreach (var held in outcome.Held)
        {
            held.Dispose();
        }
    }
}
