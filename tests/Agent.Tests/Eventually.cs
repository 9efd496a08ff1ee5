using System.Diagnostics;

namespace NetEdit.Agent.Tests;

/// <summary>Waits for conditions instead of for times.</summary>
internal static class Eventually
{
    /// <summary>How long a busy machine may take for what an idle one does at once.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static void True(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException($"still not: {what}");
            }

            Thread.Sleep(2);
        }
    }
}
