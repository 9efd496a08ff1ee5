using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// Gives systemd signs of life (<c>WatchdogSec=</c>). The agent's loop gives them, between its works, so that an agent whose loop hangs is
/// started anew; the tuning stays in place meanwhile.
/// </summary>
internal sealed class LoopWatchdog : IDisposable
{
    private readonly IWorkQueue _queue;
    private readonly SystemdNotifier _systemd;
    private readonly ITimer? _timer;
    private Task _asked = Task.CompletedTask;

    /// <summary>Asks the loop for a sign of life twice in each interval that systemd allows, if it wants any.</summary>
    public LoopWatchdog(IWorkQueue queue, SystemdNotifier systemd, TimeProvider time)
    {
        _queue = queue;
        _systemd = systemd;
        if (systemd.Watchdog is { } interval)
        {
            _timer = time.CreateTimer(_ => Ask(), null, interval / 2, interval / 2);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Ask()
    {
        // A loop that is busy has one request to answer, however long it takes.
        if (_asked.IsCompleted)
        {
            _asked = _queue.AskAsync(Sign, CancellationToken.None);
        }
    }

    private bool Sign()
    {
        _systemd.Alive();
        return true;
    }
}
