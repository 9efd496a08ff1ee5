using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>Boots a kernel with emulated processors, and waits for its report.</summary>
internal static class Guest
{
    /// <summary>Name of the file that has what a guest found.</summary>
    public const string Report = "report.json";

    private const string Progress = "guest: ";
    private const string Booted = Progress + "booted";
    private const int MostBoots = 3;
    private const int Priority = -5; // nice(1): three times the share of an ordinary process
    private static readonly TimeSpan EmulatedBootLimit = TimeSpan.FromMinutes(5);

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
            if (program.MayVirtualize && Virtualization.Rejection is null)
            {
                progress("booting on this machine's processors (KVM)");
                Boot(Virtualization.Processors, Virtualization.BootLimit);
                if (!HasBooted(console))
                {
                    Virtualization.Refuse("this machine's KVM starts no guest");
                }
            }

            // On a busy host an emulated machine may lose its timer before the first process: that says nothing of the kernel.
            for (var attempt = 1; attempt <= MostBoots && !HasBooted(console); attempt++)
            {
                progress($"booting, emulated{(program.MayVirtualize ? $": {Virtualization.Rejection}" : "")}");
                Boot([.. program.Processors, "-cpu", "max"], EmulatedBootLimit);
            }
        }
        finally
        {
            File.Delete(disk);
        }

        void Boot(IEnumerable<string> processors, TimeSpan limit)
        {
            using var machine = Start(program, processors, files.Kernel, disk, console, report);
            Follow(machine, console, limit, progress);
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
            var modules = files.Modules(program.Modules);
            foreach (var (name, content) in modules)
            {
                archive.AddFile($"{BaseImage.Modules}/{name}.ko", content);
            }

            archive.AddFile(
                $"{BaseImage.Modules}/order",
                Encoding.ASCII.GetBytes(string.Concat(modules.Select(module => module.Name + ".ko\n")))
            );
            archive.AddFile(BaseImage.Arguments, Encoding.ASCII.GetBytes(string.Join(' ', arguments)));
        }

        using (var end = new FileStream(disk, FileMode.Append))
        {
            using var start = File.OpenRead(own);
            start.CopyTo(end);
        }

        File.Delete(own);
    }

    private static Process Start(
        GuestProgram program,
        IEnumerable<string> processors,
        string kernel,
        string disk,
        string console,
        string report
    )
    {
        string[] arguments =
        [
            // Its clock goes on while it does not run: what waits in it would run out of time beside busy processes.
            "-n",
            Priority.ToString(CultureInfo.InvariantCulture),
            // It ends the machine also when this process does not live to see it.
            "timeout",
            "--foreground",
            "--signal=KILL",
            program.Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "qemu-system-x86_64",
            .. processors,
            "-m",
            "1500",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-nic",
            "none",
            "-no-reboot",
            "-serial",
            "file:" + console,
            "-serial",
            "file:" + report,
            "-kernel",
            kernel,
            "-initrd",
            disk,
            "-append",
            "console=ttyS0 panic=-1 quiet no_timer_check",
        ];
        var start = new ProcessStartInfo("nice", arguments) { UseShellExecute = false, RedirectStandardInput = true };
        var machine = Process.Start(start)!;
        machine.StandardInput.Close();
        return machine;
    }

    private static void Follow(Process machine, string console, TimeSpan bootLimit, Action<string> progress)
    {
        var watch = Stopwatch.StartNew();
        var seen = 0;
        while (!machine.WaitForExit(TimeSpan.FromMilliseconds(250)))
        {
            Tell();
            if (watch.Elapsed > bootLimit && !HasBooted(console))
            {
                progress("does not boot");
                machine.Kill(entireProcessTree: true);
            }
        }

        Tell();

        void Tell()
        {
            var text = Read(console);
            foreach (
                var line in text[..(text.LastIndexOf('\n') + 1)]
                    .Split('\n')
                    .Where(line => line.StartsWith(Progress, StringComparison.Ordinal))
                    .Skip(seen)
            )
            {
                seen++;
                progress(line[Progress.Length..].TrimEnd());
            }
        }
    }

    private static bool HasBooted(string console) => Read(console).Contains(Booted, StringComparison.Ordinal);

    private static string Read(string console)
    {
        if (!File.Exists(console))
        {
            return "";
        }

        using var file = new StreamReader(new FileStream(console, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd();
    }
}
