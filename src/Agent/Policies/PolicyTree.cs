using System.Collections.Immutable;
using System.ComponentModel;
using NetEdit.Agent.Native;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>Where policy files are.</summary>
/// <param name="Files">Files to read, sorted, each below the root as it was named.</param>
/// <param name="Directories">Directories that hold them or may come to.</param>
/// <param name="Errors">What cannot be looked into.</param>
/// <param name="NotRead">Entries that are passed over, sorted; of very many the first, and a last one that says how
/// many more.</param>
internal sealed record PolicyTree(
    ImmutableArray<string> Files,
    ImmutableArray<string> Directories,
    ImmutableArray<PolicyError> Errors,
    ImmutableArray<UnreadEntry> NotRead
)
{
    private const int MaximumDepth = 16;
    private const int MostListed = 100;
    private const string Masked = "a link to /dev/null; it stands for no policy";

    /// <summary>Links that lead nowhere now, and may lead to policies later.</summary>
    public ImmutableArray<string> Awaited { get; init; } = [];

    /// <summary>Whether something went while it was listed, so that the list may be of two moments.</summary>
    public bool Moved { get; init; }

    /// <summary>Lists the policy files of directories of which each replaces, by name, files of those after it.</summary>
    /// <param name="roots">The directories.</param>
    public static PolicyTree Walk(IReadOnlyList<string> roots)
    {
        var tree = Walk(roots[0]);
        foreach (var lower in roots.Skip(1))
        {
            var below = Walk(lower);
            var isReplaced = below.Files.ToLookup(file =>
                Path.Exists(Path.Combine(roots[0], Path.GetRelativePath(lower, file)))
            );
            tree = new PolicyTree(
                [.. tree.Files, .. isReplaced[false]],
                [.. tree.Directories, .. below.Directories],
                [.. tree.Errors, .. below.Errors],
                [
                    .. tree.NotRead,
                    .. below.NotRead,
                    .. isReplaced[true]
                        .Select(file => new UnreadEntry(
                            file,
                            $"replaced by {Path.Combine(roots[0], Path.GetRelativePath(lower, file))}"
                        )),
                ]
            )
            {
                Awaited = [.. tree.Awaited, .. below.Awaited],
                Moved = tree.Moved || below.Moved,
            };
        }

        return tree;
    }

    /// <summary>Lists a directory's policy files, or the one file that is named. Links are followed, each directory once.</summary>
    public static PolicyTree Walk(string root)
    {
        var files = new List<string>();
        var directories = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<PolicyError>();
        var unread = new List<UnreadEntry>();
        var awaited = ImmutableArray.CreateBuilder<string>();
        var moved = false;
        if (File.Exists(root))
        {
            return new PolicyTree([root], [], [], []);
        }

        if (!Directory.Exists(root))
        {
            return new PolicyTree(
                [],
                [],
                [new PolicyError(root, 0, 0, BrokenLink.On(root) ?? "no such file or directory")],
                []
            );
        }

        Visit(root.Length > 1 ? root.TrimEnd('/') : root, 0, new HashSet<string>(StringComparer.Ordinal));
        files.Sort(StringComparer.Ordinal);
        return new PolicyTree([.. files], directories.ToImmutable(), errors.ToImmutable(), Listed(root, unread))
        {
            Awaited = awaited.ToImmutable(),
            Moved = moved,
        };

        void Visit(string directory, int depth, HashSet<string> seen)
        {
            if (depth > MaximumDepth)
            {
                errors.Add(new PolicyError(directory, 0, 0, $"directories are nested deeper than {MaximumDepth}"));
                return;
            }

            try
            {
                var info = new DirectoryInfo(directory);
                if (!seen.Add(info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName))
                {
                    unread.Add(new UnreadEntry(directory, "not read again; another link leads to the same directory"));
                    return;
                }

                directories.Add(directory);
                foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
                {
                    var name = Path.GetFileName(entry);
                    var kind = SystemCalls.Kind(entry, out var errno);
                    var isDirectory = kind == FileKind.Directory;
                    if (isDirectory && PolicyFileName.IsBehindLinks(name))
                    {
                        continue;
                    }

                    if (kind == FileKind.Other && PolicyLayers.IsMask(entry))
                    {
                        unread.Add(new UnreadEntry(entry, Masked));
                    }
                    else if (
                        (
                            kind is FileKind.Directory or null
                                ? PolicyFileName.WhyTemporary(name)
                                : PolicyFileName.WhyNotRead(name)
                        ) is
                        { } why
                    )
                    {
                        unread.Add(new UnreadEntry(entry, why));
                    }
                    else if (kind is null)
                    {
                        Miss(entry, errno);
                    }
                    else if (isDirectory)
                    {
                        Visit(entry, depth + 1, seen);
                    }
                    else
                    {
                        files.Add(entry);
                    }

                    if (files.Count > PolicyLimits.Files)
                    {
                        errors.Add(new PolicyError(root, 0, 0, $"more than {PolicyLimits.Files} files"));
                        return;
                    }
                }
            }
            catch (UnauthorizedAccessException)
            {
                errors.Add(new PolicyError(directory, 0, 0, "cannot be read: permission denied"));
            }
            catch (DirectoryNotFoundException)
            {
                moved = true;
            }
            catch (IOException exception)
            {
                errors.Add(new PolicyError(directory, 0, 0, $"cannot be read: {exception.Message}"));
            }
        }

        // A link may lead to a directory of policies, whatever its name.
        void Miss(string entry, int errno)
        {
            if (errno is not SystemCalls.ENOENT)
            {
                errors.Add(new PolicyError(entry, 0, 0, $"cannot be read: {new Win32Exception(errno).Message}"));
            }
            else if (BrokenLink.On(entry) is { } broken)
            {
                errors.Add(new PolicyError(entry, 0, 0, broken));
                awaited.Add(entry);
            }
            else
            {
                moved = true;
            }
        }
    }

    /// <summary>Whether an entry of a directory of policies matters. A link may be what others are read through, whatever its name: Kubernetes swaps "..data".</summary>
    public static bool Matters(string path) =>
        !PolicyFileName.IsTemporary(Path.GetFileName(path)) || new FileInfo(path).LinkTarget is not null;

    private static ImmutableArray<UnreadEntry> Listed(string root, List<UnreadEntry> unread)
    {
        unread.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        var more = unread.Count - MostListed;
        return more <= 0
            ? [.. unread]
            : [.. unread.Take(MostListed), new UnreadEntry(root, $"{more} more entries are not read")];
    }
}
