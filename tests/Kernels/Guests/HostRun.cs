using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Compression;

namespace NetEdit.Kernels;

/// <summary>The checks of a guest on this machine's own kernel.</summary>
internal static class HostRun
{
    /// <summary>Name of the directory of its report.</summary>
    public const string Name = "host";

    private const string Progress = Booting.Progress;
    private const string Published = "/proc/config.gz";

    /// <summary>The kernel's configuration; empty when it does not say.</summary>
    public static IReadOnlySet<string> Configuration
    {
        get
        {
            if (!File.Exists(Published))
            {
                return ImmutableHashSet<string>.Empty;
            }

            using var reader = new StreamReader(new GZipStream(File.OpenRead(Published), CompressionMode.Decompress));
            return reader
                .ReadToEnd()
                .Split('\n')
                .Where(line => line.StartsWith("CONFIG_", StringComparison.Ordinal))
                .ToImmutableHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Runs them, while no other kernel test does.</summary>
    /// <param name="program">The checks; prepared.</param>
    /// <param name="arguments">What they are told.</param>
    /// <param name="progress">Told what they say.</param>
    /// <returns>The report.</returns>
    /// <exception cref="InvalidOperationException">There is none; the message has what the program wrote last.</exception>
    public static string Run(GuestProgram program, IEnumerable<string> arguments, Action<string> progress)
    {
        using var alone = new KernelLock();
        var directory = Path.Combine(program.Artifacts, "guests", Name);
        Directory.CreateDirectory(directory);
        var report = Path.Combine(directory, Guest.Report);
        File.Delete(report);
        var start = new ProcessStartInfo(
            "timeout",
            [
                "--signal=KILL",
                ((int)program.Limit.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture),
                "dotnet",
                Path.Combine(program.Published, program.Assembly),
                Path.Combine(Directories.Artifacts, "netedit", "netedit.dll"),
                report,
                .. arguments,
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(Progress, StringComparison.Ordinal))
            {
                progress(line[Progress.Length..]);
            }
        }

        process.WaitForExit();
        File.WriteAllLines(Path.Combine(directory, "console.log"), lines);
        return File.Exists(report)
            ? File.ReadAllText(report)
            : throw new InvalidOperationException(
                $"the checks on this host gave no report:\n{string.Join('\n', lines.TakeLast(60))}"
            );
    }
}
