namespace NetEdit.Agent.Daemon;

/// <summary>Somebody who waits for something, for a while: what was refused to him does not happen later.</summary>
internal sealed class Request<T>
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Expired = 2;

    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>
    /// The answer. Fails with <see cref="CliException"/> when it expired before it began, and is cancelled when it expired after that.
    /// </summary>
    public Task<T> Result => _result.Task;

    /// <summary>Begins; false when it has expired, and nothing may be done for it.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    /// <summary>Answers.</summary>
    public void Answer(Func<T> work)
    {
        try
        {
            _result.TrySetResult(work());
        }
#pragma warning disable CA1031 // Whatever it is, it is for whoever asked.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _result.TrySetException(exception);
        }
    }

    /// <summary>Ends the waiting.</summary>
    public void Expire()
    {
        if (Interlocked.CompareExchange(ref _state, Expired, Waiting) == Waiting)
        {
            _result.TrySetException(
                new CliException(
                    ExitCode.Failed,
                    "the agent was busy for as long as the request could wait (see netedit status); the "
                        + "request was dropped and nothing was done for it"
                )
            );
        }
        else
        {
            _result.TrySetCanceled();
        }
    }
}
