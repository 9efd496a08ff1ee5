using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
public readonly record struct DirectoryEntry(string Name, bool IsDirectory);

/// <summary>
/// Reads and changes files and directories. Errors are <see cref="BpfException"/>s that name operation, path and errno, which those of System.IO do not.
/// Only ENOENT is absence: every other errno says nothing of what is there.
/// </summary>
public static unsafe class HostFiles
{
    private const int BufferBytes = 16 * 1024; /* on the stack: a pass reads some twenty files and directories */
    private const int NotEmpty = 39; /* ENOTEMPTY */
    private const uint OwnerOnly = 0b111_000_000;
    private const byte TypeDirectory = 4; /* DT_DIR */

    /// <summary>Looks whether there is something of a name. A link counts as what it is, wherever it leads.</summary>
    /// <exception cref="BpfException">The look failed.</exception>
    public static bool Exists(string path) =>
        LibC.TryLook(path, followsLinks: false, out _, out var errno)
        || (errno == BpfError.Enoent ? false : throw BpfError.OfFile($"look at {path}", errno));

    /// <summary>Reads a text file.</summary>
    /// <exception cref="BpfException">It cannot be read, or does not exist.</exception>
    public static string ReadText(string path) => Encoding.UTF8.GetString(ReadBytes(path));

    /// <summary>Reads a file.</summary>
    /// <exception cref="BpfException">It cannot be read, or does not exist.</exception>
    internal static byte[] ReadBytes(string path)
    {
        using var file = Open(path);
        using var bytes = new MemoryStream();
        var buffer = stackalloc byte[BufferBytes];
        while (true)
        {
            switch (LibC.read(file.Fd, buffer, BufferBytes))
            {
                case > 0 and var length:
                    bytes.Write(new ReadOnlySpan<byte>(buffer, (int)length));
                    break;
                case 0:
                    return bytes.ToArray();
                default:
                    throw BpfError.OfFile($"read {path}", Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="BpfException">It cannot be opened, or does not exist.</exception>
    internal static KernelHandle Open(string path)
    {
        var fd = LibC.open(path, LibC.OpenRead);
        return fd >= 0 ? new KernelHandle(fd) : throw BpfError.OfFile($"open {path}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Lists a directory, sorted by name; null when it does not exist. A link is none.</summary>
    /// <exception cref="BpfException">It cannot be listed.</exception>
    public static IReadOnlyList<DirectoryEntry>? List(string path)
    {
        var fd = LibC.open(path, LibC.OpenRead | OpenBelow.Directory | OpenBelow.NoFollow);
        if (fd < 0)
        {
            return Marshal.GetLastPInvokeError() is var errno && errno == BpfError.Enoent
                ? null
                : throw BpfError.OfFile($"open the directory {path}", errno);
        }

        using var directory = new KernelHandle(fd);
        var entries = new List<DirectoryEntry>();
        var buffer = stackalloc byte[BufferBytes];
        while (true)
        {
            switch (LibC.syscall(LibC.GetDirectoryEntries, fd, (nint)buffer, BufferBytes, 0, 0))
            {
                case > 0 and var length:
                    Parse(new ReadOnlySpan<byte>(buffer, (int)length), entries);
                    break;
                case 0:
                    entries.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
                    return entries;
                default:
                    return Marshal.GetLastPInvokeError() is var errno && errno == BpfError.Enoent
                        ? null
                        : throw BpfError.OfFile($"list the directory {path}", errno);
            }
        }
    }

    /// <summary>Where a symbolic link leads; null when it cannot be read.</summary>
    /// <param name="path">The link.</param>
    /// <param name="errno">Why it cannot be read: EINVAL when it is no link; 0 when it was.</param>
    internal static string? TryReadLink(string path, out int errno)
    {
        const int Longest = 4096; /* PATH_MAX */
        var target = stackalloc byte[Longest];
        var length = LibC.readlink(path, target, Longest);
        errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
        return length < 0 ? null : Encoding.UTF8.GetString(target, (int)length);
    }

    /// <summary>Removes a file, if it is there.</summary>
    /// <exception cref="BpfException">It cannot be removed.</exception>
    internal static void Remove(string path)
    {
        if (LibC.unlink(path) != 0 && Marshal.GetLastPInvokeError() is var errno && errno != BpfError.Enoent)
        {
            throw BpfError.OfFile($"remove {path}", errno);
        }
    }

    /// <summary>Removes a directory, if it is there and empty.</summary>
    /// <exception cref="BpfException">It cannot be removed.</exception>
    internal static void RemoveEmptyDirectory(string path)
    {
        if (
            LibC.rmdir(path) != 0
            && Marshal.GetLastPInvokeError() is var errno
            && errno is not (BpfError.Enoent or NotEmpty)
        )
        {
            throw BpfError.OfFile($"remove the directory {path}", errno);
        }
    }

    /// <summary>Makes a directory that only its owner can enter, if it is not there.</summary>
    /// <exception cref="BpfException">It cannot be made.</exception>
    internal static void MakeDirectory(string path)
    {
        if (LibC.mkdir(path, OwnerOnly) != 0 && Marshal.GetLastPInvokeError() is var errno && errno != BpfError.Eexist)
        {
            throw BpfError.OfFile($"make the directory {path}", errno);
        }
    }

    /// <summary>Gives something another name, in one step.</summary>
    /// <exception cref="BpfException">It cannot be moved.</exception>
    internal static void Move(string from, string to)
    {
        if (LibC.rename(from, to) != 0)
        {
            throw BpfError.OfFile($"move {from} to {to}", Marshal.GetLastPInvokeError());
        }
    }

    /* struct linux_dirent64: two numbers of 8 bytes, the length of the entry in 2, the type in 1, and the name. */
    private static void Parse(ReadOnlySpan<byte> read, List<DirectoryEntry> entries)
    {
        const int LengthAt = 16;
        const int TypeAt = 18;
        const int NameAt = 19;
        while (read.Length > NameAt)
        {
            var length = BitConverter.ToUInt16(read[LengthAt..]);
            var name = read[NameAt..length];
            var text = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
            if (text is not ("." or ".."))
            {
                entries.Add(new DirectoryEntry(text, read[TypeAt] == TypeDirectory));
            }

            read = read[length..];
        }
    }
}
