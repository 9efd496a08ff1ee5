using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Events;

/// <summary>Collects events: everything that happens and, of what lasts, what was not told before.</summary>
/// <param name="before">What was told before.</param>
internal sealed class EventCollector(EventMemory before)
{
    private readonly EventMemory _before = before;
    private readonly ImmutableArray<AgentEvent>.Builder _events = ImmutableArray.CreateBuilder<AgentEvent>();

    /// <summary>The events, in order.</summary>
    public ImmutableArray<AgentEvent> Events => _events.ToImmutable();

    /// <summary>What was told after them.</summary>
    public EventMemory Memory { get; private set; } = before;

    /// <summary>Adds something that happened.</summary>
    public void Add(AgentEvent happened)
    {
        _events.Add(happened);
        Memory = Memory.After(happened.Kind, happened.Key, happened.State, happened.IsEnd);
    }

    /// <summary>Adds something that lasts and always has a state, when its state differs.</summary>
    public void AddLasting(AgentEvent lasting)
    {
        if (!string.Equals(StateOf(lasting.Kind, lasting.Key), lasting.State, StringComparison.Ordinal))
        {
            Add(lasting);
        }
    }

    /// <summary>Adds of a kind what is new or has another state, and the end of what is not true any more.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="lasting">All that is true of it now; of two with one key, the first counts.</param>
    /// <param name="end">Makes the end of what had a key.</param>
    public void AddEach(string kind, IEnumerable<AgentEvent> lasting, Func<string, AgentEvent> end)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in lasting.Where(item => keys.Add(item.Key)))
        {
            AddLasting(item);
        }

        foreach (var key in _before.Of(kind).Keys.Where(known => !keys.Contains(known)).Order(StringComparer.Ordinal))
        {
            Add(end(key) with { Key = key, IsEnd = true });
        }
    }

    /// <summary>Remembers the policies of the pass.</summary>
    public void Remember(ImmutableArray<PolicyDecision> policies) => Memory = Memory with { Policies = policies };

    private string? StateOf(string kind, string key) => _before.Of(kind).GetValueOrDefault(key);
}
