using System.ComponentModel;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Support;

/// <summary>Writes a support report as a compressed tar archive.</summary>
internal static class ReportArchive
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the archive to a new file that only its owner may read.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="directory">The directory that all parts are in, inside the archive.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="at">The time of the parts.</param>
    /// <exception cref="IOException">The file exists, or cannot be made or written; then none is left.</exception>
    public static void Write(string path, string directory, IEnumerable<ReportPart> parts, DateTimeOffset at)
    {
        var created =
            SystemCalls.CreateFile(path, out var errno)
            ?? throw new IOException(
                errno == SystemCalls.EEXIST
                    ? $"{path} exists, and a report replaces nothing; choose another name"
                    : $"{path} cannot be made: {new Win32Exception(errno).Message}"
            );
        var identity = SystemCalls.IdentityOf(created);
        try
        {
            using var file = new FileStream(created, FileAccess.Write);
            using var compressed = new GZipStream(file, CompressionLevel.Optimal);
            Write(compressed, directory, parts, at);
        }
        catch (IOException)
        {
            if (identity is { } ours && ours.IsSameFile(SystemCalls.IdentityOf(path)))
            {
                File.Delete(path);
            }

            throw;
        }
    }

    /// <summary>Makes of any path one below the archive's directory.</summary>
    public static string SafeName(string path) =>
        string.Join(
            '/',
            path.Split('/')
                .Where(step => step is not ("" or "." or ".."))
                .Select(step =>
                    string.Concat(
                        step.Select(character =>
                            char.IsAsciiLetterOrDigit(character)
                            || "._-@+".Contains(character, StringComparison.Ordinal)
                                ? character
                                : '_'
                        )
                    )
                )
        );

    private static void Write(Stream stream, string directory, IEnumerable<ReportPart> parts, DateTimeOffset at)
    {
        using var archive = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var part in parts)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(part.Text));
            archive.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, $"{directory}/{part.Name}")
                {
                    DataStream = content,
                    Mode = OwnerOnly,
                    ModificationTime = at,
                }
            );
        }
    }
}
