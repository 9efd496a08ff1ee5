using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using NetEdit.Containers;
using NetEdit.Model;

namespace NetEdit.Agent.Containers;

/// <summary>
/// What a runtime has reported about its containers. It takes in the messages of the process that asks the runtime, which others
/// influence, so it believes nothing but the contents of names, and has a bound for everything. Pure.
/// </summary>
/// <param name="runtime">The runtime.</param>
internal sealed partial class ContainerBook(string runtime)
{
    private readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);
    private HashSet<string> _told = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, ReportedContainer> _containers = ImmutableDictionary.Create<
        string,
        ReportedContainer
    >(StringComparer.Ordinal);

    /// <summary>The containers by id. They stay known when the runtime no longer answers: ids are not used again.</summary>
    public ImmutableDictionary<string, ReportedContainer> Containers => _containers;

    /// <summary>Whether the process has told of all containers.</summary>
    public bool IsListed { get; private set; }

    /// <summary>Why the process ends, as it said; null while it has not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the runtime does not offer what it was asked for.</summary>
    public bool IsNotOffered { get; private set; }

    /// <summary>Whether there were more containers than one runtime may have.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Begins to listen to a new process.</summary>
    public void Begin()
    {
        _told = new HashSet<string>(StringComparer.Ordinal);
        (IsListed, Problem, IsNotOffered, IsFull) = (false, null, false, false);
    }

    /// <summary>Takes in a message.</summary>
    /// <param name="line">A line of at most <see cref="ContainerLimits.MessageBytes"/>.</param>
    /// <returns>Whether something is known now that was not, or no longer.</returns>
    /// <exception cref="JsonException">It is no message.</exception>
    public bool Take(string line)
    {
        var message =
            JsonSerializer.Deserialize(line, ContainerMessageJson.Default.ContainerMessage)
            ?? throw new JsonException("null is no message");
        if (message.Container is { } id)
        {
            return IdPattern().IsMatch(id) && Add(id, line, message);
        }

        if (message.Gone is { } gone)
        {
            return Remove([gone]);
        }

        if (message.Listed)
        {
            var changed = Remove([.. _lines.Keys.Where(known => !_told.Contains(known))]) || !IsListed;
            IsListed = true;
            return changed;
        }

        Problem = Short(message.Problem) ?? "it gives no reason";
        IsNotOffered = message.IsNotOffered;
        return false;
    }

    private bool Add(string id, string line, ContainerMessage message)
    {
        if (_lines.Count >= ContainerLimits.Containers && !_lines.ContainsKey(id))
        {
            IsFull = true;
            return false;
        }

        _told.Add(id);
        if (_lines.TryGetValue(id, out var known) && string.Equals(known, line, StringComparison.Ordinal))
        {
            return false;
        }

        _lines[id] = line;
        _containers = _containers.SetItem(id, Read(message));
        return true;
    }

    private bool Remove(IReadOnlyCollection<string> ids)
    {
        var before = _containers;
        foreach (var id in ids)
        {
            _lines.Remove(id);
            _told.Remove(id);
        }

        _containers = before.RemoveRange(ids);
        return before.Count != _containers.Count;
    }

    private ReportedContainer Read(ContainerMessage message)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in message.Labels ?? [])
        {
            if (labels.Count < ContainerLimits.Labels && Short(key) is not null && Short(value) is not null)
            {
                labels[key] = value;
            }
        }

        var image = Short(message.Image) is { } text ? ImageName.Find(text) : null;
        return new ReportedContainer(runtime, labels.ToImmutable())
        {
            Name = Short(message.Name),
            Image = image is null ? null : image with { Digest = image.Digest ?? Short(message.Digest) },
            Namespace = Short(message.Namespace),
            Pod = Short(message.Pod),
            PodUid = Short(message.PodUid),
            IsSandbox = message.IsSandbox,
        };
    }

    /* What is longer or cannot be printed is the value of no policy. */
    private static string? Short(string? text) =>
        text is { Length: > 0 and <= ContainerLimits.Characters } && Printable.IsPrintable(text) ? text : null;

    [GeneratedRegex(
        "^[0-9a-f]{64}\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex IdPattern();
}
