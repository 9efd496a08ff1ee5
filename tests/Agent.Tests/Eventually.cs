using System.Diagnostics;

namespace NetEdit.Agent.Tests;

/// <summary>Waits for conditions instead of for times.</summary>
internal static class Eventually
{
    public static void True(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(40))
            {
                throw new TimeoutException($"still not: {what}");
            }

            Thread.Sleep(2);
        }
    }
}
