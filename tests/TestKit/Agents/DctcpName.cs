using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>The name netedit_dctcp exists once per host, and others on this machine may hold it for a while.</summary>
public static class DctcpName
{
    private const int Attempts = 20;

    /* A test that uses it takes some seconds, on a busy machine half a minute, and all others may come first. */
    private static readonly TimeSpan LongestTurns = TimeSpan.FromMinutes(5);

    /// <summary>Waits until no test of another process uses the name and it is free.</summary>
    /// <returns>The turn, to be held while the name is used; disposing it ends the turn.</returns>
    /// <exception cref="IOException">Others use it for five minutes.</exception>
    public static IDisposable Take()
    {
        var turn = Wait();
        WaitUntilFree();
        return turn;
    }

    /// <summary>Tries until the name was free.</summary>
    /// <param name="attempt">Gives null, or what was said, when the name was taken.</param>
    public static void Retry(Func<string?> attempt)
    {
        using var turn = Wait();
        for (var left = Attempts; ; left--)
        {
            WaitUntilFree();
            if (attempt() is not { } taken)
            {
                return;
            }

            if (left == 0)
            {
                throw new LabException(taken);
            }
        }
    }

    private static void WaitUntilFree() =>
        Eventually.True(
            () =>
                !File.ReadAllText("/proc/sys/net/ipv4/tcp_available_congestion_control")
                    .Contains("netedit_dctcp", StringComparison.Ordinal),
            "netedit_dctcp is free"
        );

    private static IDisposable Wait() => FileTurn.Take("/run/netedit-dctcp-tests.lock", LongestTurns);

    /// <summary>Whether something was said of a name that is taken.</summary>
    public static bool WasTaken(string text) => text.Contains("EEXIST", StringComparison.Ordinal);
}
