using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Faults.Tests;

/// <summary>What all workers of a run told.</summary>
/// <param name="Places">Places at which something can go wrong.</param>
/// <param name="Cases">Cases that were played.</param>
/// <param name="Connections">Connections that were opened meanwhile and to which something was promised.</param>
/// <param name="Problems">A text per problem.</param>
internal sealed record Told(int Places, int Cases, long Connections, IReadOnlyList<string> Problems)
{
    public void ShouldBeWell() => Problems.Count.ShouldBe(0, $"{Problems.Count} problems in {Cases} cases, among them:\n{string.Join('\n', Problems.Take(25))}");
}

/// <summary>Processes that were started with the seam between libbpf and the kernel.</summary>
internal static class Driver
{
    // The kernel frees objects some time after their last user: several workers share the waiting.
    private const int Workers = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Shares a scenario among workers.</summary>
    public static Told Enumerate(string mode, string scenario) => WithCapabilities(capabilities =>
        Run(Workers, worker => [mode, capabilities, scenario, worker.ToString(CultureInfo.InvariantCulture), Workers.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Changes policies and versions at random.</summary>
    public static Told Walk(int seed, int changes) => WithCapabilities(capabilities =>
        Run(1, _ => ["walk", capabilities, seed.ToString(CultureInfo.InvariantCulture), changes.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Has every call of the capability probes fail.</summary>
    public static Told Probe() => Run(1, _ => ["probes"]);

    private static Told WithCapabilities(Func<string, Told> run)
    {
        var directory = Directory.CreateTempSubdirectory("netedit-faults-");
        try
        {
            var capabilities = Path.Combine(directory.FullName, "capabilities.json");
            Run(1, _ => ["warm", capabilities]).ShouldBeWell();
            return run(capabilities);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Runs drivers side by side to their end, and looks for what they left in the kernel.</summary>
    private static Told Run(int workers, Func<int, string[]> arguments)
    {
        var before = KernelResidue.Take();
        var name = "ne-fault-" + RandomNumberGenerator.GetHexString(6, lowercase: true);
        var drivers = Enumerable.Range(0, workers).Select(worker =>
        {
            var line = arguments(worker);
            return Start([line[0], $"{name}-{worker}", .. line[1..]]);
        }).ToList();
        try
        {
            var told = RunToEnd(drivers);
            var left = KernelResidue.WaitUntilNothingMoreThan(before);
            return left.IsEmpty ? told : told with { Problems = [.. told.Problems, "left behind in the kernel:\n  " + string.Join("\n  ", left)] };
        }
        finally
        {
            drivers.ForEach(driver => driver.Dispose());
            RemoveWhatIsLeftOf(name);
        }
    }

    /// <summary>Drivers that were killed leave all they had.</summary>
    private static void RemoveWhatIsLeftOf(string name)
    {
        foreach (var ledger in Directory.GetDirectories("/sys/fs/bpf", name + "-*"))
        {
            Directory.Delete(ledger, recursive: true);
        }

        foreach (var cgroup in Directory.GetDirectories(LabCgroup.MountPoint!, name + "-*"))
        {
            LabCgroup.Create(Path.GetFileName(cgroup)).Dispose();
        }
    }

    private static Told RunToEnd(List<Process> drivers)
    {
        var output = drivers.ConvertAll(driver => driver.StandardOutput.ReadToEndAsync());
        var errors = drivers.ConvertAll(driver => driver.StandardError.ReadToEndAsync());
        var watch = Stopwatch.StartNew();
        var problems = new List<string>();
        var (places, cases, connections) = (0, 0, 0L);
        for (var i = 0; i < drivers.Count; i++)
        {
            var driver = drivers[i];
            if (!driver.WaitForExit(watch.Elapsed < Limit ? Limit - watch.Elapsed : TimeSpan.Zero))
            {
                driver.Kill();
                driver.WaitForExit();
                problems.Add($"a driver did not end within {Limit.TotalMinutes} minutes");
            }

            // A problem may go over several lines.
            var texts = ("\n" + output[i].Result).Replace("\ndone ", "\nproblem done ", StringComparison.Ordinal).Split("\nproblem ");
            problems.AddRange(texts.Skip(1).Where(text => !text.StartsWith("done ", StringComparison.Ordinal)));
            if (driver.ExitCode != 0 || !texts[^1].StartsWith("done ", StringComparison.Ordinal))
            {
                problems.Add($"a driver ended with {driver.ExitCode}: {errors[i].Result}");
                continue;
            }

            var numbers = texts[^1]["done ".Length..].Split(' ');
            places = int.Parse(numbers[0], CultureInfo.InvariantCulture);
            cases += int.Parse(numbers[1], CultureInfo.InvariantCulture);
            connections += long.Parse(numbers[2], CultureInfo.InvariantCulture);
        }

        return new Told(places, cases, connections, problems);
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "NetEdit.Faults.Driver.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_PRELOAD"] = Seam.Path;
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // which keeps code in memory that a forked child shares
        start.Environment["DOTNET_GCgen0size"] = "0x8000000"; // no collection by itself in a forked child, which lacks the collector's other threads
        return Process.Start(start)!;
    }
}
