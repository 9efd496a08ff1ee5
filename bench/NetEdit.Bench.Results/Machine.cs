using System.Runtime.InteropServices;

namespace NetEdit.Bench.Results;

/// <summary>What the figures were measured on; nothing that names this one machine.</summary>
public sealed record Machine(string Processor, int Cores, string Kernel, string Runtime, string LoadAverage)
{
    public static Machine Current()
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
            File.ReadAllText("/proc/loadavg").Split(' ')[0]
        );
    }

    public override string ToString() => $"{Processor}, {Cores} cores, Linux {Kernel}, {Runtime}";
}
