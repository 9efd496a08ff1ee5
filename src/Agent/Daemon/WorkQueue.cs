using System.Threading.Channels;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// What an agent has to do: causes for a pass, and requests. The agent's loop takes them in order, so one thread at a time works with
/// what is not locked. Nobody waits here who only wants to know how things are, to switch tuning off, or to stop the agent.
/// </summary>
internal sealed class WorkQueue : IWorkQueue
{
    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private volatile CancellationTokenSource? _pass;
    private volatile bool _isLastAsked;

    /// <summary>Causes a pass. Never waits.</summary>
    /// <param name="trigger">The cause.</param>
    public void Wake(string trigger) => _entries.Writer.TryWrite(new Entry(trigger, null, null));

    /// <inheritdoc/>
    public Task<T> AskAsync<T>(Func<T> work, CancellationToken expired) =>
        EnqueueAsync(new Work<T>(work), last: false, expired);

    /// <summary>Does the last work of this agent: a pass that is under way ends before its next action, and none follows.</summary>
    /// <param name="work">The work.</param>
    /// <param name="expired">As for <see cref="AskAsync"/>.</param>
    public async Task<T> AskLastAsync<T>(Func<T> work, CancellationToken expired)
    {
        _isLastAsked = true;
        try
        {
            var result = EnqueueAsync(new Work<T>(work), last: true, expired);
            InterruptPass();
            return await result;
        }
        finally
        {
            _isLastAsked = false;
        }
    }

    /// <summary>Causes a pass, and waits for it.</summary>
    /// <param name="trigger">The cause.</param>
    /// <param name="expired">As for <see cref="AskAsync"/>.</param>
    public async Task<ReconcileReport> PassAsync(string trigger, CancellationToken expired)
    {
        var request = new Request<ReconcileReport>();
        _entries.Writer.TryWrite(new Entry(trigger, null, request));
        using var registration = expired.Register(request.Expire);
        return await request.Result;
    }

    /// <summary>Waits for something to do.</summary>
    /// <param name="coalescing">Waits a little longer, until what belongs together has arrived.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<WorkBatch> TakeAsync(Func<Task> coalescing, CancellationToken stop)
    {
        await _entries.Reader.WaitToReadAsync(stop);
        await coalescing();
        var batch = new WorkBatch();
        while (_entries.Reader.TryRead(out var entry))
        {
            if (entry.Work is { } work)
            {
                (entry.IsLast ? batch.Last : batch.Works).Add(work);
            }
            else
            {
                batch.Triggers.Add(entry.Trigger!);
                if (entry.Pass is { } request)
                {
                    batch.Passes.Add(request);
                }
            }
        }

        return batch;
    }

    /// <summary>Makes a pass that <see cref="AskLastAsync"/> and <paramref name="stop"/> can interrupt.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public T Pass<T>(Func<CancellationToken, T> pass, CancellationToken stop)
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _pass = interrupt;
        try
        {
            if (_isLastAsked)
            {
                interrupt.Cancel();
            }

            return pass(interrupt.Token);
        }
        finally
        {
            _pass = null;
        }
    }

    private async Task<T> EnqueueAsync<T>(Work<T> work, bool last, CancellationToken expired)
    {
        _entries.Writer.TryWrite(new Entry(null, work, null) { IsLast = last });
        using var registration = expired.Register(work.Request.Expire);
        return await work.Request.Result;
    }

    private void InterruptPass()
    {
        try
        {
            _pass?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private sealed record Entry(string? Trigger, IWork? Work, Request<ReconcileReport>? Pass)
    {
        public bool IsLast { get; init; }
    }

    private sealed class Work<T>(Func<T> work) : IWork
    {
        public Request<T> Request { get; } = new();

        public bool TryDo()
        {
            if (!Request.TryBegin())
            {
                return false;
            }

            Request.Answer(work);
            return true;
        }
    }
}

/// <summary>Work, unless it has expired.</summary>
internal interface IWork
{
    /// <summary>Does it. What it throws goes to whoever asked.</summary>
    /// <returns>False when it has expired, and nothing was done.</returns>
    bool TryDo();
}

/// <summary>What was to be done when the loop looked.</summary>
internal sealed class WorkBatch
{
    /// <summary>Causes for a pass.</summary>
    public SortedSet<string> Triggers { get; } = new(StringComparer.Ordinal);

    /// <summary>Who waits for that pass.</summary>
    public List<Request<ReconcileReport>> Passes { get; } = [];

    /// <summary>Requests, in order.</summary>
    public List<IWork> Works { get; } = [];

    /// <summary>The work after which the agent ends.</summary>
    public List<IWork> Last { get; } = [];
}
