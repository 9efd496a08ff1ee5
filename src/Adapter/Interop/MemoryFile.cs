using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetEdit.Adapter.Interop;

/// <summary>A file that exists in memory only, for the parts of libbpf that want a path.</summary>
internal sealed class MemoryFile : IDisposable
{
    private const uint CloseOnExec = 1;
    private readonly SafeFileHandle _handle;

    private MemoryFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>A path by which this process can open the file.</summary>
    internal string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    internal static MemoryFile Create(string name)
    {
        var fd = LibC.memfd_create(name, CloseOnExec);
        return fd >= 0
            ? new MemoryFile(new SafeFileHandle(fd, ownsHandle: true))
            : throw BpfError.Create($"create a file in memory for {name}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Writes what the file has from then on, once.</summary>
    /// <exception cref="BpfException">There is no memory for it.</exception>
    internal unsafe void Write(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            fixed (byte* start = content)
            {
                var written = LibC.write((int)_handle.DangerousGetHandle(), start, (nuint)content.Length);
                content =
                    written >= 0
                        ? content[(int)written..]
                        : throw BpfError.OfFile("write a file in memory", Marshal.GetLastPInvokeError());
            }
        }
    }

    internal byte[] ReadAll() => HostFiles.ReadBytes(Path);

    public void Dispose() => _handle.Dispose();
}
