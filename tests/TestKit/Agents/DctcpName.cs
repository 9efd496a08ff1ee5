using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>The name netedit_dctcp exists once per host, and others on this machine may hold it for a while.</summary>
public static class DctcpName
{
    private const int Attempts = 20;

    /// <summary>Tries until the name was free.</summary>
    /// <param name="attempt">Gives null, or what was said, when the name was taken.</param>
    public static void Retry(Func<string?> attempt)
    {
        using var turn = Wait();
        for (var left = Attempts; ; left--)
        {
            Eventually.True(
                () =>
                    !File.ReadAllText("/proc/sys/net/ipv4/tcp_available_congestion_control")
                        .Contains("netedit_dctcp", StringComparison.Ordinal),
                "netedit_dctcp is free"
            );
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

    /// <summary>Waits until no test of another process uses the name.</summary>
    private static FileStream Wait()
    {
        FileStream? turn = null;
        Eventually.True(
            () =>
            {
                try
                {
                    turn = new FileStream(
                        "/run/netedit-dctcp-tests.lock",
                        FileMode.OpenOrCreate,
                        FileAccess.ReadWrite,
                        FileShare.None
                    );
                }
                catch (IOException)
                {
                    // Its turn is not over.
                }

                return turn is not null;
            },
            "it is this test's turn to use netedit_dctcp"
        );
        return turn!;
    }

    /// <summary>Whether something was said of a name that is taken.</summary>
    public static bool WasTaken(string text) => text.Contains("EEXIST", StringComparison.Ordinal);
}
