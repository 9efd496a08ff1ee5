using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NetEdit.Adapter.Interop;

/// <summary>A descriptor of a program, map, link or cgroup.</summary>
internal sealed class KernelHandle : SafeHandleMinusOneIsInvalid
{
    internal KernelHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    internal int Fd => handle.ToInt32();

    /// <summary>The handle for a result of libbpf, or an exception that says what was tried.</summary>
    internal static KernelHandle Of(int result, string operation) =>
        result >= 0 ? new KernelHandle(result) : throw BpfError.Create(operation, -result);

    protected override bool ReleaseHandle() => LibC.close(Fd) == 0;
}
