using System.Diagnostics;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>Boots a kernel with emulated processors, and waits for its report.</summary>
internal static class Guest
{
    /// <summary>Name of the file that has what a guest found.</summary>
    public const string Report = "report.json";

    /// <summary>Runs a guest to its end.</summary>
    /// <param name="program">What it runs; prepared.</param>
    /// <param name="arguments">What the program is told.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="files">Its files.</param>
    /// <param name="progress">Told what the guest says.</param>
    /// <returns>The report that the program wrote.</returns>
    /// <exception cref="InvalidOperationException">It gave no report; the message has the end of its console.</exception>
    public static string Run(
        GuestProgram program,
        IEnumerable<string> arguments,
        KernelBuild kernel,
        KernelFiles files,
        Action<string> progress
    )
    {
        var directory = Path.Combine(program.Artifacts, "guests", kernel.Release);
        Directory.CreateDirectory(directory);
        var (disk, console, report) = (
            Path.Combine(directory, "initrd"),
            Path.Combine(directory, "console.log"),
            Path.Combine(directory, Report)
        );
        File.Delete(console);
        File.Delete(report);
        WriteImage(disk, program, arguments, files);
        try
        {
            _ = Booting.TryBoot(program.MayVirtualize, program.Processors, RunToTheEnd, progress);
        }
        finally
        {
            File.Delete(disk);
        }

        bool RunToTheEnd(IEnumerable<string> processors, TimeSpan limit)
        {
            using var machine = new GuestMachine(files.Kernel, disk)
            {
                Devices = ["-serial", "file:" + console, "-serial", "file:" + report],
                Limit = program.Limit,
            }.Start(processors);
            machine.StandardInput.Close();
            Follow(machine, console, limit, progress);
            return Booting.HasBooted(console);
        }

        return File.Exists(report) && File.ReadAllText(report) is { Length: > 0 } json
            ? json
            : throw new InvalidOperationException(
                $"{kernel} gave no report; the end of its console "
                    + $"({console}):\n{string.Join('\n', File.ReadLines(console).TakeLast(60))}"
            );
    }

    private static void WriteImage(string disk, GuestProgram program, IEnumerable<string> arguments, KernelFiles files)
    {
        File.Copy(program.Image, disk, overwrite: true);
        var own = disk + ".own";
        using (var archive = new CpioArchive(own))
        {
            BaseImage.AddModules(archive, files.Modules(program.Modules));
            archive.AddFile(BaseImage.Arguments, Encoding.ASCII.GetBytes(string.Join(' ', arguments)));
        }

        using (var end = new FileStream(disk, FileMode.Append))
        {
            using var start = File.OpenRead(own);
            start.CopyTo(end);
        }

        File.Delete(own);
    }

    private static void Follow(Process machine, string console, TimeSpan bootLimit, Action<string> progress)
    {
        var watch = Stopwatch.StartNew();
        var seen = 0;
        while (!machine.WaitForExit(TimeSpan.FromMilliseconds(250)))
        {
            Tell();
            if (watch.Elapsed > bootLimit && !Booting.HasBooted(console))
            {
                progress("does not boot");
                machine.Kill(entireProcessTree: true);
            }
        }

        Tell();

        void Tell()
        {
            var text = Booting.Read(console);
            foreach (
                var line in text[..(text.LastIndexOf('\n') + 1)]
                    .Split('\n')
                    .Where(line => line.StartsWith(Booting.Progress, StringComparison.Ordinal))
                    .Skip(seen)
            )
            {
                seen++;
                progress(line[Booting.Progress.Length..].TrimEnd());
            }
        }
    }
}
