using System.Globalization;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// The lock of a ledger: whoever holds it is the only one to change the kernel. It is an advisory lock (flock) on a file that holds the
/// owner's pid; the kernel frees it when the process ends, however it ends.
/// </summary>
internal sealed class AgentLock : IDisposable
{
    private readonly FileStream _file;

    private AgentLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock file; made when it is missing, and never removed, since another process may be about to lock it.</param>
    /// <exception cref="CliException">Somebody holds it, and the message names the pid; or this user may not.</exception>
    /// <exception cref="IOException">The file cannot be made: <c>/run</c> is full or read-only.</exception>
    public static AgentLock Take(string path)
    {
        using var directory = RuntimePaths.OpenDirectoryOf(path);
        try
        {
            var file = new FileStream(
                $"{TrustedPath.PathOf(directory)}/{Path.GetFileName(path)}",
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    BufferSize = 0,
                }
            );
            Note(file, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new AgentLock(file);
        }
        catch (IOException exception) when (exception.HResult == SystemCalls.EAGAIN)
        {
            throw new CliException(
                ExitCode.Failed,
                Holder(path) is { } pid
                    ? $"another netedit (pid {pid}) holds the ledger's lock {path}; name its --socket, stop it "
                        + $"first, or use another --ledger"
                    : $"another netedit holds the ledger's lock {path}; name its --socket, stop it first, or "
                        + $"use another --ledger"
            );
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.MissingPrivilege,
                $"cannot open the ledger's lock {path}: permission denied; run netedit as root"
            );
        }
    }

    public void Dispose()
    {
        Note(_file, "");
        _file.Dispose();
    }

    /// <summary>Writes the pid, which only people read: a full disk holds up nobody.</summary>
    private static void Note(FileStream file, string pid)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(pid));
        }
        catch (IOException)
        {
            // The lock holds without it.
        }
    }

    private static string? Holder(string path)
    {
        using var handle = SystemCalls.OpenForReading(path, out _);
        if (handle is null)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(handle, text, 0);
        return int.TryParse(text[..length], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
            ? pid.ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
