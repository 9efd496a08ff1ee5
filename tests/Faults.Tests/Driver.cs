using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NetEdit.Lab;

namespace NetEdit.Faults.Tests;

/// <summary>What all workers of a run report.</summary>
/// <param name="Places">Places at which something can go wrong.</param>
/// <param name="Cases">Cases that were played.</param>
/// <param name="Connections">Connections that were opened meanwhile and to which something was expected.</param>
/// <param name="Problems">A text per problem.</param>
internal sealed record DriverReport(int Places, int Cases, long Connections, IReadOnlyList<string> Problems)
{
    /// <summary>What the last line of a driver begins with.</summary>
    public const string Done = "done ";

    /// <summary>Reads what a driver report.</summary>
    public static DriverReport Parse(string text)
    {
        // A problem may go over several lines.
        var texts = ("\n" + text)
            .Replace("\n" + Done, "\nproblem " + Done, StringComparison.Ordinal)
            .Split("\nproblem ");
        var problems = texts.Skip(1).Where(problem => !problem.StartsWith(Done, StringComparison.Ordinal)).ToList();
        return
            texts[^1].StartsWith(Done, StringComparison.Ordinal)
            && texts[^1][Done.Length..].Split(' ') is [var places, var cases, var connections]
            ? new DriverReport(
                int.Parse(places, CultureInfo.InvariantCulture),
                int.Parse(cases, CultureInfo.InvariantCulture),
                long.Parse(connections, CultureInfo.InvariantCulture),
                problems
            )
            : new DriverReport(0, 0, 0, problems);
    }

    /// <summary>What all of them report.</summary>
    public static DriverReport Sum(IReadOnlyList<DriverReport> all) =>
        new(
            all.Max(report => report.Places),
            all.Sum(report => report.Cases),
            all.Sum(report => report.Connections),
            [.. all.SelectMany(report => report.Problems)]
        );

    /// <summary>A change may take some calls less than when they were counted: of a congestion control that is let go it is asked how it fares until it is free.</summary>
    public void ShouldHaveReachedMost() =>
        (Cases * 5).ShouldBeGreaterThanOrEqualTo(Places * 4, $"{Cases} of {Places} places were reached");

    public void ShouldBeWell() =>
        Problems.Count.ShouldBe(
            0,
            $"{Problems.Count} problems in {Cases} cases, among them:\n{string.Join('\n', Problems.Take(25))}"
        );
}

/// <summary>Processes that were started with the seam between libbpf and the kernel.</summary>
internal static class Driver
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    // On a busy host the kernel takes seconds to free a table of functions.
    private static readonly TimeSpan Freeing = TimeSpan.FromSeconds(20);

    /// <summary>Changes policies and versions at random.</summary>
    public static DriverReport Walk(int seed, int changes)
    {
        var directory = Directory.CreateTempSubdirectory("netedit-faults-");
        try
        {
            var capabilities = Path.Combine(directory.FullName, "capabilities.json");
            Warm(capabilities);
            return Run(
                "walk",
                capabilities,
                seed.ToString(CultureInfo.InvariantCulture),
                changes.ToString(CultureInfo.InvariantCulture)
            );
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Has every call of the capability probes fail.</summary>
    public static DriverReport Probe() => Run("probes", TestDepth.IsDeep ? "every" : "once");

    /// <summary>Has every call fail by which the BPF file system is found or mounted.</summary>
    public static DriverReport Mount() => Run("mounts");

    /// <summary>Fills a file of what this host can do.</summary>
    public static void Warm(string capabilities) => Run("warm", capabilities).ShouldBeWell();

    /// <summary>A name for what a driver makes.</summary>
    public static string NewName() => "ne-fault-" + RandomNumberGenerator.GetHexString(6, lowercase: true);

    /// <summary>What the kernel holds more than before.</summary>
    public static IEnumerable<string> Left(KernelSnapshot before) =>
        KernelResidue.WaitUntilNothingMoreThan(before, Freeing) is { IsEmpty: false } left
            ? ["left behind in the kernel:\n  " + string.Join("\n  ", left)]
            : [];

    /// <summary>Drivers that were killed leave all they had.</summary>
    public static void RemoveWhatIsLeftOf(string name)
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

    /// <summary>Runs a driver to its end, and looks for what it left in the kernel.</summary>
    private static DriverReport Run(string mode, params string[] arguments)
    {
        var before = KernelResidue.TakeBaseline();
        var name = NewName();
        using var driver = Start([mode, $"{name}-0", .. arguments]);
        try
        {
            var output = driver.StandardOutput.ReadToEndAsync();
            var errors = driver.StandardError.ReadToEndAsync();
            var inTime = driver.WaitForExit(Limit);
            if (!inTime)
            {
                driver.Kill();
                driver.WaitForExit();
            }

            var report = DriverReport.Parse(output.Result);
            return report with
            {
                Problems =
                [
                    .. report.Problems,
                    .. inTime ? Array.Empty<string>() : [$"a driver did not end within {Limit.TotalMinutes} minutes"],
                    .. driver.ExitCode == 0
                        ? Array.Empty<string>()
                        : [$"a driver ended with {driver.ExitCode}: {errors.Result}"],
                    .. Left(before),
                ],
            };
        }
        finally
        {
            RemoveWhatIsLeftOf(name);
        }
    }

    /// <summary>Starts one.</summary>
    public static Process Start(string[] arguments)
    {
        // In a network namespace of its own, whose sysctls are nobody else's; mounts are those of a host that has none.
        string[] host = arguments[0] == "mounts" ? ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"] : [];
        var start = new ProcessStartInfo(
            "unshare",
            [
                "--net",
                .. host,
                "sh",
                "-ec",
                "ip link set lo up; exec \"$@\"",
                "sh",
                "dotnet",
                Path.Combine(AppContext.BaseDirectory, "NetEdit.Faults.Driver.dll"),
                .. arguments,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_PRELOAD"] = Seam.Path;
        /* Which keeps code in memory that a forked child shares. */
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        /* No collection by itself in a forked child, which lacks the collector's other threads. */
        start.Environment["DOTNET_GCgen0size"] = "0x8000000";
        return Process.Start(start)!;
    }
}
