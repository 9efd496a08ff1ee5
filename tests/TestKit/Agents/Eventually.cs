using System.Diagnostics;

namespace NetEdit.TestKit;

/// <summary>Waits for conditions, never for times, and never for ever.</summary>
public static class Eventually
{
    public static TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What it says, for the message when it never holds.</param>
    /// <param name="context">Further text for that message.</param>
    public static void True(Func<bool> condition, string what, Func<string>? context = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"still not: {what}\n{context?.Invoke()}");
            }

            Thread.Sleep(10);
        }
    }
}
