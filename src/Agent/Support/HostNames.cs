using System.Collections.Immutable;

namespace NetEdit.Agent.Support;

/// <summary>Finds the names by which this host and its neighbours are known, for <see cref="Redaction"/>.</summary>
/// <param name="Hosts">Names of hosts.</param>
/// <param name="Domains">Domains whose names are theirs.</param>
internal sealed record HostNames(ImmutableArray<string> Hosts, ImmutableArray<string> Domains)
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Finds the names of this host.</summary>
    public static HostNames Read() =>
        Of(
            [Environment.MachineName, .. Lines("/proc/sys/kernel/hostname"), .. Lines("/etc/hostname")],
            Lines("/etc/hosts"),
            Lines("/etc/resolv.conf")
        );

    /// <summary>Finds names in the lines of these files.</summary>
    /// <param name="own">Names of this host.</param>
    /// <param name="hosts">Lines of <c>/etc/hosts</c>.</param>
    /// <param name="resolver">Lines of <c>/etc/resolv.conf</c>.</param>
    public static HostNames Of(IEnumerable<string> own, IEnumerable<string> hosts, IEnumerable<string> resolver)
    {
        string[] names =
        [
            .. own.Select(name => name.Trim()),
            .. hosts
                .SelectMany(line => Words(line).Skip(1))
                .Where(name => !name.StartsWith("ip6-", StringComparison.Ordinal)),
        ];
        return new HostNames(
            [
                .. names
                    .SelectMany(name => (string[])[name, name.Split('.')[0]])
                    .Where(name => name.Length > 0 && !name.StartsWith("localhost", StringComparison.Ordinal))
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            [
                .. resolver
                    .Select(Words)
                    .Where(words => words is ["search" or "domain", ..])
                    .SelectMany(words => words.Skip(1))
                    .Concat(
                        names
                            .Where(name => name.Contains('.', StringComparison.Ordinal))
                            .Select(name => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])
                    )
                    .Select(domain => domain.Trim('.'))
                    .Where(domain => domain.Contains('.', StringComparison.Ordinal))
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ]
        );
    }

    private static string[] Words(string line) =>
        line.Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
