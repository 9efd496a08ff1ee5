using System.Text;

namespace NetEdit.Kernels;

/// <summary>Finds modules and what they depend on. Packages have no list of dependencies: it is made when they are installed.</summary>
internal static class KernelModules
{
    /// <summary>Modules and all they depend on, in the order in which they are to be loaded.</summary>
    /// <param name="files">Files of a kernel's packages.</param>
    /// <param name="wanted">Names of modules; those that are not there are left out.</param>
    public static IReadOnlyList<(string Name, byte[] Content)> Closure(
        IEnumerable<string> files,
        IEnumerable<string> wanted
    )
    {
        var places = files
            .Where(file => file.Contains(".ko", StringComparison.Ordinal))
            .ToLookup(file => NameOf(Path.GetFileName(file)), StringComparer.Ordinal);
        var found = new List<(string Name, byte[] Content)>();
        foreach (var name in wanted)
        {
            Add(name);
        }

        return found;

        void Add(string name)
        {
            if (places[name].FirstOrDefault() is { } file && found.TrueForAll(module => module.Name != name))
            {
                var content = Read(file);
                foreach (var dependency in Dependencies(content))
                {
                    Add(NameOf(dependency));
                }

                found.Add((name, content));
            }
        }
    }

    /// <summary>What a module says it depends on.</summary>
    internal static IEnumerable<string> Dependencies(ReadOnlySpan<byte> module)
    {
        // The section .modinfo is a sequence of texts, each with a zero at its end.
        var field = "\0depends="u8;
        var start = module.IndexOf(field);
        if (start < 0)
        {
            return [];
        }

        var value = module[(start + field.Length)..];
        return Encoding
            .ASCII.GetString(value[..value.IndexOf((byte)0)])
            .Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string NameOf(string file) => file.Split(".ko")[0].Replace('-', '_');

    private static byte[] Read(string file) =>
        Path.GetExtension(file) == ".xz" ? Command.ReadBytes("xz", "-dc", file) : File.ReadAllBytes(file);
}
