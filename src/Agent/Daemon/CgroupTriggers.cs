using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>Causes passes when the cgroups of policies are created or deleted, or their containers get names.</summary>
internal sealed class CgroupTriggers : IDisposable
{
    private const string Late =
        "cgroups that are created or deleted are found at the next look for drift (--interval), not at once";

    private readonly AgentParts _parts;
    private readonly AgentProblems _problems;
    private readonly AgentLog _log;
    private readonly WorkQueue _queue;
    private readonly LookBudget _looks;
    private readonly SideService<PathWatcher> _watcher;
    private readonly ITimer _nextLook;

    /// <summary>Creates the triggers; nothing is watched yet.</summary>
    /// <param name="parts">What the agent works with.</param>
    /// <param name="problems">Where to say that cgroups are not watched.</param>
    /// <param name="log">The log.</param>
    /// <param name="queue">Where passes are asked for.</param>
    /// <param name="time">The clock.</param>
    public CgroupTriggers(AgentParts parts, AgentProblems problems, AgentLog log, WorkQueue queue, TimeProvider time)
    {
        (_parts, _problems, _log, _queue, _looks) = (parts, problems, log, queue, new LookBudget(time));
        _watcher = new SideService<PathWatcher>(
            AgentPart.CgroupWatch,
            problems,
            Late,
            () => new PathWatcher("netedit-cgroups", () => queue.Wake(PassTrigger.CgroupChanged))
        );
        parts.Policies.Names.Changed = () => queue.Wake(PassTrigger.CgroupChanged);
        _nextLook = time.CreateTimer(
            _ => queue.Wake(PassTrigger.CgroupChanged),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Starts to watch, where that is not done yet.</summary>
    public void Ensure()
    {
        _watcher.Ensure();
        _problems.Note(AgentPart.ContainerNames, _parts.Policies.Names.Problem);
    }

    /// <summary>
    /// Whether triggers are worth a pass. Where containers may be, cgroups come and go that are none, and users make as many as
    /// they like: those are looked at first, and not too often.
    /// </summary>
    /// <param name="triggers">The triggers.</param>
    /// <param name="last">The last pass; null before the first.</param>
    public bool AreWorthAPass(SortedSet<string> triggers, ReconcileReport? last)
    {
        if (!triggers.SetEquals([PassTrigger.CgroupChanged]) || last is null)
        {
            return true;
        }

        if (!_looks.TryTake(out var wait))
        {
            _nextLook.Change(wait, Timeout.InfiniteTimeSpan);
            return false;
        }

        return Watch(last);
    }

    /// <summary>Watches for cgroups of the policies of a pass, and asks for another one when some have changed since.</summary>
    /// <param name="report">The pass.</param>
    public void WatchAfter(ReconcileReport report)
    {
        if (Watch(report))
        {
            _queue.Wake(PassTrigger.CgroupChanged);
        }
    }

    public void Dispose()
    {
        _parts.Policies.Names.Dispose();
        _nextLook.Dispose();
        _watcher.Dispose();
    }

    /// <summary>Watches for cgroups that are created or deleted.</summary>
    /// <returns>Whether some of the policies' have been since the pass.</returns>
    private bool Watch(ReconcileReport report)
    {
        if (_parts.Adapter.CgroupMount is not { } mount || report is not { Set: { } set, Host: { } host })
        {
            return false;
        }

        try
        {
            return Watch(mount, set, host.Cgroups);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BpfException)
        {
            _log.WriteOnce(
                "cgroups",
                exception.Message,
                LogLevel.Warning,
                "the cgroups cannot be watched; those that come are found at the next pass",
                ("reason", exception.Message)
            );
            return false;
        }
    }

    private bool Watch(string mount, PolicySet set, ImmutableSortedDictionary<string, ulong> cgroups)
    {
        while (true)
        {
            var (found, movedAlready) = _parts.Policies.FindScopes(set, cgroups);
            ScopeLog.Write(_log, found);
            if (_watcher.Running is not { } watcher)
            {
                return movedAlready;
            }

            var unseen = watcher.Watch(
                WatchList.ForCgroups(
                    found
                        .Policies.Scopes.Where(scope => scope != "/")
                        .Concat(found.Awaited)
                        .Select(scope => mount + scope),
                    found.Parents.Select(parent => parent == "/" ? mount : mount + parent)
                )
            );
            _problems.Note(AgentPart.CgroupWatch, unseen is null ? null : $"{unseen}; {Late}");

            // What came between the look and the watch is no event.
            var (again, moved) = _parts.Policies.FindScopes(set, cgroups);
            if (moved || again.Parents.SequenceEqual(found.Parents))
            {
                return moved;
            }
        }
    }
}
