using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetEdit.Agent.Native;

/// <summary>
/// A read lease on an open file: the kernel grants it only while nobody has the file open for writing, and holds off a new
/// writer until it is given back. So what is read under it is never half-written.
/// </summary>
internal readonly struct ReadLease : IDisposable
{
    private readonly SafeFileHandle? _file;

    private ReadLease(SafeFileHandle? file) => _file = file;

    /// <summary>Takes the lease.</summary>
    /// <returns>False when somebody is writing the file. Where leases are not to be had (another owner, NFS) it is true and protects nothing.</returns>
    public static bool TryTake(SafeFileHandle file, out ReadLease lease)
    {
        // A writer that knocks sends SIGIO, which would end the process: have it send a signal that is ignored by default.
        if (SystemCalls.Fcntl(file, SystemCalls.F_SETSIG, SystemCalls.SIGURG) < 0)
        {
            lease = default;
            return true;
        }

        if (SystemCalls.Fcntl(file, SystemCalls.F_SETLEASE, SystemCalls.F_RDLCK) == 0)
        {
            lease = new ReadLease(file);
            return true;
        }

        lease = default;
        return Marshal.GetLastPInvokeError() != SystemCalls.EAGAIN;
    }

    public void Dispose()
    {
        if (_file is not null)
        {
            _ = SystemCalls.Fcntl(_file, SystemCalls.F_SETLEASE, SystemCalls.F_UNLCK);
        }
    }
}
