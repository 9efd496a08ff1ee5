namespace NetEdit.Kernels;

/// <summary>The sources of apt on this machine.</summary>
internal static class AptSources
{
    private const string Directory = "/etc/apt";

    /// <summary>Addresses, each with its suites.</summary>
    public static IEnumerable<(string Address, string[] Suites)> Read()
    {
        var files = System.IO.Directory.Exists($"{Directory}/sources.list.d")
            ? System.IO.Directory.GetFiles($"{Directory}/sources.list.d")
            : [];
        foreach (var file in files.Append($"{Directory}/sources.list").Where(File.Exists))
        {
            var lines = File.ReadAllLines(file).Where(line => !line.StartsWith('#'));
            foreach (var source in file.EndsWith(".sources", StringComparison.Ordinal) ? Stanzas(lines) : Lines(lines))
            {
                yield return source;
            }
        }
    }

    /// <summary>The newer form: fields, with an empty line between sources.</summary>
    private static IEnumerable<(string Address, string[] Suites)> Stanzas(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Append(""))
        {
            if (line.Split(':', 2) is [var name, var value])
            {
                fields[name] = value.Trim();
            }
            else if (line.Length == 0)
            {
                if (fields.TryGetValue("URIs", out var addresses) && fields.TryGetValue("Suites", out var suites))
                {
                    yield return (Words(addresses)[0], Words(suites));
                }

                fields.Clear();
            }
        }
    }

    /// <summary>The older form: <c>deb [options] ADDRESS SUITE COMPONENTS</c>.</summary>
    private static IEnumerable<(string Address, string[] Suites)> Lines(IEnumerable<string> lines)
    {
        foreach (
            var words in lines
                .Select(line =>
                    line.Contains(']', StringComparison.Ordinal)
                        ? "deb " + line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..]
                        : line
                )
                .Select(Words)
        )
        {
            if (words is ["deb", var address, var suite, ..])
            {
                yield return (address, [suite]);
            }
        }
    }

    private static string[] Words(string text) => text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
