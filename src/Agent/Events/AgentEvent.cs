using System.Collections.Immutable;

namespace NetEdit.Agent.Events;

/// <summary>Something that happened, or that is true from now on: a line of the log and a line of <c>netedit events</c>.</summary>
/// <param name="Kind">One of <see cref="EventKind"/>.</param>
/// <param name="About">What it happened to: a policy, a cgroup, a feature or a file; may be empty.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="What">What happened.</param>
/// <param name="Details">Further facts, by name.</param>
internal sealed record AgentEvent(
    string Kind,
    string About,
    LogLevel Level,
    string What,
    params (string Name, string Value)[] Details
)
{
    private readonly string? _key;

    /// <summary>Tells what lasts from the rest of its kind.</summary>
    public string Key
    {
        get => _key ?? About;
        init => _key = value;
    }

    /// <summary>Of what lasts: what must differ for it to be told again. Null of what only happens, and of an end.</summary>
    public string? State { get; init; }

    /// <summary>Whether something that lasted is over.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The policies it concerns.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];
}
