using System.Globalization;

namespace NetEdit.Effects.Guest;

/// <summary>How busy the emulated processor is: near 1 it would be the bottleneck itself.</summary>
internal sealed class ProcessorTime
{
    private const double LeastBusy = 0.05;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly (long Idle, long All) _start = Read();

    /// <summary>Share of time it was not idle since the start, from 0 to 1.</summary>
    public double Busy
    {
        get
        {
            var now = Read();
            return now.All == _start.All ? 0 : 1 - ((double)(now.Idle - _start.Idle) / (now.All - _start.All));
        }
    }

    /// <summary>Waits until nothing else runs.</summary>
    public static void WaitUntilIdle()
    {
        ProcessorTime period;
        do
        {
            period = new ProcessorTime();
            Thread.Sleep(Period);
        } while (period.Busy > LeastBusy);
    }

    private static (long Idle, long All) Read()
    {
        // user, nice, system, idle, iowait, irq, softirq, steal
        var times = File.ReadLines("/proc/stat")
            .First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Take(8)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return (times[3] + times[4], times.Sum());
    }
}
