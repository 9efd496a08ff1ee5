namespace NetEdit.Agent.Metrics;

/// <summary>
/// Does work for many who ask, one at a time. Who asks while some is being done shares what is done next, which begins after all of them have
/// asked; of each kind of work at most one waits.
/// </summary>
/// <typeparam name="TKind">The kind of work.</typeparam>
/// <typeparam name="TResult">What comes of it.</typeparam>
internal sealed class SharedWork<TKind, TResult>
    where TKind : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKind, Task<TResult>> _waiting = [];
    private Task _last = Task.CompletedTask;

    /// <summary>Has it done.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="work">Does it; not called when another who asked for the same has it done.</param>
    /// <param name="cancel">Ends the wait; the work goes on for the others.</param>
    public Task<TResult> DoAsync(TKind kind, Func<Task<TResult>> work, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(kind, out var next))
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(kind, next = DoAfterAsync(_last, kind, work, done));
                _last = done.Task;
            }

            return next.WaitAsync(cancel);
        }
    }

    private async Task<TResult> DoAfterAsync(Task last, TKind kind, Func<Task<TResult>> work, TaskCompletionSource done)
    {
        // Not inside the lock that the caller holds.
        await Task.Yield();
        await last;
        try
        {
            lock (_gate)
            {
                _waiting.Remove(kind);
            }

            return await work();
        }
        finally
        {
            done.SetResult();
        }
    }
}
