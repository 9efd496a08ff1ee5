namespace NetEdit.Kernels;

/// <summary>
/// The distribution's packages of several releases, read with directories of our own: the machine's package lists and
/// sources are not touched. Addresses come from the machine's own sources.
/// </summary>
internal sealed class AptArchive
{
    private static readonly string[] Suites =
    [
        "bullseye",
        "bookworm",
        "bookworm-backports",
        "trixie",
        "trixie-backports",
        "forky",
        "sid",
    ];
    private static readonly string[] SecuritySuites = ["bullseye-security", "bookworm-security", "trixie-security"];
    private static readonly TimeSpan ListsLast = TimeSpan.FromDays(1);

    // Up to 6.18 all is in the first; later ones are divided.
    private static readonly string[] Parts = ["image", "binary", "modules", "base"];
    private static readonly string[] Needed =
    [
        "etc/sources.list.d",
        "etc/preferences.d",
        "state/lists/partial",
        "cache/archives/partial",
    ];

    /// <summary>The keys that its lists are signed with.</summary>
    public const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private readonly string _root;
    private readonly string[] _options;

    private AptArchive(string root)
    {
        _root = root;
        _options =
        [
            "-o",
            $"Dir::Etc={root}/etc",
            "-o",
            $"Dir::State={root}/state",
            "-o",
            "Dir::State::status=/var/lib/dpkg/status",
            "-o",
            $"Dir::Cache={root}/cache",
            "-o",
            "Acquire::Languages=none",
            "-o",
            "APT::Architecture=amd64",
            "-o",
            "APT::Architectures=amd64",
        ];
    }

    /// <summary>Opens the archive, with package lists that are at most a day old.</summary>
    /// <exception cref="InvalidOperationException">The machine's sources name no archive of Debian, or it cannot be reached.</exception>
    public static AptArchive Open(Action<string> progress)
    {
        var archive = new AptArchive(Path.Combine(Directories.Cache, "apt"));
        archive.Refresh(progress);
        return archive;
    }

    /// <summary>Its address, as this machine's own sources have it.</summary>
    /// <exception cref="InvalidOperationException">The machine's sources name no archive of Debian.</exception>
    public static string Address =>
        AptSources.Read().FirstOrDefault(source => source.Suites.Any(Suites.Contains)).Address
        ?? throw new InvalidOperationException("the sources of apt on this machine name no archive of Debian");

    /// <summary>The kernels it has.</summary>
    public IReadOnlyList<KernelBuild> Kernels() =>
        [
            .. Names("linux-")
                .Where(name => name.StartsWith("linux-image-", StringComparison.Ordinal))
                .Select(KernelBuild.TryParse)
                .OfType<KernelBuild>()
                .Order(),
        ];

    /// <summary>Downloads the packages that a kernel consists of into a directory.</summary>
    public void Download(KernelBuild kernel, string directory)
    {
        var parts = Parts.Select(part => $"linux-{part}-{kernel.Release}").ToHashSet(StringComparer.Ordinal);
        Command.RunIn(directory, "apt-get", [.. _options, "-q", "download", .. Names("linux-").Where(parts.Contains)]);
    }

    private string[] Names(string prefix) =>
        Command.Run("apt-cache", [.. _options, "pkgnames", prefix]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Refresh(Action<string> progress)
    {
        using var turn = Directories.TakeCache();
        var stamp = Path.Combine(_root, "updated");
        var sources = string.Join('\n', Sources()) + "\n";
        var list = Path.Combine(_root, "etc", "sources.list");
        if (
            File.Exists(stamp)
            && TimeProvider.System.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(stamp) < ListsLast
            && File.ReadAllText(list) == sources
        )
        {
            return;
        }

        progress("reading the distribution's package lists");
        Array.ForEach(Needed, directory => Directory.CreateDirectory(Path.Combine(_root, directory)));

        File.WriteAllText(list, sources);
        Command.Run("apt-get", [.. _options, "-q", "update"]);
        File.WriteAllText(stamp, "");
    }

    private static IEnumerable<string> Sources()
    {
        var main = Address;
        var security = AptSources
            .Read()
            .FirstOrDefault(source => source.Suites.Any(suite => suite.EndsWith("-security", StringComparison.Ordinal)))
            .Address;
        return
        [
            .. Suites.Select(suite => Line(main, suite)),
            .. security is null ? [] : SecuritySuites.Select(suite => Line(security, suite)),
        ];

        static string Line(string address, string suite) => $"deb [signed-by={Keyring}] {address} {suite} main";
    }
}
