using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>Causes passes when there are newer policies, and when a policy ends.</summary>
internal sealed class PolicyTriggers : IDisposable
{
    // Clocks are set: a far end is looked at again after a while.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(1);

    private const string Late = "changed policies are found at the next look for drift (--interval), not at once";

    private readonly AgentProblems _problems;
    private readonly TimeProvider _time;
    private readonly SideService<IPolicyWatch> _watcher;
    private readonly ITimer _end;

    /// <summary>Creates the triggers; nothing is watched yet.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="problems">Where to say that it is not watched.</param>
    /// <param name="queue">Where passes are asked for.</param>
    /// <param name="time">The clock.</param>
    public PolicyTriggers(HostPolicies policies, AgentProblems problems, WorkQueue queue, TimeProvider time)
    {
        (_problems, _time) = (problems, time);
        _watcher = new SideService<IPolicyWatch>(
            AgentPart.PolicyWatch,
            problems,
            Late,
            () => policies.Watch(() => queue.Wake(PassTrigger.PoliciesChanged))
        );
        _end = time.CreateTimer(
            _ => queue.Wake(PassTrigger.PolicyEnds),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Starts to watch, where that is not done yet.</summary>
    public void Ensure() => _watcher.Ensure();

    /// <summary>Watches what is there now. To be called before the policies are read, so that no change is missed.</summary>
    public void Watch()
    {
        if (_watcher.Running is { } watcher)
        {
            var unseen = watcher.Refresh();
            _problems.Note(AgentPart.PolicyWatch, unseen is null ? null : $"{unseen}; {Late}");
        }
    }

    /// <summary>Asks for a pass when the next policy ends.</summary>
    /// <param name="report">The last pass.</param>
    public void Schedule(ReconcileReport report)
    {
        var now = _time.GetUtcNow();
        if (report.Set?.NextEnd(now) is { } next)
        {
            var left = next - now;
            _end.Change(left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _end.Dispose();
        _watcher.Dispose();
    }
}
