using System.Diagnostics;
using NetEdit.Adapter;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Pausing;

/// <summary>
/// A turn to read and rewrite the pauses of a ledger, so that of two people who pause something at once neither undoes the other's. It is
/// an advisory lock (flock) on a file. Whoever is stopped while it holds the turn, or writes to a disk that hangs, holds up the next for two
/// seconds.
/// </summary>
internal sealed class PauseTurn : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly FileStream? _file;

    private PauseTurn(FileStream? file) => _file = file;

    /// <summary>Waits for the turn. Where the file cannot be made, or its holder is stopped, it goes on without.</summary>
    /// <param name="ledger">Name of the ledger.</param>
    public static PauseTurn Take(string ledger)
    {
        var path = RuntimePaths.PauseLock(ledger);
        for (var watch = Stopwatch.StartNew(); ; )
        {
            try
            {
                using var directory = RuntimePaths.OpenDirectoryOf(path);
                return new PauseTurn(
                    new FileStream(
                        $"{TrustedPath.PathOf(directory)}/{Path.GetFileName(path)}",
                        new FileStreamOptions
                        {
                            Mode = FileMode.OpenOrCreate,
                            Access = FileAccess.ReadWrite,
                            Share = FileShare.None,
                            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                            BufferSize = 0,
                        }
                    )
                );
            }
            catch (IOException busy) when (busy.HResult == Native.SystemCalls.EAGAIN && watch.Elapsed < LongestWait)
            {
                Thread.Sleep(1);
            }
            catch (Exception impossible) when (impossible is IOException or UnauthorizedAccessException or CliException)
            {
                return new PauseTurn(null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
