namespace NetEdit.Agent.Reconciliation;

/// <summary>Lets one caller after the other work with what is not locked: the <see cref="Reconciler"/> and all that asks it.</summary>
internal interface IWorkQueue
{
    /// <summary>Does some work when its turn comes.</summary>
    /// <param name="work">The work.</param>
    /// <param name="expired">Ends the waiting; work that has not begun then is not done.</param>
    /// <exception cref="CliException">It expired before it began, or the work threw.</exception>
    /// <exception cref="OperationCanceledException">It expired after it began; it goes on.</exception>
    Task<T> AskAsync<T>(Func<T> work, CancellationToken expired);
}

/// <summary>Without an agent there is one caller, and it is always its turn.</summary>
internal sealed class DirectQueue : IWorkQueue
{
    /// <inheritdoc/>
    public Task<T> AskAsync<T>(Func<T> work, CancellationToken expired) => Task.FromResult(work());
}
