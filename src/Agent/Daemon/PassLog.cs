using System.Collections.Immutable;
using NetEdit.Agent.Events;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>Logs what passes do and find.</summary>
internal sealed class PassLog(AgentLog log)
{
    private EventMemory _told = EventMemory.None;

    /// <summary>Writes what is new of a pass.</summary>
    /// <returns>What is new.</returns>
    public ImmutableArray<AgentEvent> Write(ReconcileReport report)
    {
        (var events, _told) = PassEvents.Of(_told, report);
        foreach (var happened in events)
        {
            log.Write(happened);
        }

        return events;
    }
}
