using System.Diagnostics;
using System.Globalization;

namespace NetEdit.Kernels;

/// <summary>A machine that qemu makes: without a network, and with the serial lines and disks that it is given.</summary>
/// <param name="Kernel">The kernel that it boots.</param>
/// <param name="Initrd">Its first file system.</param>
internal sealed record GuestMachine(string Kernel, string Initrd)
{
    private const int Priority = -5; // nice(1): three times the share of an ordinary process

    /// <summary>Options of qemu for its serial lines, the first of which is the console, and its disks.</summary>
    public required IEnumerable<string> Devices { get; init; }

    /// <summary>How long it may run; then it is killed.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>MiB of memory.</summary>
    public int Memory { get; init; } = 1500;

    /// <summary>Further words of the kernel's command line.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>Starts it.</summary>
    /// <param name="processors">Options of qemu for its processors.</param>
    /// <returns>The process, whose standard input and output are pipes to those of qemu.</returns>
    public Process Start(IEnumerable<string> processors)
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
            Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "qemu-system-x86_64",
            .. processors,
            "-m",
            Memory.ToString(CultureInfo.InvariantCulture),
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-nic",
            "none",
            "-no-reboot",
            .. Devices,
            "-kernel",
            Kernel,
            "-initrd",
            Initrd,
            "-append",
            $"console=ttyS0 panic=-1 quiet no_timer_check {Arguments}".TrimEnd(),
        ];
        return Process.Start(
            new ProcessStartInfo("nice", arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
    }
}
