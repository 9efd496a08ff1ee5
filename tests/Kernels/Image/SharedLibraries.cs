using System.Text.RegularExpressions;

namespace NetEdit.Kernels;

/// <summary>Finds the shared libraries that programs need.</summary>
internal static partial class SharedLibraries
{
    /// <summary>Paths of all libraries that some files need, and of the loader.</summary>
    /// <param name="files">Programs and libraries.</param>
    public static IEnumerable<string> Of(IEnumerable<string> files) =>
        Paths()
            .Matches(Command.Run("ldd", files))
            .Select(match => match.Groups["path"].Value)
            .Where(path =>
                path.StartsWith("/lib", StringComparison.Ordinal)
                || path.StartsWith("/usr/lib", StringComparison.Ordinal)
            )
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    /// <summary>Finds a library that is loaded by name.</summary>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static string Find(string name) =>
        Directory
            .EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Append("/usr/lib64")
            .Append("/usr/lib")
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is not installed");

    // "\tlibelf.so.1 => /lib/x86_64-linux-gnu/libelf.so.1 (0x...)", "\t/lib64/ld-linux-x86-64.so.2 (0x...)"
    [GeneratedRegex(@"(?<path>/\S+) \(0x", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Paths();
}
