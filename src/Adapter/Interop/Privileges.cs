using System.Globalization;

namespace NetEdit.Adapter.Interop;

/// <summary>The effective capabilities of this process.</summary>
internal static class Privileges
{
    internal const int NetAdmin = 12;
    internal const int SysAdmin = 21;
    internal const int Perfmon = 38;
    internal const int Bpf = 39;

    /* PROC_USER_INIT_INO of linux/proc_ns.h */
    private const ulong InitialUserNamespace = 0xEFFFFFFD;

    /* PROC_PID_INIT_INO of linux/proc_ns.h */
    private const ulong InitialPidNamespace = 0xEFFFFFFC;

    private static readonly (int Bit, string Name)[] Needed =
    [
        (Bpf, "CAP_BPF"),
        (NetAdmin, "CAP_NET_ADMIN"),
        (Perfmon, "CAP_PERFMON"),
        (SysAdmin, "CAP_SYS_ADMIN"),
    ];

    /// <summary>Whether this process has a capability, or CAP_SYS_ADMIN, which implied it before 5.8.</summary>
    internal static bool Has(int bit)
    {
        var effective = Effective();
        return (effective & (1UL << bit)) != 0 || (bit is Bpf or Perfmon && (effective & (1UL << SysAdmin)) != 0);
    }

    /// <summary>The first capability the adapter needs and lacks, or null.</summary>
    internal static string? FirstMissing() =>
        Needed.Where(need => !Has(need.Bit)).Select(need => need.Name).FirstOrDefault();

    /// <summary>Whether this process is in a user namespace of its own, where capabilities give no right to load programs for the host.</summary>
    internal static bool InUserNamespace =>
        LibC.Look("/proc/self/ns/user")?.Inode is not (InitialUserNamespace or null);

    /// <summary>
    /// Whether this process is in a PID namespace of its own. There the first process, by whose mounts the host's BPF file system is told
    /// from others, is not the host's, and the processes of other network namespaces cannot be seen.
    /// </summary>
    internal static bool InPidNamespace => LibC.Look("/proc/self/ns/pid")?.Inode is not (InitialPidNamespace or null);

    /// <summary>Checks that this process may tune the host.</summary>
    /// <exception cref="BpfException">It may not; the message says what it lacks.</exception>
    internal static void Demand()
    {
        if (FirstMissing() is { } missing)
        {
            throw new BpfException(
                $"{missing} is missing: run as root, or with CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON and CAP_SYS_ADMIN"
            )
            {
                MissingPrivilege = missing,
            };
        }

        if (InUserNamespace)
        {
            throw new BpfException(
                "CAP_BPF is missing on the host: this is a user namespace, whose root may not tune the host; "
                    + "run netedit as root of the host"
            )
            {
                MissingPrivilege = "CAP_BPF",
            };
        }
    }

    private static ulong Effective()
    {
        const string Prefix = "CapEff:";
        var line = HostFiles
            .ReadText("/proc/self/status")
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(Prefix, StringComparison.Ordinal));
        return line is null
            ? 0
            : ulong.Parse(line.AsSpan(Prefix.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
