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

    internal void Write(ReadOnlySpan<byte> content) => RandomAccess.Write(_handle, content, 0);

    internal byte[] ReadAll()
    {
        var content = new byte[RandomAccess.GetLength(_handle)];
        var read = 0;
        while (read < content.Length)
        {
            read += RandomAccess.Read(_handle, content.AsSpan(read), read);
        }

        return content;
    }

    public void Dispose() => _handle.Dispose();
}
