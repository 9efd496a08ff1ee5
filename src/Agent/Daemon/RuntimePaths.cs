using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;

namespace NetEdit.Agent.Daemon;

/// <summary>Where a running NetEdit keeps what must not outlive a reboot.</summary>
internal static class RuntimePaths
{
    public const string Directory = "/run/netedit";

    public const string DefaultLedger = "netedit";

    /// <summary>The lock of a ledger.</summary>
    public static string Lock(string ledger) => Path.Combine(Directory, ledger + ".lock");

    /// <summary>What two processes lock that pause or resume something of a ledger at once.</summary>
    public static string PauseLock(string ledger) => Path.Combine(Directory, ledger + ".pauses.lock");

    /// <summary>The control socket of a ledger's agent.</summary>
    public static string Socket(string ledger) =>
        Path.Combine(
            Directory,
            (string.Equals(ledger, DefaultLedger, StringComparison.Ordinal) ? "agent" : ledger) + ".sock"
        );

    /// <summary>What the adapter found this kernel to be capable of.</summary>
    public static string CapabilityCache => Path.Combine(Directory, "capabilities.json");

    /// <summary>Opens the directory of a file; it is made, for its owner only, when it is missing.</summary>
    /// <exception cref="Cli.CliException">This user may not, or others can change what is in it.</exception>
    /// <exception cref="IOException">It cannot be made: the file system is full or read-only, say.</exception>
    public static SafeFileHandle OpenDirectoryOf(string file)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        try
        {
            System.IO.Directory.CreateDirectory(
                directory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new CliException(
                ExitCode.MissingPrivilege,
                $"cannot make {directory}: {exception.Message} Run netedit as root."
            );
        }

        return TrustedPath.OpenDirectory(directory, out var problem)
            ?? throw new CliException(ExitCode.Failed, $"{file} cannot be used: {problem!.Message}");
    }
}
