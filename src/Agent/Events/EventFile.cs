using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Events;

/// <summary>
/// The file of events in the state directory, a line of JSON for each. When it is full it takes the place of the one before it, so there
/// are at most two. Several processes may add lines. Lines are not synchronized: a host that crashes may lose the last ones, and a torn
/// line costs itself only.
/// </summary>
/// <param name="directory">The state directory of the ledger.</param>
/// <param name="mostBytes">Size at which it is full.</param>
internal sealed class EventFile(string directory, int mostBytes = EventFile.DefaultBytes)
{
    /// <summary>The file.</summary>
    public const string Name = "events.jsonl";

    /// <summary>The one before it.</summary>
    public const string FormerName = "events.1.jsonl";

    /// <summary>Size at which a file is full, in bytes.</summary>
    public const int DefaultBytes = 1 << 20;

    private const int ChunkBytes = 64 * 1024;
    private const int WritableByOthers = 0b010_010;

    /// <summary>The state directory.</summary>
    public string Directory { get; } = directory;

    /// <summary>Adds events.</summary>
    /// <returns>Why some were not written; null when all were.</returns>
    public string? Append(IEnumerable<KeptEvent> events)
    {
        try
        {
            System.IO.Directory.CreateDirectory(
                Directory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
            using var opened =
                TrustedPath.OpenDirectory(Directory, out var problem) ?? throw new IOException(problem!.Message);
            var chunk = new ArrayBufferWriter<byte>();
            foreach (var item in events)
            {
                using (var writer = new Utf8JsonWriter(chunk))
                {
                    JsonSerializer.Serialize(writer, item, EventJson.Default.KeptEvent);
                }

                chunk.Write("\n"u8);
                if (chunk.WrittenCount >= ChunkBytes)
                {
                    Write(opened, chunk.WrittenSpan);
                    chunk.ResetWrittenCount();
                }
            }

            if (chunk.WrittenCount > 0)
            {
                Write(opened, chunk.WrittenSpan);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"events cannot be written to {Path.Combine(Directory, Name)}: {exception.Message}";
        }
    }

    /// <summary>Opens one of the files for reading.</summary>
    /// <param name="directory">The state directory, opened.</param>
    /// <param name="name">The name of the file.</param>
    /// <returns>The file; null when it does not exist.</returns>
    /// <exception cref="IOException">It cannot be read, or is not ours.</exception>
    public static SafeFileHandle? OpenForReading(SafeFileHandle directory, string name)
    {
        var file = SystemCalls.OpenForReading(PathIn(directory, name), out var errno, followLinks: false);
        return file is not null ? Checked(file, name)
            : errno == SystemCalls.ENOENT ? null
            : throw Failure(name, errno);
    }

    /// <summary>What there is of a name in the state directory.</summary>
    public static FileIdentity? IdentityOf(SafeFileHandle directory, string name) =>
        SystemCalls.IdentityOf(PathIn(directory, name));

    private void Write(SafeFileHandle opened, ReadOnlySpan<byte> lines)
    {
        using var file = OpenForAppending(opened);
        var length = RandomAccess.GetLength(file);
        if (length > 0 && length + lines.Length > mostBytes)
        {
            // Two processes may come to this at once; the second one finds a new file.
            if (SystemCalls.IdentityOf(file) is { } full && full.IsSameFile(IdentityOf(opened, Name)))
            {
                File.Move(PathIn(opened, Name), PathIn(opened, FormerName), overwrite: true);
            }

            using var next = OpenForAppending(opened);
            WriteAll(next, lines);
            return;
        }

        // Whoever wrote last was killed in the middle of a line, or the disk was full.
        Span<byte> last = stackalloc byte[1];
        if (length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != '\n')
        {
            WriteAll(file, "\n"u8);
        }

        WriteAll(file, lines);
    }

    private static SafeFileHandle OpenForAppending(SafeFileHandle directory) =>
        SystemCalls.OpenForAppending(PathIn(directory, Name), out var errno) is { } file
            ? Checked(file, Name)
            : throw Failure(Name, errno);

    private static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = SystemCalls.Write(file, bytes, bytes.Length);
            if (written < 0)
            {
                throw new IOException(new Win32Exception(Marshal.GetLastPInvokeError()).Message);
            }

            bytes = bytes[(int)written..];
        }
    }

    private static SafeFileHandle Checked(SafeFileHandle file, string name)
    {
        var problem =
            SystemCalls.Stat(file) is not var (owner, mode) || !SystemCalls.IsRegular(mode) ? "is not a regular file"
            : owner != 0 && owner != SystemCalls.EffectiveUserId()
                ? string.Create(CultureInfo.InvariantCulture, $"belongs to user {owner}")
            : (mode & WritableByOthers) != 0 ? "can be written by its group or by others"
            : null;
        if (problem is null)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{name} {problem}; remove it");
    }

    private static IOException Failure(string name, int errno) =>
        new(
            errno == SystemCalls.ELOOP
                ? $"{name} is a symbolic link; remove it"
                : $"{name}: {new Win32Exception(errno).Message}"
        );

    private static string PathIn(SafeFileHandle directory, string name) => $"{TrustedPath.PathOf(directory)}/{name}";
}
