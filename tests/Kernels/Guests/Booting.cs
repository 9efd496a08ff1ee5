namespace NetEdit.Kernels;

/// <summary>Has a machine boot: on this machine's own processors where that works, and else on emulated ones.</summary>
internal static class Booting
{
    /// <summary>The beginning of lines on the console that are shown.</summary>
    public const string Progress = "guest: ";

    /// <summary>What the first process writes to the console.</summary>
    public const string Done = Progress + "booted";

    /// <summary>Options of qemu for emulated processors.</summary>
    /// <remarks>
    /// One thread for both processors: beside each other, cmpxchg16b of qemu 7.2 was seen to crash kernels in their allocator. They must
    /// have it, though: from 7.2 on the storage of sockets is allocated with it, and without it never.
    /// </remarks>
    public static string[] Emulated { get; } = ["-accel", "tcg,thread=single", "-smp", "2"];

    private const int MostBoots = 3;
    private static readonly TimeSpan EmulatedLimit = TimeSpan.FromMinutes(5);

    /// <summary>Starts a machine until it boots.</summary>
    /// <param name="mayVirtualize">Whether it may run on this machine's own processors.</param>
    /// <param name="emulated">Options of qemu for emulated processors.</param>
    /// <param name="tryBoot">Starts it with such options; whether it has booted, within a time.</param>
    /// <param name="progress">Told of each attempt.</param>
    /// <returns>Whether it has booted.</returns>
    public static bool TryBoot(
        bool mayVirtualize,
        IEnumerable<string> emulated,
        Func<IEnumerable<string>, TimeSpan, bool> tryBoot,
        Action<string> progress
    )
    {
        if (mayVirtualize && Virtualization.Rejection is null)
        {
            progress("booting on this machine's processors (KVM)");
            if (tryBoot(Virtualization.Processors, Virtualization.BootLimit))
            {
                return true;
            }

            Virtualization.Refuse("this machine's KVM starts no guest");
        }

        // On a busy host an emulated machine may lose its timer before the first process: that says nothing of the kernel.
        for (var attempt = 1; attempt <= MostBoots; attempt++)
        {
            progress($"booting, emulated{(mayVirtualize ? $": {Virtualization.Rejection}" : "")}");
            if (tryBoot([.. emulated, "-cpu", "max"], EmulatedLimit))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a console says that its machine has booted.</summary>
    public static bool HasBooted(string console) => Read(console).Contains(Done, StringComparison.Ordinal);

    /// <summary>What a console says while its machine runs; empty before it says anything.</summary>
    public static string Read(string console)
    {
        if (!File.Exists(console))
        {
            return "";
        }

        using var file = new StreamReader(new FileStream(console, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd();
    }
}
