using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Events;

/// <summary>What was told last of everything that lasts, so that nothing is told twice.</summary>
/// <param name="States">The states, by kind and then by key.</param>
/// <param name="Policies">The policies of the last pass of this process.</param>
internal sealed record EventMemory(
    ImmutableDictionary<string, ImmutableDictionary<string, string>> States,
    ImmutableArray<PolicyDecision> Policies
)
{
    private static readonly ImmutableDictionary<string, string> Nothing = ImmutableDictionary.Create<string, string>(
        StringComparer.Ordinal
    );

    /// <summary>Nothing was told yet.</summary>
    public static EventMemory None { get; } =
        new(ImmutableDictionary.Create<string, ImmutableDictionary<string, string>>(StringComparer.Ordinal), []);

    /// <summary>The states of a kind, by key.</summary>
    public ImmutableDictionary<string, string> Of(string kind) => States.GetValueOrDefault(kind, Nothing);

    /// <summary>The memory after something was told.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Its key.</param>
    /// <param name="state">Its state; null of what only happens.</param>
    /// <param name="isEnd">Whether it is the end of what lasted.</param>
    public EventMemory After(string kind, string key, string? state, bool isEnd) =>
        isEnd ? this with { States = States.SetItem(kind, Of(kind).Remove(key)) }
        : state is not null ? this with { States = States.SetItem(kind, Of(kind).SetItem(key, state)) }
        : this;
}
