using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Executes plans.</summary>
/// <param name="kinds">The kinds of objects, which execute the actions.</param>
/// <param name="gate">Held during each action, and between none.</param>
internal sealed class PlanRunner(KernelKinds kinds, Lock gate)
{
    /// <summary>Executes a plan up to the first action that fails, and undoes what was done before it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told a line per action; may be null.</param>
    /// <param name="isInterrupted">Asked before each action whether to end there; may be null.</param>
    /// <param name="beforeWalks">Called once before the first walk over open connections, or at the end when there is none; may be null.</param>
    internal ExecutionResult Run(Plan plan, IProgress<string>? progress, Func<bool>? isInterrupted, Action? beforeWalks)
    {
        var done = new List<PlanAction>();
        using var undo = new UndoLog();
        if (!plan.IsEmpty)
        {
            lock (gate)
            {
                kinds.Records.BeginChange();
            }
        }

        foreach (var step in kinds.Steps(plan.Actions))
        {
            if (isInterrupted is not null && isInterrupted())
            {
                return new ExecutionResult([.. done], null, null, [])
                {
                    Interrupted = true,
                    Walks = kinds.Walks.TakeWalks(),
                };
            }

            foreach (var action in step)
            {
                progress?.Report(action.Description.ToString());
            }

            if (step[0].Phase == ActionPhase.WalkSockets)
            {
                beforeWalks?.Invoke();
                beforeWalks = null;
            }

            undo.Reach(step[0]);
            ImmutableArray<Rejection> rejections;
            string error;
            int errno;
            try
            {
                var outcome = Execute(step);
                if (outcome.Rejections.IsEmpty)
                {
                    done.AddRange(step);
                    undo.Add(step, outcome);
                    continue;
                }

                (rejections, error, errno) = (
                    outcome.Rejections,
                    outcome.Rejections[0].Reason,
                    outcome.Rejections[0].Errno
                );
            }
            catch (BpfException failure)
            {
                (rejections, error, errno) = ([], $"{step[0].Description}: {failure.Message}", failure.Errno);
            }

            var (undone, trouble) = Undo(undo, progress);
            done.RemoveAll(undone.Contains);
            beforeWalks?.Invoke();
            return new ExecutionResult(
                [.. done],
                step[0],
                trouble is null ? error : $"{error}\n  and then {trouble}",
                rejections
            )
            {
                Errno = errno,
                Undone = undone,
                Walks = kinds.Walks.TakeWalks(),
            };
        }

        beforeWalks?.Invoke();
        RecordNeeded();
        return new ExecutionResult([.. done], null, null, []) { Walks = kinds.Walks.TakeWalks() };
    }

    /// <summary>Ends what a change needed: from now on connections get a record only where the rules do not tell what they were given.</summary>
    internal void RecordNeeded()
    {
        lock (gate)
        {
            try
            {
                kinds.Records.RecordNeeded();
            }
            catch (BpfException)
            {
                // records cost a little; the next pass looks again
            }
        }
    }

    private Outcome Execute(ImmutableArray<PlanAction> step)
    {
        lock (gate)
        {
            if (step.Any(action => action.NeedsRecords))
            {
                kinds.Records.RecordAll();
            }

            return kinds.Execute(step);
        }
    }

    private (ImmutableArray<PlanAction> Undone, string? Trouble) Undo(UndoLog undo, IProgress<string>? progress)
    {
        lock (gate)
        {
            return undo.Run(progress);
        }
    }
}
