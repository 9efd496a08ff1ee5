using System.Diagnostics;

namespace NetEdit.Testing;

/// <summary>Held while kernel tests run, so that those of another checkout on the same machine wait and are not taken for residue.</summary>
public sealed class KernelLock : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly FileStream? _file = Environment.IsPrivilegedProcess ? Take("/run/netedit-kernel-tests.lock") : null;

    public void Dispose() => _file?.Dispose();

    private static FileStream Take(string path)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (watch.Elapsed < Limit)
            {
                Thread.Sleep(100);
            }
        }
    }
}
