using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>
/// What we own in the kernel: the pins below one directory of the BPF file system, laid out as
/// <c>maps/NAME</c>, <c>chains/SCOPE-HASH</c>, <c>algorithms/NAME.link</c> and so on (docs/architecture.md).
/// </summary>
internal sealed class LedgerDirectory
{
    private const int ReadableScope = 48;

    internal LedgerDirectory(string root)
    {
        Root = root;
        Maps = Path.Combine(root, "maps");
        Chains = Path.Combine(root, "chains");
        Algorithms = Path.Combine(root, "algorithms");
    }

    internal string Root { get; }

    internal string Maps { get; }

    internal string Chains { get; }

    internal string Algorithms { get; }

    /// <summary>Pin of the walk over tuned sockets; a map's neighbour because it lives as long as they do.</summary>
    internal string LiveSocketsPin => Path.Combine(Maps, "live_sockets");

    internal string MapPin(string name) => Path.Combine(Maps, name);

    /// <summary>Pin of a scope's link: readable, and unique by a hash, since bpffs allows neither slashes nor dots in a name.</summary>
    internal string ChainPin(string scope)
    {
        var readable = new StringBuilder();
        foreach (var c in scope.Trim('/').TakeLast(ReadableScope))
        {
            readable.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_');
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)).AsSpan(0, 4));
        return Path.Combine(Chains, $"{(readable.Length == 0 ? "host" : readable)}-{hash}");
    }

    /// <summary>Pin of what keeps a congestion control registered.</summary>
    internal string AlgorithmLinkPin(string algorithm) => Path.Combine(Algorithms, algorithm + "-link");

    /// <summary>Pin of a congestion control's struct_ops map; its name tells the version.</summary>
    internal string AlgorithmMapPin(string algorithm, string digest) => Path.Combine(Algorithms, $"{algorithm}-map-{digest}");

    /// <summary>Pin of a congestion control's own counters.</summary>
    internal string AlgorithmDataPin(string algorithm, string digest) => Path.Combine(Algorithms, $"{algorithm}-data-{digest}");

    /// <summary>The pins in one of the directories, sorted; none when it does not exist.</summary>
    internal static IEnumerable<string> Pins(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal) : [];

    /// <summary>Pins a descriptor, making the directories it needs.</summary>
    internal static void Pin(int fd, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var result = LibBpf.bpf_obj_pin(fd, path);
        if (result < 0)
        {
            throw BpfError.Create($"pin {path}", -result, -result == BpfError.Eexist ? "something is pinned there already: see 'netedit gc --dry-run'" : "");
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
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{path} is not in the ledger {Root}", nameof(path));
        }

        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // never made
        }
    }

    /// <summary>Removes the directories that are empty.</summary>
    internal void RemoveEmptyDirectories()
    {
        foreach (var directory in new[] { Maps, Chains, Algorithms, Root }.Where(Directory.Exists))
        {
            if (!Directory.EnumerateFileSystemEntries(directory).Any())
            {
                Directory.Delete(directory);
            }
        }
    }

    /// <summary>The mount point of the BPF file system; it is mounted at its usual place when it is not.</summary>
    /// <exception cref="BpfException">It is not there and cannot be mounted.</exception>
    internal static string FindBpfFileSystem()
    {
        const string Usual = "/sys/fs/bpf";
        var mounts = MountInfo.Read();
        if (mounts.Any(mount => mount.Type == "bpf" && mount.Target == Usual))
        {
            return Usual;
        }

        if (mounts.FirstOrDefault(mount => mount.Type == "bpf") is { } elsewhere)
        {
            return elsewhere.Target;
        }

        if (LibC.mount("bpf", Usual, "bpf", 0, "mode=0700") != 0)
        {
            throw BpfError.Create($"mount the BPF file system at {Usual}", Marshal.GetLastPInvokeError(), "mount it yourself (mount -t bpf bpf /sys/fs/bpf) or run with CAP_SYS_ADMIN");
        }

        return Usual;
    }
}
