using System.Globalization;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>
/// Writes an archive that the kernel unpacks as its first file system: cpio of the form "newc". Several may follow one another. It is not compressed: an emulated
/// processor takes two seconds longer to unpack it then.
/// </summary>
internal sealed class CpioArchive : IDisposable
{
    private const int DirectoryMode = 0x4000 | 0x1ED; // rwxr-xr-x
    private const int FileMode = 0x8000 | 0x1ED;

    private readonly FileStream _stream;
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private int _inode;

    /// <summary>Begins an archive in a file.</summary>
    public CpioArchive(string path) => _stream = File.Create(path);

    /// <summary>Adds a directory and those above it.</summary>
    public void AddDirectory(string path)
    {
        if (path.Length > 0 && _directories.Add(path))
        {
            AddDirectory(Path.GetDirectoryName(path)!);
            Write(path, DirectoryMode, []);
        }
    }

    /// <summary>Adds a file. Every file may be executed.</summary>
    /// <param name="path">Its place, without a slash at the beginning.</param>
    /// <param name="content">What is in it.</param>
    public void AddFile(string path, ReadOnlySpan<byte> content)
    {
        AddDirectory(Path.GetDirectoryName(path)!);
        Write(path, FileMode, content);
    }

    /// <summary>Adds a tree of files.</summary>
    /// <param name="path">Where it is placed.</param>
    /// <param name="source">The tree.</param>
    /// <param name="include">Which files, by their path in the tree.</param>
    public void AddTree(string path, string source, Func<string, bool> include)
    {
        foreach (
            var name in Directory
                .EnumerateFiles(source, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(source, file))
                .Where(include)
                .Order(StringComparer.Ordinal)
        )
        {
            AddFile(Path.Combine(path, name), File.ReadAllBytes(Path.Combine(source, name)));
        }
    }

    /// <summary>Ends the archive.</summary>
    public void Dispose()
    {
        Write("TRAILER!!!", 0, []);
        _stream.Dispose();
    }

    private void Write(string name, int mode, ReadOnlySpan<byte> content)
    {
        var inode = ++_inode;
        int[] fields = [inode, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, Encoding.UTF8.GetByteCount(name) + 1, 0];
        var header =
            "070701"
            + string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture)))
            + name
            + "\0";
        Pad(WriteBytes(Encoding.UTF8.GetBytes(header)));
        Pad(WriteBytes(content));
    }

    private int WriteBytes(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        return bytes.Length;
    }

    private void Pad(int length) => _stream.Write(stackalloc byte[(4 - (length % 4)) % 4]);
}
