using System.Collections.Immutable;
using NetEdit.Agent.Persistence;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Counts how often a feature was lost from the kernel, or came and went, lately. Pure but for the clock.</summary>
internal sealed class FlapWatch(TimeProvider time)
{
    /// <summary>Events within <see cref="Window"/> that are mended in silence; one more, and the feature flaps.</summary>
    public const int Tolerated = 5;

    /// <summary>How far back events count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Track> _tracks = new(StringComparer.Ordinal);

    /// <summary>Takes in that a feature that was in force was not found in the kernel.</summary>
    public void Lost(string feature, string what)
    {
        var track = Of(feature);
        Add(track, what);

        // That it comes back, or does not, is the same event.
        track.InForce = null;
    }

    /// <summary>Takes in how a feature fares at the end of a pass.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="revision">Revision of the policies; what comes or goes with another one does not flap.</param>
    /// <param name="inForce">Whether it is in force; null when it is not meant to be.</param>
    public void See(string feature, string revision, bool? inForce)
    {
        var track = Of(feature);
        if (
            inForce is { } now
            && track.InForce is { } before
            && now != before
            && string.Equals(track.Revision, revision, StringComparison.Ordinal)
        )
        {
            Add(track, now ? "it was in force again" : "it was not in force any more");
        }

        (track.InForce, track.Revision) = (inForce, revision);
    }

    /// <summary>What happened to a feature within the window, oldest first, when that is more than is tolerated; else nothing.</summary>
    public ImmutableArray<QuarantineEvent> Flaps(string feature) =>
        _tracks.TryGetValue(feature, out var track) && Recent(track).Count > Tolerated ? [.. track.Events] : [];

    /// <summary>Starts anew with a feature.</summary>
    public void Forget(string feature) => _tracks.Remove(feature);

    private void Add(Track track, string what) => Recent(track).Enqueue(new QuarantineEvent(time.GetUtcNow(), what));

    private Queue<QuarantineEvent> Recent(Track track)
    {
        while (
            track.Events.TryPeek(out var oldest)
            && (time.GetUtcNow() - oldest.At > Window || track.Events.Count > Tolerated + 1)
        )
        {
            track.Events.Dequeue();
        }

        return track.Events;
    }

    private Track Of(string feature)
    {
        if (!_tracks.TryGetValue(feature, out var track))
        {
            _tracks[feature] = track = new Track();
        }

        return track;
    }

    private sealed class Track
    {
        public Queue<QuarantineEvent> Events { get; } = new();

        public bool? InForce { get; set; }

        public string Revision { get; set; } = "";
    }
}
