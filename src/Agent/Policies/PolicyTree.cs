using System.Collections.Immutable;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>Where policy files are.</summary>
/// <param name="Files">Files to read, sorted, each below the root as it was named.</param>
/// <param name="Directories">Directories that hold them or may come to.</param>
/// <param name="Errors">What cannot be looked into.</param>
internal sealed record PolicyTree(ImmutableArray<string> Files, ImmutableArray<string> Directories, ImmutableArray<PolicyError> Errors)
{
    private const int MaximumDepth = 16;

    /// <summary>Lists a directory's policy files, or the one file that is named. Links are followed, each directory once.</summary>
    public static PolicyTree Walk(string root)
    {
        var files = new List<string>();
        var directories = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<PolicyError>();
        if (File.Exists(root))
        {
            return new PolicyTree([root], [], []);
        }

        if (!Directory.Exists(root))
        {
            return new PolicyTree([], [], [new PolicyError(root, 0, 0, "no such file or directory")]);
        }

        Visit(root.Length > 1 ? root.TrimEnd('/') : root, 0, new HashSet<string>(StringComparer.Ordinal));
        files.Sort(StringComparer.Ordinal);
        return new PolicyTree([.. files], directories.ToImmutable(), errors.ToImmutable());

        void Visit(string directory, int depth, HashSet<string> seen)
        {
            var info = new DirectoryInfo(directory);
            if (!seen.Add(info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName))
            {
                return;
            }

            if (depth > MaximumDepth)
            {
                errors.Add(new PolicyError(directory, 0, 0, $"directories are nested deeper than {MaximumDepth}"));
                return;
            }

            directories.Add(directory);
            try
            {
                foreach (var entry in Directory.EnumerateFileSystemEntries(directory))
                {
                    var name = Path.GetFileName(entry);
                    if (IsTemporary(name))
                    {
                        continue;
                    }

                    if (Directory.Exists(entry))
                    {
                        Visit(entry, depth + 1, seen);
                    }
                    else if (name.EndsWith(".yaml", StringComparison.Ordinal))
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
                // Gone since it was listed.
            }
        }
    }

    /// <summary>Whether an entry of a directory of policies matters. A link may be what others are read through, whatever its name: Kubernetes swaps "..data".</summary>
    public static bool Matters(string path) => !IsTemporary(Path.GetFileName(path)) || new FileInfo(path).LinkTarget is not null;

    /// <summary>Names that editors and copy tools use for files they have not finished.</summary>
    public static bool IsTemporary(string name) =>
        name.StartsWith('.') || name.EndsWith('~') || name.EndsWith(".tmp", StringComparison.Ordinal) || name.EndsWith(".swp", StringComparison.Ordinal)
        || name.EndsWith(".part", StringComparison.Ordinal);
}
