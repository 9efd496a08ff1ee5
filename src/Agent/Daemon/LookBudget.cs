namespace NetEdit.Agent.Daemon;

/// <summary>
/// Bounds how often the agent looks for cgroups because some came or went, which users can make happen as often as they like: 20 times at once, and then twice a second. What
/// changes meanwhile is seen by the next look. One caller at a time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class LookBudget(TimeProvider time)
{
    /// <summary>Looks that may follow each other at once, after a while without any.</summary>
    public const int AtOnce = 20;

    /// <summary>Time from one to the next when that many were made.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    private readonly long _start = time.GetTimestamp();

    // When the looks made so far would be over, had each taken its time.
    private TimeSpan _over;

    /// <summary>Takes a look when there is one left.</summary>
    /// <param name="wait">How long until there is one.</param>
    public bool TryTake(out TimeSpan wait)
    {
        var now = time.GetElapsedTime(_start);
        var over = _over < now ? now : _over;
        wait = over - now - ((AtOnce - 1) * Between);
        if (wait > TimeSpan.Zero)
        {
            return false;
        }

        _over = over + Between;
        return true;
    }
}
