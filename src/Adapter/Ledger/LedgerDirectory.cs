using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Model;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// What we own in the kernel: the pins below one directory of the BPF file system (docs/lifecycle.md):
/// <c>maps/LAYOUT/NAME</c>, <c>chains/SCOPE-HASH/link</c>, <c>algorithms/NAME/link</c> and so on.
/// </summary>
internal sealed class LedgerDirectory
{
    /// <summary>Ends the name of a directory that is being made; bpffs allows no dots.</summary>
    internal const string TunedSockets = "tuned_sockets";
    internal const string Listeners = "listeners";
    internal const string Unfinished = "-new";

    /// <summary>Names of pins in a directory of their own.</summary>
    internal const string Link = "link";

    /// <summary>The iterator over the sockets of a chain.</summary>
    internal const string Live = "live";

    private const int ReadableScope = 48;
    private const int LongestName = 200;

    internal LedgerDirectory(string root)
    {
        Root = root;
        Id = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(root)))) | 1;
        Maps = Path.Combine(root, "maps");
        Chains = Path.Combine(root, "chains");
        Algorithms = Path.Combine(root, "algorithms");
        Attached = Path.Combine(root, "attached");
        Queues = Path.Combine(root, "queues");
        SysctlJournal = Path.Combine(root, "sysctls");
    }

    internal string Root { get; }

    /// <summary>What its programs say they belong to: a hash of its name, never 0.</summary>
    internal ulong Id { get; }

    internal string Maps { get; }

    internal string Chains { get; }

    internal string Algorithms { get; }

    /// <summary>Standalone programs.</summary>
    internal string Attached { get; }

    /// <summary>Marks of the queueing disciplines that we made.</summary>
    internal string Queues { get; }

    /// <summary>Pin of the map that says what sysctls were before.</summary>
    internal string SysctlJournal { get; }

    /// <summary>The shared maps of a layout.</summary>
    internal string MapsDirectory(string layout) => Path.Combine(Maps, layout);

    internal string MapPin(string layout, string name) => Path.Combine(Maps, layout, name);

    /// <summary>Pin of the walk over tuned sockets; a map's neighbour because it lives as long as they do.</summary>
    internal string TunedSocketsPin(string layout) => Path.Combine(Maps, layout, TunedSockets);

    /// <summary>Pin of the walk over listeners.</summary>
    internal string ListenersPin(string layout) => Path.Combine(Maps, layout, Listeners);

    /// <summary>Directory of a scope's chain: readable, and unique by a hash, since bpffs allows neither slashes nor dots in a name.</summary>
    internal string ChainDirectory(string scope)
    {
        var readable = Readable(scope.Trim('/').TakeLast(ReadableScope));
        return Path.Combine(Chains, $"{(readable.Length == 0 ? "host" : readable)}-{Hash(scope)}");
    }

    /// <summary>Pin of the link that holds a scope's chain: the same for every program it holds.</summary>
    internal string ChainLinkPin(string scope) => Path.Combine(ChainDirectory(scope), Link);

    /// <summary>Pin of a program of a chain: its name says which generation, which code and which features.</summary>
    internal string ChainProgramPin(string scope, int generation, string digest, IEnumerable<string> features)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{GenerationPin.Program}-g{generation}-{digest}-{string.Join('+', features)}"
        );
        return Path.Combine(ChainDirectory(scope), name.Length > LongestName ? name[..LongestName] : name);
    }

    /// <summary>Pin of the walk over a scope's open connections. It may outlive the chain.</summary>
    internal string LivePin(string scope) => Path.Combine(ChainDirectory(scope), Live);

    /// <summary>The walks that are pinned.</summary>
    internal IEnumerable<string> LivePins() =>
        Directories(Chains).Select(directory => Path.Combine(directory, Live)).Where(HostFiles.Exists);

    /// <summary>Directory of an attached program.</summary>
    internal string AttachmentDirectory(AttachmentKey key) =>
        Path.Combine(
            Attached,
            $"{Readable($"{key.Feature}-{key.Hook}-{key.Target.Trim('/')}".Take(ReadableScope))}-{Hash(key.ToString())}"
        );

    /// <summary>Pin of a standalone program: its name says which generation, which code and how it is attached.</summary>
    internal string AttachmentPin(AttachmentKey key, int generation, string digest, string mechanism) =>
        Path.Combine(
            AttachmentDirectory(key),
            string.Create(CultureInfo.InvariantCulture, $"{GenerationPin.Program}-g{generation}-{digest}-{mechanism}")
        );

    /// <summary>Pin of a link that holds such a program; a hookpoint may need several.</summary>
    internal string AttachmentLinkPin(AttachmentKey key, int generation, int index) =>
        Path.Combine(
            AttachmentDirectory(key),
            string.Create(CultureInfo.InvariantCulture, $"{Link}-g{generation}-{index}")
        );

    /// <summary>Pin that marks the queueing discipline of an interface as made by us.</summary>
    internal string QueuePin(int interfaceIndex) =>
        Path.Combine(Queues, interfaceIndex.ToString(CultureInfo.InvariantCulture));

    /// <summary>Directory of a congestion control.</summary>
    internal string AlgorithmDirectory(string algorithm) => Path.Combine(Algorithms, algorithm);

    /// <summary>Pin of what keeps a congestion control registered.</summary>
    internal string AlgorithmLinkPin(string algorithm) => Path.Combine(Algorithms, algorithm, Link);

    /// <summary>Pin of a congestion control's struct_ops map, or of its data: the name says generation, code, and the kernel's id of the struct_ops map.</summary>
    internal string AlgorithmPin(string algorithm, string kind, int generation, string digest, uint mapId) =>
        Path.Combine(
            Algorithms,
            algorithm,
            string.Create(CultureInfo.InvariantCulture, $"{kind}-g{generation}-{digest}-{mapId}")
        );

    /// <summary>
    /// Makes sure that nobody else made the ledger, or a directory in it, or can change what is in there. Everybody may make directories in a BPF file system of the default mode
    /// (1777), and whoever comes first has the name.
    /// </summary>
    /// <exception cref="BpfException">Somebody did or can; the message says what to do.</exception>
    internal void RequireTrusted()
    {
        RequireTrusted(Root, mayBeAbsent: true);
        var levels = Directories(Root).ToList();
        foreach (var directory in levels.Concat(levels.SelectMany(Directories)))
        {
            // Nobody else can change what is in a directory that was checked, so the entry is what its name says.
            if (TrustedPath.ProblemOfEntry(directory) is { } problem)
            {
                throw Refused(directory, problem);
            }
        }
    }

    /// <summary>The pins in one of the directories, sorted; none when it does not exist.</summary>
    /// <exception cref="BpfException">It cannot be listed.</exception>
    internal static IEnumerable<string> Pins(string directory) => Entries(directory, directories: false);

    /// <summary>The directories in one of the directories, sorted; none when it does not exist.</summary>
    /// <exception cref="BpfException">It cannot be listed.</exception>
    internal static IEnumerable<string> Directories(string directory) => Entries(directory, directories: true);

    /// <summary>Pins a descriptor, making the directories it needs.</summary>
    internal static void Pin(int fd, string path)
    {
        MakeDirectory(Path.GetDirectoryName(path)!);
        var result = LibBpf.bpf_obj_pin(fd, path);
        if (result < 0)
        {
            throw BpfError.Create(
                $"pin {path}",
                -result,
                -result == BpfError.Eexist ? "something is pinned there already: see 'netedit gc --dry-run'" : ""
            );
        }
    }

    /// <summary>Opens what is pinned; null when nothing is.</summary>
    internal static KernelHandle? TryGet(string path)
    {
        var result = LibBpf.bpf_obj_get(path);
        LibBpfLog.Clear();
        return result == -BpfError.Enoent ? null : KernelHandle.Of(result, $"open the pin {path}");
    }

    /// <summary>Removes a pin if it is there. For a link without another holder this detaches.</summary>
    internal void Remove(string path)
    {
        RequireOwn(path);
        HostFiles.Remove(path);
    }

    /// <summary>Removes a directory and the pins in it, if it is there.</summary>
    internal void RemoveDirectory(string path)
    {
        RequireOwn(path);
        foreach (var pin in Pins(path).ToList())
        {
            Remove(pin);
        }

        HostFiles.RemoveEmptyDirectory(path);
    }

    /// <summary>Moves a directory to another name, in one step. One of that name must be empty.</summary>
    internal void MoveDirectory(string from, string to)
    {
        RequireOwn(from);
        RequireOwn(to);
        RemoveDirectory(to);
        HostFiles.Move(from, to);
    }

    /// <summary>Moves a pin, in one step or, where its own place becomes a directory, in two that any start can go on from.</summary>
    internal void MovePin(string from, string to)
    {
        RequireOwn(from);
        RequireOwn(to);
        var directory = Path.GetDirectoryName(to)!;
        if (string.Equals(directory, from, StringComparison.Ordinal))
        {
            var aside = Path.Combine(directory + Unfinished, Path.GetFileName(to));
            MakeDirectory(directory + Unfinished);
            HostFiles.Move(from, aside);
            from = aside;
        }

        MakeDirectory(directory);
        HostFiles.Move(from, to);
    }

    /// <summary>Removes the directories that are empty.</summary>
    internal void RemoveEmptyDirectories()
    {
        foreach (
            var directory in new[] { Maps, Chains, Algorithms, Attached, Queues }
                .SelectMany(parent => Directories(parent).Append(parent))
                .Append(Root)
        )
        {
            HostFiles.RemoveEmptyDirectory(directory);
        }
    }

    private static string Readable(IEnumerable<char> text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));

    private static void MakeDirectory(string path)
    {
        if (Path.GetDirectoryName(path) is { } above && !HostFiles.Exists(above))
        {
            MakeDirectory(above);
        }

        HostFiles.MakeDirectory(path);
        RequireTrusted(path, mayBeAbsent: false);
    }

    private static void RequireTrusted(string directory, bool mayBeAbsent)
    {
        using var opened = TrustedPath.OpenDirectory(directory, out var problem, throughSticky: true);
        if (opened is null && !(mayBeAbsent && problem!.IsAbsent))
        {
            throw Refused(directory, problem!);
        }
    }

    private static BpfException Refused(string directory, TrustProblem problem) =>
        problem.Errno == 0
            ? new(
                $"the ledger cannot be used: {problem.Message}; if somebody else made it, remove it (rm -r "
                    + $"{directory}) and try again"
            )
            : new($"could not look at the ledger: {problem.Message}")
            {
                Errno = problem.Errno,
                IsOfFile = true,
                IsPassing = BpfError.IsPassing(problem.Errno),
            };

    private static IEnumerable<string> Entries(string directory, bool directories) =>
        (HostFiles.List(directory) ?? [])
            .Where(entry => entry.IsDirectory == directories)
            .Select(entry => Path.Combine(directory, entry.Name));

    private void RequireOwn(string path)
    {
        if (!path.StartsWith(Root + "/", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{path} is not in the ledger {Root}", nameof(path));
        }
    }
}
