using System.Diagnostics;
using System.Globalization;
using NetEdit.Kernels;

namespace NetEdit.Effects;

/// <summary>Measures effects, a guest each, one after another.</summary>
internal sealed class EffectsRun
{
    /// <summary>Nanoseconds of the guest's time per instruction, as a power of two: 1 ns, the fastest processor that qemu's clock can count.</summary>
    private const int ClockShift = 0;

    private static readonly GuestProgram Program = new(
        "effects",
        "bench/effects/NetEdit.Effects.Guest",
        "netedit-effects-guest.dll"
    )
    {
        Tools = ["ip", "tc"],
        Modules = ["veth", "sch_netem", "sch_red", "sch_tbf", "tcp_dctcp"],
        // The guest's clock counts instructions and skips idle time: what it measures does not depend on the load of the host.
        // The guest's time is a count of instructions.
        MayVirtualize = false,
        Processors =
        [
            "-accel",
            "tcg,thread=single",
            "-icount",
            string.Create(CultureInfo.InvariantCulture, $"shift={ClockShift},sleep=off"),
            "-smp",
            "1",
        ],
        Limit = TimeSpan.FromHours(2),
    };

    private readonly KernelBuild _kernel;
    private readonly KernelFiles _files;
    private readonly Action<string> _progress;

    private EffectsRun(KernelBuild kernel, KernelFiles files, Action<string> progress) =>
        (_kernel, _files, _progress) = (kernel, files, progress);

    /// <summary>Finds a kernel, and prepares the guests' program.</summary>
    /// <param name="kernel">A package, or a series for its newest.</param>
    /// <param name="progress">Told a line now and then.</param>
    /// <exception cref="InvalidOperationException">The distribution has no such kernel.</exception>
    public static EffectsRun Prepare(string kernel, Action<string> progress)
    {
        var archive = AptArchive.Open(progress);
        KernelFiles? files = null;
        var chosen = KernelSelection
            .Choose(
                kernel,
                archive.Kernels(),
                [],
                build => (files = KernelFiles.TryGet(build, Program.Modules, archive, progress)) is not null
            )
            .Single();
        progress($"{chosen}: publishing the agent and the guest's program");
        Program.Prepare();
        return new EffectsRun(chosen, files!, progress);
    }

    /// <summary>Measures one effect.</summary>
    /// <exception cref="InvalidOperationException">The guest failed; an arm that was not in force is such a failure.</exception>
    public EffectResult Measure(string effect, int repetitions)
    {
        var watch = Stopwatch.StartNew();
        var date = TimeProvider.System.GetUtcNow();
        var report = EffectReport.Parse(
            Guest.Run(
                Program,
                [effect, repetitions.ToString(CultureInfo.InvariantCulture)],
                _kernel,
                _files,
                text => _progress($"{effect}: {text}")
            )
        );
        var emulator = string.Create(
            CultureInfo.InvariantCulture,
            $"QEMU {EmulatorVersion()}, {1 << ClockShift} ns per instruction"
        );
        return new EffectResult(effect, report.Kernel, emulator, date, watch.Elapsed.TotalSeconds, report.Series);
    }

    // "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)"
    private static string EmulatorVersion() => Command.Run("qemu-system-x86_64", "--version").Split(' ')[3];
}
