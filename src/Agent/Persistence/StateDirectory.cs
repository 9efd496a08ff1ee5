using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Persistence;

/// <summary>A state file that was lost or cannot be written.</summary>
/// <param name="File">Its name in the directory.</param>
/// <param name="Message">What is wrong and what it means.</param>
internal sealed record StateProblem(string File, string Message);

/// <summary>A state file, and what it means when it is lost.</summary>
/// <param name="Name">Its name in the directory.</param>
/// <param name="Holds">What it holds.</param>
/// <param name="MaximumBytes">Most bytes it may have.</param>
/// <param name="Loss">What is missing without it.</param>
/// <param name="Type">How its content is written.</param>
internal sealed record StateFile<T>(string Name, string Holds, int MaximumBytes, string Loss, JsonTypeInfo<T> Type)
    where T : class;

/// <summary>
/// The directory of a ledger's state files, for its owner only. Nothing in it is needed to know what we own in the kernel: whatever
/// is wrong with it is a <see cref="StateProblem"/>, never an exception.
/// </summary>
internal sealed class StateDirectory(string path)
{
    private const int WritableByOthers = 0b010_010;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly SortedDictionary<string, string> _lost = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _unwritable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inTheWay = new(StringComparer.Ordinal);

    /// <summary>The directory.</summary>
    public string Path { get; } = path;

    /// <summary>What was lost since the start, and what could not be written last.</summary>
    public IEnumerable<StateProblem> Problems =>
        _lost.Concat(_unwritable).Select(problem => new StateProblem(problem.Key, problem.Value));

    /// <summary>Reads a file; null when there is none, or none that can be used.</summary>
    public T? Read<T>(StateFile<T> file)
        where T : class
    {
        var full = FullPath(file.Name);
        using var directory = TrustedPath.OpenDirectory(Path, out var problem);
        if (directory is null)
        {
            if (!problem!.IsAbsent)
            {
                _lost[file.Name] = $"{full} is not used: {problem.Message}; {file.Loss}";
            }

            return null;
        }

        string error;
        try
        {
            var bytes = ReadWhole(In(directory, file.Name), file.MaximumBytes, out error);
            if (error.Length == 0)
            {
                if (bytes is null)
                {
                    return null;
                }

                if (StateText.Decode(bytes, file.Holds, file.Type, out error) is { } content)
                {
                    return content;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = "it cannot be read: " + exception.Message;
        }

        _inTheWay.Add(file.Name);
        _lost[file.Name] = $"{full} is not used: {error}; {MoveAside(directory, file.Name)}; {file.Loss}";
        return null;
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <returns>Why it could not be written; null when it was.</returns>
    public string? Write<T>(StateFile<T> file, T content)
        where T : class
    {
        var full = FullPath(file.Name);
        string error;
        SafeFileHandle? directory = null;
        try
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            directory = TrustedPath.OpenDirectory(Path, out var problem) ?? throw new IOException(problem!.Message);
            var bytes = StateText.Encode(file.Holds, content, file.Type);
            if (bytes.Length > file.MaximumBytes)
            {
                throw new IOException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"it would have {bytes.Length} bytes; {file.MaximumBytes} are allowed"
                    )
                );
            }

            if (_inTheWay.Contains(file.Name))
            {
                MoveAside(directory, file.Name);
            }

            var temporary = In(directory, Temporary(file.Name));
            File.Delete(temporary);
            using (
                var stream = new FileStream(
                    temporary,
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        UnixCreateMode = OwnerOnly,
                        BufferSize = 0,
                    }
                )
            )
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, In(directory, file.Name), overwrite: true);
            Synchronize(directory);
            _unwritable.Remove(file.Name);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = exception.Message;

            // A half-written file takes room on a disk that may be full.
            TryDelete(directory, Temporary(file.Name));
        }
        finally
        {
            directory?.Dispose();
        }

        return _unwritable[file.Name] = $"{full} cannot be written: {error}; {file.Loss}";
    }

    /// <summary>When a file was last written; some time long ago when it does not exist.</summary>
    public DateTime LastWrite(string name) => File.GetLastWriteTimeUtc(FullPath(name));

    /// <summary>Removes a file whose content counts no more.</summary>
    public void Discard(string name)
    {
        using var directory = TrustedPath.OpenDirectory(Path, out _);
        TryDelete(directory, name);
    }

    /// <summary>Removes these files, what was moved aside of them, and the directory when nothing else is in it.</summary>
    public void RemoveAll(params IEnumerable<string> names)
    {
        using var directory = TrustedPath.OpenDirectory(Path, out _);
        foreach (var name in names)
        {
            _unwritable.Remove(name);
            TryDelete(directory, name);
            TryDelete(directory, Temporary(name));
            TryDelete(directory, Broken(name));
        }

        try
        {
            Directory.Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not empty, or not there.
        }
    }

    private string FullPath(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A path that leads into the directory that was checked, whatever becomes of its name.</summary>
    private static string In(SafeFileHandle directory, string name) => $"{TrustedPath.PathOf(directory)}/{name}";

    private static string Temporary(string name) => $".{name}.new";

    private static string Broken(string name) => name + ".broken";

    private static bool IsOurs(uint owner) => owner is 0 || owner == SystemCalls.EffectiveUserId();

    /// <summary>The bytes of a file; null when there is none, or <paramref name="error"/> says why not.</summary>
    private static byte[]? ReadWhole(string path, int maximum, out string error)
    {
        error = "";
        using var handle = SystemCalls.OpenForReading(path, out var errno, followLinks: false);
        if (handle is null)
        {
            error =
                errno is SystemCalls.ENOENT or SystemCalls.ENOTDIR ? ""
                : errno == SystemCalls.ELOOP ? "it is a symbolic link"
                : "it cannot be read: " + new Win32Exception(errno).Message;
            return null;
        }

        if (SystemCalls.Stat(handle) is not var (owner, mode) || !SystemCalls.IsRegular(mode))
        {
            error = "it is not a regular file";
        }
        else if (!IsOurs(owner))
        {
            error = string.Create(CultureInfo.InvariantCulture, $"it belongs to user {owner}");
        }
        else if ((mode & WritableByOthers) != 0)
        {
            error = "it can be written by its group or by others";
        }
        else if (RandomAccess.GetLength(handle) > maximum)
        {
            error = string.Create(
                CultureInfo.InvariantCulture,
                $"it has {RandomAccess.GetLength(handle)} bytes; {maximum} are allowed"
            );
        }

        return error.Length > 0 ? null : ReadAll(handle);
    }

    private static byte[] ReadAll(SafeFileHandle handle)
    {
        var content = new byte[RandomAccess.GetLength(handle)];
        var read = 0;
        while (read < content.Length && RandomAccess.Read(handle, content.AsSpan(read), read) is > 0 and var count)
        {
            read += count;
        }

        return content[..read];
    }

    /// <summary>Keeps a file that cannot be used for whoever wants to know why; the one before it goes.</summary>
    private string MoveAside(SafeFileHandle directory, string name)
    {
        try
        {
            File.Move(In(directory, name), In(directory, Broken(name)), overwrite: true);
            _inTheWay.Remove(name);
            return $"it was moved to {name}.broken";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "it could not be moved aside: " + exception.Message;
        }
    }

    /// <summary>Has the disk remember the names of the directory.</summary>
    private static void Synchronize(SafeFileHandle directory)
    {
        if (SystemCalls.Synchronize(directory) != 0)
        {
            throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
        }
    }

    private static void TryDelete(SafeFileHandle? directory, string name)
    {
        try
        {
            if (directory is not null)
            {
                File.Delete(In(directory, name));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays; whoever reads it checks it.
        }
    }
}
