using System.Globalization;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Metrics;

/// <summary>What this process uses, from /proc and getrlimit(2).</summary>
/// <param name="CpuSeconds">Time on processors in user and kernel mode, in seconds.</param>
/// <param name="VirtualBytes">Virtual memory, in bytes.</param>
/// <param name="ResidentBytes">Resident memory, in bytes.</param>
/// <param name="StartTime">When the process started, in seconds since 1970.</param>
internal sealed record ProcessUsage(double CpuSeconds, double VirtualBytes, double ResidentBytes, double StartTime)
{
    private const int OpenFiles = 7; // RLIMIT_NOFILE
    private const int AddressSpace = 9; // RLIMIT_AS
    private const double ClockTicks = 100; // USER_HZ, the same on every architecture of .NET

    private static double? _bootTime;

    /// <summary>Open descriptors.</summary>
    public double OpenDescriptors { get; private init; }

    /// <summary>Descriptors that may be open at once; 2^64 - 1 when they are not limited.</summary>
    public double MostDescriptors { get; private init; }

    /// <summary>Virtual memory that the process may have, in bytes; 2^64 - 1 when it is not limited.</summary>
    public double MostVirtualBytes { get; private init; }

    /// <summary>Reads it now; null when /proc does not tell.</summary>
    public static ProcessUsage? Read()
    {
        try
        {
            _bootTime ??= ParseBootTime(File.ReadLines("/proc/stat"));
            return Parse(File.ReadAllText("/proc/self/stat"), _bootTime.Value, Environment.SystemPageSize) with
            {
                // One of them is that of the listing itself.
                OpenDescriptors = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1,
                MostDescriptors = Limit(OpenFiles),
                MostVirtualBytes = Limit(AddressSpace),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return null; // a host may hide parts of /proc
        }
    }

    /// <summary>Reads a process's line of <c>/proc/PID/stat</c> (proc_pid_stat(5)).</summary>
    /// <param name="stat">The line.</param>
    /// <param name="bootTime">When the kernel started, in seconds since 1970.</param>
    /// <param name="pageSize">Size of a page in bytes.</param>
    /// <exception cref="FormatException">It is not such a line.</exception>
    public static ProcessUsage Parse(string stat, double bootTime, int pageSize)
    {
        // The name of the program, in parentheses, may have spaces and parentheses itself. The field after it is the third.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ProcessUsage(
            (Field(14) + Field(15)) / ClockTicks,
            Field(23),
            Field(24) * pageSize,
            bootTime + (Field(22) / ClockTicks)
        );

        double Field(int number) =>
            number - 3 < fields.Length
                ? double.Parse(fields[number - 3], NumberStyles.None, CultureInfo.InvariantCulture)
                : throw new FormatException($"/proc/self/stat has no field {number}");
    }

    private static double ParseBootTime(IEnumerable<string> stat) =>
        double.Parse(
            stat.First(line => line.StartsWith("btime ", StringComparison.Ordinal)).AsSpan("btime ".Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture
        );

    private static unsafe double Limit(int resource)
    {
        var limits = stackalloc ulong[2];
        return SystemCalls.GetLimits(resource, limits) == 0 ? *limits : ulong.MaxValue;
    }
}
