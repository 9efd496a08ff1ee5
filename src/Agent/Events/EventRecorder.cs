using System.Collections.Immutable;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Events;

/// <summary>
/// Keeps on disk what happens, for <c>netedit events</c>. A process goes on where the one before it ended: what lasts is not told again at
/// each start. Events that cannot be written cost nothing else.
/// </summary>
/// <param name="file">Where to.</param>
/// <param name="by">Who or what acts: <c>agent</c>, or a verb.</param>
/// <param name="time">The clock.</param>
internal sealed class EventRecorder(EventFile file, string by, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>Why events were not written lately; null when the last ones were.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Records of the first pass of this process what those before it did not tell.</summary>
    public void RecordFirst(ReconcileReport report) =>
        Record(PassEvents.Of(ToldBefore(), report).Events, report.Trigger);

    /// <summary>Records the events of a pass.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cause">What caused the pass.</param>
    public void Record(ImmutableArray<AgentEvent> events, string cause)
    {
        // Whoever pauses records it, and says who it was.
        var recorded = events.RemoveAll(item => item.Kind == EventKind.Paused);
        if (recorded.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.GetUtcNow();
            Trouble = file.Append(EventDigest.Of(recorded).Select(item => KeptEvent.Of(item, now, by, cause)));
        }
    }

    /// <summary>Records something that happened.</summary>
    public void Record(AgentEvent happened) => Record([happened], "");

    /// <summary>Records that an uninstall failed. One that succeeds deletes all that is kept, the events as well.</summary>
    public void RecordFailure(ChangeOutcome uninstall)
    {
        if (!uninstall.Complete)
        {
            Record(
                new AgentEvent(
                    EventKind.Uninstall,
                    "",
                    LogLevel.Error,
                    "uninstall failed",
                    ("error", uninstall.Error ?? "")
                )
            );
        }
    }

    /// <summary>What processes before this one told.</summary>
    private EventMemory ToldBefore()
    {
        var memory = EventMemory.None;
        try
        {
            using var reader = new EventReader(file.Directory);
            foreach (var told in reader.Read())
            {
                memory = memory.After(told.Kind, told.Key ?? told.About, told.State, told.IsEnd);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then everything is told once more, if it can be written at all.
        }

        return memory;
    }
}
