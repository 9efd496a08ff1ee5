using System.Runtime.InteropServices;

namespace NetEdit.Bench.Results;

/// <summary>What the figures were measured on; nothing that names this one machine.</summary>
/// <param name="Processor">Its model.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="Kernel">Release of the kernel.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="LoadAverage">Of the last minute, at the start.</param>
/// <param name="ForeignSockops">Sockops programs that were attached beside those measured; null when nobody looked.</param>
public sealed record Machine(
    string Processor,
    int Cores,
    string Kernel,
    string Runtime,
    string LoadAverage,
    int? ForeignSockops = null
)
{
    /// <summary>What the bench ran beside, for a person.</summary>
    public string Neighbours =>
        ForeignSockops switch
        {
            null => "",
            0 => "; no other sockops program was attached",
            var count =>
                $"; {count} other sockops programs were attached: what is called none pays the way to the hook, too",
        };

    public static Machine Current(int foreignSockops)
    {
        const string Model = "model name";
        var processor =
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith(Model, StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        return new Machine(
            processor,
            Environment.ProcessorCount,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription,
            File.ReadAllText("/proc/loadavg").Split(' ')[0],
            foreignSockops
        );
    }

    public override string ToString() => $"{Processor}, {Cores} cores, Linux {Kernel}, {Runtime}";
}
