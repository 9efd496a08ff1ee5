using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Who executes which action.</summary>
internal sealed class ActionHandlers
{
    private readonly Dictionary<Type, Func<ImmutableArray<PlanAction>, Outcome>> _handlers = [];
    private readonly HashSet<Type> _batches = [];

    /// <summary>The types of actions that somebody executes.</summary>
    internal IEnumerable<Type> Types => _handlers.Keys;

    /// <summary>Adds the handler of a type of action.</summary>
    internal void On<TAction>(Func<TAction, Outcome> execute)
        where TAction : PlanAction => _handlers.Add(typeof(TAction), step => execute((TAction)step[0]));

    /// <summary>Adds the handler of a type of action of which consecutive ones are executed as one.</summary>
    internal void OnBatch<TAction>(Func<ImmutableArray<TAction>, Outcome> execute)
        where TAction : PlanAction
    {
        _handlers.Add(typeof(TAction), step => execute(ImmutableArray.CreateRange(step.Cast<TAction>())));
        _batches.Add(typeof(TAction));
    }

    /// <summary>Cuts a plan into what is executed as one.</summary>
    internal IEnumerable<ImmutableArray<PlanAction>> Steps(ImmutableArray<PlanAction> actions)
    {
        for (var index = 0; index < actions.Length; )
        {
            var type = actions[index].GetType();
            var length = 1;
            while (
                _batches.Contains(type) && index + length < actions.Length && actions[index + length].GetType() == type
            )
            {
                length++;
            }

            yield return actions.Slice(index, length);
            index += length;
        }
    }

    /// <summary>Executes one step.</summary>
    /// <exception cref="BpfException">It failed; nothing has changed.</exception>
    /// <exception cref="ArgumentException">Nobody executes such an action.</exception>
    internal Outcome Execute(ImmutableArray<PlanAction> step) =>
        _handlers.TryGetValue(step[0].GetType(), out var execute)
            ? execute(step)
            : throw new ArgumentException($"no kind of object executes {step[0].GetType().Name}", nameof(step));
}
