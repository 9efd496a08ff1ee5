namespace NetEdit.PolicyEngine;

/// <summary>A file of policies.</summary>
/// <param name="Name">Its name for messages.</param>
/// <param name="Read">Reads it; not called once the files before it were too much.</param>
internal sealed record PolicyFile(string Name, Func<FileContent> Read);

/// <summary>The bytes of a file, or why it could not be read.</summary>
internal readonly record struct FileContent(ReadOnlyMemory<byte> Bytes, string? Error = null);

/// <summary>Finds files of policies.</summary>
internal static class PolicyFiles
{
    private const int MostLinks = 40;

    /// <summary>A file, or every <c>*.yaml</c> below a directory.</summary>
    public static IEnumerable<PolicyFile> Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return [FileAt(path)];
        }

        var files = new List<PolicyFile>();
        Walk(path, new HashSet<string>(StringComparer.Ordinal), files);
        return files;
    }

    private static void Walk(string directory, HashSet<string> visited, List<PolicyFile> files)
    {
        try
        {
            // A directory that links lead to twice, or back to, is read once.
            if (!visited.Add(RealPath(directory, 0)))
            {
                return;
            }

            foreach (var entry in Directory.GetFileSystemEntries(directory).Where(IsWanted).Order(StringComparer.Ordinal))
            {
                if (files.Count >= PolicyLimits.Files)
                {
                    files.Add(Broken(directory, $"has too many files: {PolicyLimits.Files} are allowed"));
                    return;
                }

                if (Directory.Exists(entry))
                {
                    Walk(entry, visited, files);
                }
                else if (entry.EndsWith(".yaml", StringComparison.Ordinal))
                {
                    files.Add(FileAt(entry));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files.Add(Broken(directory, Unreadable(e)));
        }
    }

    private static bool IsWanted(string path)
    {
        var name = Path.GetFileName(path);
        return !name.StartsWith('.') && !name.EndsWith('~') && !name.EndsWith(".tmp", StringComparison.Ordinal) && !name.EndsWith(".swp", StringComparison.Ordinal);
    }

    private static PolicyFile FileAt(string path) => new(path, () => ReadFile(path));

    private static PolicyFile Broken(string path, string error) => new(path, () => new FileContent(default, error));

    private static FileContent ReadFile(string path)
    {
        try
        {
            var info = new FileInfo(path);
            info = (FileInfo?)info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            if (info.Length > PolicyLimits.FileBytes)
            {
                return new FileContent(default, PolicyText.TooLarge(info.Length));
            }

            // Pipes and devices have length 0 too; to open one could wait for ever.
            if (info.Length == 0)
            {
                return default;
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            var buffer = new byte[Math.Min(stream.Length, PolicyLimits.FileBytes) + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length == buffer.Length && length <= PolicyLimits.FileBytes
                ? new FileContent(default, "cannot be read: it grew meanwhile")
                : new FileContent(buffer.AsMemory(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileContent(default, Unreadable(e));
        }
    }

    // The path without links; a directory can be reached through links at any level.
    private static string RealPath(string path, int links)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        if (links > MostLinks)
        {
            throw new IOException("too many levels of symbolic links");
        }

        var real = Path.Combine(RealPath(parent, links), Path.GetFileName(full));
        return new FileInfo(real).LinkTarget is { } target ? RealPath(Path.Combine(Path.GetDirectoryName(real)!, target), links + 1) : real;
    }

    private static string Unreadable(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "cannot be read: it does not exist",
        UnauthorizedAccessException => "cannot be read: permission denied",
        _ => $"cannot be read: {e.Message}",
    };
}
