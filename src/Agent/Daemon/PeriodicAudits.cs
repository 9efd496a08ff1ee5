using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>Makes audits, at intervals and when asked.</summary>
internal sealed class PeriodicAudits(WorkQueue queue, Audits audits, AgentLog log, TimeProvider time) : IDisposable
{
    private readonly Auditor _auditor = new(queue, audits);

    /// <summary>Makes an audit.</summary>
    /// <param name="expired">Ends it.</param>
    public async Task<AuditReport> AuditAsync(CancellationToken expired)
    {
        var audit = await _auditor.AuditAsync(named: false, expired);
        AuditLog.Write(log, audit);
        return audit;
    }

    /// <summary>Makes audits until told to stop, not those of a whole fleet at once.</summary>
    /// <param name="interval">From one to the next; zero for none.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeSpan interval, CancellationToken stop)
    {
        const double Jitter = 0.1;
        if (interval == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            while (true)
            {
#pragma warning disable CA5394 // Nobody gains by guessing when.
                await Task.Delay(interval * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1))), time, stop);
#pragma warning restore CA5394
                try
                {
                    await AuditAsync(stop);
                }
                catch (Exception exception)
                    when (exception is CliException or BpfException or IOException or UnauthorizedAccessException)
                {
                    log.WriteOnce(
                        AuditLog.Failure,
                        exception.Message,
                        LogLevel.Warning,
                        "no audit could be made",
                        ("reason", exception.Message)
                    );
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    public void Dispose() => _auditor.Dispose();
}
