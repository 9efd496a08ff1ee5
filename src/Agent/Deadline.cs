namespace NetEdit.Agent;

/// <summary>Cancels after a while, or when something stops.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _linked;

    /// <summary>Starts the time.</summary>
    /// <param name="after">When it cancels.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stops">Any of these cancels sooner.</param>
    public Deadline(TimeSpan after, TimeProvider time, params ReadOnlySpan<CancellationToken> stops)
    {
        _time = new CancellationTokenSource(after, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource([_time.Token, .. stops]);
    }

    /// <summary>Is cancelled at the deadline.</summary>
    public CancellationToken Token => _linked.Token;

    public void Dispose()
    {
        _linked.Dispose();
        _time.Dispose();
    }
}
