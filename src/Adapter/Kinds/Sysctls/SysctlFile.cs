using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Reads and writes sysctls of a network namespace below <c>/proc/sys</c>, which shows each thread those of its own.</summary>
internal static unsafe class SysctlFile
{
    private const int MostBytes = 4096;
    private const int Eacces = 13;
    private const int Einval = 22;
    private const int Erofs = 30;

    /// <summary>Inode of the network namespace of this process.</summary>
    internal static ulong OwnNamespace => LibC.Look("/proc/self/ns/net")?.Inode ?? 0;

    /// <summary>The value, with one blank between numbers; null when the kernel has no such sysctl, or the namespace is gone.</summary>
    /// <exception cref="BpfException">It cannot be read.</exception>
    internal static string? TryRead(SysctlKey key)
    {
        string? value = null;
        In(key, () => value = Read(key));
        return value;
    }

    /// <summary>Writes a value, and makes sure that it is there.</summary>
    /// <exception cref="BpfException">The kernel does not take it, or /proc/sys cannot be written to.</exception>
    internal static void Write(SysctlKey key, string value)
    {
        var now = value;
        if (!In(key, () => now = WriteAndRead(key, value)))
        {
            throw new BpfException($"could not set {key.Name}: its network namespace is gone");
        }

        if (now != value)
        {
            throw new BpfException($"could not set {key.Name} to '{value}': the kernel stored '{now}' instead");
        }
    }

    private static bool In(SysctlKey key, Action function)
    {
        if (key.Namespace != OwnNamespace)
        {
            return NetworkNamespaces.In(key.Namespace, function);
        }

        function();
        return true;
    }

    private static string? WriteAndRead(SysctlKey key, string value)
    {
        using var file =
            Open(key, LibC.OpenWrite)
            ?? throw BpfError.Create($"set {key.Name}", BpfError.Enoent, "this kernel does not have it");
        var bytes = Encoding.ASCII.GetBytes(value);
        fixed (byte* start = bytes)
        {
            if (LibC.write(file.Fd, start, (nuint)bytes.Length) != bytes.Length)
            {
                throw Failure(key, $"set {key.Name} to '{value}'");
            }
        }

        return Read(key);
    }

    private static string? Read(SysctlKey key)
    {
        using var file = Open(key, LibC.OpenRead);
        if (file is null)
        {
            return null;
        }

        var buffer = stackalloc byte[MostBytes];
        var length = LibC.read(file.Fd, buffer, MostBytes);
        return length >= 0
            ? SysctlSetting.Normalise(Encoding.ASCII.GetString(buffer, (int)length))
            : throw Failure(key, $"read {key.Name}");
    }

    private static KernelHandle? Open(SysctlKey key, int flags)
    {
        var fd = LibC.open("/proc/sys/" + key.Name.Replace('.', '/'), flags);
        return fd >= 0 ? new KernelHandle(fd)
            : Marshal.GetLastPInvokeError() == BpfError.Enoent ? null
            : throw Failure(key, $"open {key.Name}");
    }

    private static BpfException Failure(SysctlKey key, string operation)
    {
        var errno = Marshal.GetLastPInvokeError();
        return BpfError.Create(
            operation,
            errno,
            errno switch
            {
                Erofs => "/proc/sys is read-only here, as in a container; run netedit where it can be written",
                BpfError.Eperm or Eacces =>
                    $"changing {key.Name} needs CAP_NET_ADMIN in the user namespace that owns the network namespace",
                Einval => "this kernel does not accept the value",
                _ => "",
            }
        );
    }
}
