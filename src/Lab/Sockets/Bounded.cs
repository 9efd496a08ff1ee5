namespace NetEdit.Lab;

/// <summary>Waits for asynchronous operations, never for ever.</summary>
internal static class Bounded
{
    /// <summary>Waits for an operation.</summary>
    /// <exception cref="TimeoutException">The operation did not end in time; it is cancelled.</exception>
    public static T Wait<T>(Func<CancellationToken, Task<T>> operation, TimeSpan limit, string what)
    {
        using var source = new CancellationTokenSource(limit);
        try
        {
            return operation(source.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e) when (source.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not end within {limit.TotalSeconds} s", e);
        }
    }
}
