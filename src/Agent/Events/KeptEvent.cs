using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetEdit.Agent.Events;

/// <summary>An event as it is stored, a line of JSON, and as <c>netedit events -o json</c> prints it.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Kind">One of <see cref="EventKind"/>, or one that a later version knows.</param>
/// <param name="What">What happened.</param>
internal sealed record KeptEvent(DateTimeOffset At, string Kind, string What)
{
    private const int MostCharacters = 1000;
    private const int MostPolicies = 100;

    /// <summary>What it happened to; may be empty.</summary>
    public string About { get; init; } = "";

    /// <summary>How grave it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public LogLevel Level { get; init; }

    /// <summary>Who or what did it: the agent, or a verb.</summary>
    public string By { get; init; } = "";

    /// <summary>What caused the pass; empty for what is not of a pass.</summary>
    public string Cause { get; init; } = "";

    /// <summary>Further facts, by name.</summary>
    public Dictionary<string, string> Details { get; init; } = [];

    /// <summary>The policies it concerns.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>See <see cref="AgentEvent.Key"/>; null when it is <see cref="About"/>.</summary>
    public string? Key { get; init; }

    /// <summary>See <see cref="AgentEvent.State"/>.</summary>
    public string? State { get; init; }

    /// <summary>See <see cref="AgentEvent.IsEnd"/>.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Makes of an event what is stored; texts that are very long are cut.</summary>
    /// <param name="event">The event.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="by">Who or what did it.</param>
    /// <param name="cause">What caused the pass.</param>
    public static KeptEvent Of(AgentEvent @event, DateTimeOffset at, string by, string cause)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in @event.Details.Where(detail => detail.Value.Length > 0))
        {
            details[name] = Cut(value);
        }

        return new KeptEvent(at, @event.Kind, Cut(@event.What))
        {
            About = Cut(@event.About),
            Level = @event.Level,
            By = Cut(by),
            Cause = Cut(cause),
            Details = details,
            Policies = [.. @event.Policies.Take(MostPolicies)],
            Key = string.Equals(@event.Key, @event.About, StringComparison.Ordinal) ? null : Cut(@event.Key),
            State = @event.State is { } state ? Cut(state) : null,
            IsEnd = @event.IsEnd,
        };
    }

    /// <summary>Reads a line; null when it is damaged.</summary>
    public static KeptEvent? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            // A property that is missing is null, or its type's default.
            return
                JsonSerializer.Deserialize(line, EventJson.Default.KeptEvent)
                    is {
                        About: not null,
                        By: not null,
                        Cause: not null,
                        Details: not null,
                        Policies.IsDefault: false
                    } read
                && read.Policies.All(policy => policy is not null)
                && read.Details.Values.All(value => value is not null)
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Cut(string text) =>
        text.Length <= MostCharacters ? text
        : char.IsHighSurrogate(text[MostCharacters - 1]) ? text[..(MostCharacters - 1)] + "…"
        : text[..MostCharacters] + "…";
}

/// <summary>How events are written; generated, so that nothing is reflected over at start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 8
)]
[JsonSerializable(typeof(KeptEvent))]
internal sealed partial class EventJson : JsonSerializerContext
{
    private static EventJson? _readable;

    /// <summary>Writes quotes and letters of all languages as they are.</summary>
    public static EventJson Readable =>
        _readable ??= new EventJson(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
