using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Agent.Native;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>The bytes of every policy file at one moment.</summary>
/// <param name="Files">Sorted by name.</param>
/// <param name="Errors">What could not be read, and why.</param>
/// <param name="BeingWritten">Files that somebody has open for writing: left as they were before, or left out when new.</param>
/// <param name="Fingerprint">Equal for equal names, contents and errors.</param>
internal sealed record PolicyFilesSnapshot(
    ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> Files,
    ImmutableArray<PolicyError> Errors,
    ImmutableArray<string> BeingWritten,
    string Fingerprint
)
{
    /// <summary>Entries of the directories that are passed over.</summary>
    public ImmutableArray<UnreadEntry> NotRead { get; init; } = [];
}

/// <summary>
/// Reads the policy files below some paths, whole or not at all. A file that is being written keeps the content it had when it
/// was last read whole, so that a change of another file never picks up half of this one.
/// </summary>
internal sealed class PolicyFiles(params IReadOnlyList<string> roots)
{
    private const int MostAttempts = 3;

    private readonly StandardInput _input = new(Console.OpenStandardInput);

    /// <summary>The paths.</summary>
    public IReadOnlyList<string> Roots => roots;

    private Dictionary<string, byte[]> _last = new(StringComparer.Ordinal);

    /// <summary>Reads all files.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public PolicyFilesSnapshot Read()
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = Read(out var moved);
            if (moved is null)
            {
                return snapshot;
            }

            // What went between two looks may be one file, or the directory that all of them are in.
            if (attempt == MostAttempts)
            {
                var error = new PolicyError(
                    moved,
                    0,
                    0,
                    "went while the policies were read, each time; the next pass tries again"
                );
                return snapshot with
                {
                    Errors = snapshot.Errors.Add(error),
                    Fingerprint = snapshot.Fingerprint + moved,
                };
            }
        }
    }

    private PolicyFilesSnapshot Read(out string? moved)
    {
        moved = null;
        var files = ImmutableArray.CreateBuilder<(string, ReadOnlyMemory<byte>)>();
        var errors = ImmutableArray.CreateBuilder<PolicyError>();
        var writing = ImmutableArray.CreateBuilder<string>();
        var unread = ImmutableArray.CreateBuilder<UnreadEntry>();
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long total = 0;
        foreach (var root in roots)
        {
            if (string.Equals(root, StandardInput.Name, StringComparison.Ordinal))
            {
                var (content, error) = _input.Read();
                Take(root, content, error);
                continue;
            }

            var tree = PolicyTree.Walk(PolicyLayers.OfHost.Of(root));
            errors.AddRange(tree.Errors);
            unread.AddRange(tree.NotRead);
            moved ??= tree.Moved ? root : null;
            foreach (var file in tree.Files)
            {
                // The reader says what is too much; no more is read than it takes to say so.
                if (total > PolicyLimits.SetBytes)
                {
                    break;
                }

                var content = ReadWhole(file, out var error, out var beingWritten);
                moved ??= content is null && error is null && !beingWritten ? file : null;
                if (beingWritten)
                {
                    writing.Add(file);
                    content = _last.GetValueOrDefault(file);
                }

                Take(file, content, error);
            }
        }

        foreach (var error in errors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(error.ToString()));
        }

        _last = contents;
        var fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset());
        return new PolicyFilesSnapshot(files.ToImmutable(), errors.ToImmutable(), writing.ToImmutable(), fingerprint)
        {
            NotRead = unread.ToImmutable(),
        };

        void Take(string file, byte[]? content, string? error)
        {
            if (error is not null)
            {
                errors.Add(new PolicyError(file, 0, 0, error));
            }
            else if (content is not null && contents.TryAdd(file, content))
            {
                total += content.Length;
                files.Add((file, content));
                hash.AppendData(Encoding.UTF8.GetBytes(file));
                hash.AppendData(SHA256.HashData(content));
            }
        }
    }

    private static byte[]? ReadWhole(string file, out string? error, out bool beingWritten)
    {
        error = null;
        beingWritten = false;
        if (SystemCalls.Kind(file, out var missing) is var kind and not FileKind.Regular)
        {
            error = kind is null ? WhyMissing(file, missing) : "is not a regular file";
            return null;
        }

        using var handle = SystemCalls.OpenForReading(file, out var errno);
        if (handle is null)
        {
            error = WhyMissing(file, errno);
            return null;
        }

        if (!ReadLease.TryTake(handle, out var lease))
        {
            beingWritten = true;
            return null;
        }

        using (lease)
        {
            var length = RandomAccess.GetLength(handle);
            if (length > PolicyLimits.FileBytes)
            {
                error = string.Create(
                    CultureInfo.InvariantCulture,
                    $"the file has {length} bytes; the limit is {PolicyLimits.FileBytes >> 20} MiB"
                );
                return null;
            }

            var content = new byte[length];
            var read = 0;
            while (read < content.Length && RandomAccess.Read(handle, content.AsSpan(read), read) is > 0 and var count)
            {
                read += count;
            }

            return read == content.Length ? content : content[..read];
        }
    }

    // Null when it is gone since it was listed.
    private static string? WhyMissing(string file, int errno) =>
        errno switch
        {
            SystemCalls.ENOENT => BrokenLink.On(file),
            SystemCalls.EACCES => "cannot be read: permission denied",
            _ => $"cannot be read: {new Win32Exception(errno).Message}",
        };
}
