using System.Diagnostics;

namespace NetEdit.TestKit;

/// <summary>Turns that processes of this machine take by a lock on a file. The kernel ends the turn of a process that is killed.</summary>
public static class FileTurn
{
    /// <summary>Waits for a turn that nobody shares.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="limit">How long to wait.</param>
    /// <exception cref="IOException">It took longer, or the file cannot be opened.</exception>
    public static IDisposable Take(string path, TimeSpan limit) =>
        Take(path, FileAccess.ReadWrite, FileShare.None, limit);

    /// <summary>Waits for a turn that others who share it have at the same time.</summary>
    /// <inheritdoc cref="Take(string, TimeSpan)"/>
    public static IDisposable TakeShared(string path, TimeSpan limit) =>
        Take(path, FileAccess.Read, FileShare.Read, limit);

    // A stream that is read and shared for reading holds a shared lock (flock), any other an exclusive one.
    private static FileStream Take(string path, FileAccess access, FileShare share, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); ; Thread.Sleep(20))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, access, share);
            }
            catch (IOException) when (watch.Elapsed < limit)
            {
                // Another one's turn.
            }
        }
    }
}
