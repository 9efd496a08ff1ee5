using System.Collections.Immutable;

namespace NetEdit.Agent.Events;

/// <summary>Shortens what a pass did to many things alike, as when a hundred containers start at once. Pure.</summary>
internal static class EventDigest
{
    /// <summary>Events of one kind and text that are kept as they are; more become one.</summary>
    public const int MostAlike = 3;

    /// <summary>Shortens events. What lasts is never shortened: the next process knows from it what was told.</summary>
    /// <param name="events">The events of a pass, in order.</param>
    public static ImmutableArray<AgentEvent> Of(ImmutableArray<AgentEvent> events)
    {
        var many = events
            .Where(item => item is { State: null, IsEnd: false })
            .GroupBy(item => (item.Kind, item.What))
            .Where(alike => alike.Count() > MostAlike)
            .ToDictionary(alike => alike.Key, alike => alike.ToArray());
        if (many.Count == 0)
        {
            return events;
        }

        var shortened = ImmutableArray.CreateBuilder<AgentEvent>();
        foreach (var item in events)
        {
            if (item is not { State: null, IsEnd: false } || !many.TryGetValue((item.Kind, item.What), out var alike))
            {
                shortened.Add(item);
            }
            else if (ReferenceEquals(item, alike[0]))
            {
                shortened.Add(One(alike));
            }
        }

        return shortened.ToImmutable();
    }

    private static AgentEvent One(AgentEvent[] alike) =>
        new(
            alike[0].Kind,
            $"{alike.Length} of them",
            alike.Max(item => item.Level),
            alike[0].What,
            [
                ("among", PolicyEvents.Among([.. alike.Select(item => item.About)])),
                .. alike[0].Details.Where(detail => Array.TrueForAll(alike, item => item.Details.Contains(detail))),
            ]
        )
        {
            Policies = [.. alike.SelectMany(item => item.Policies).Distinct(StringComparer.Ordinal)],
        };
}
