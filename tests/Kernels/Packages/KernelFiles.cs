namespace NetEdit.Kernels;

/// <summary>What of a kernel's packages a guest needs: the kernel, its configuration, and some modules with all they depend on.</summary>
internal sealed class KernelFiles
{
    private const string ModulesFile = "modules";

    // What the checks use and Debian builds as modules. Those a kernel has built in or does not have are left out.
    private static readonly string[] Wanted = ["veth"];

    private readonly string _directory;

    private KernelFiles(string directory) => _directory = directory;

    /// <summary>The image that boots.</summary>
    public string Kernel => Path.Combine(_directory, "vmlinuz");

    /// <summary>Its configuration: <c>CONFIG_BPF=y</c>.</summary>
    public IReadOnlySet<string> Configuration => File.ReadLines(Path.Combine(_directory, "config")).ToHashSet(StringComparer.Ordinal);

    /// <summary>Modules in the order in which they are to be loaded.</summary>
    public IEnumerable<string> Modules => File.ReadLines(Path.Combine(_directory, ModulesFile)).Select(name => Path.Combine(_directory, name));

    /// <summary>The files of a kernel, downloaded and unpacked when they are not in the cache; null when a mirror does not have what it lists.</summary>
    public static KernelFiles? TryGet(KernelBuild kernel, AptArchive archive, Action<string> progress)
    {
        var directory = Path.Combine(Directories.Cache, "unpacked", kernel.Release);
        if (!Directory.Exists(directory))
        {
            progress("downloading");
            var temporary = directory + ".new";
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            try
            {
                Unpack(kernel, archive, temporary, progress);
            }
            catch (InvalidOperationException failure)
            {
                progress("cannot be had; " + failure.Message.TrimEnd().Split('\n')[^1]);
                Directory.Delete(temporary, recursive: true);
                return null;
            }

            Directory.Move(temporary, directory);
        }

        return new KernelFiles(directory);
    }

    private static void Unpack(KernelBuild kernel, AptArchive archive, string target, Action<string> progress)
    {
        var work = Path.Combine(target, "work");
        var tree = Path.Combine(work, "tree");
        Directory.CreateDirectory(tree);
        archive.Download(kernel, work);
        progress("unpacking");
        foreach (var package in Directory.GetFiles(work, "*.deb"))
        {
            Command.Run("dpkg-deb", "-x", package, tree);
        }

        var files = Directory.GetFiles(tree, "*", SearchOption.AllDirectories);
        File.Copy(files.First(file => Path.GetFileName(file).StartsWith("vmlinuz", StringComparison.Ordinal)), Path.Combine(target, "vmlinuz"));
        File.Copy(files.First(file => Path.GetFileName(file) is var name && (name == "config" || name == "config-" + kernel.Release)), Path.Combine(target, "config"));
        var modules = KernelModules.Closure(files, Wanted);
        foreach (var (name, content) in modules)
        {
            File.WriteAllBytes(Path.Combine(target, name + ".ko"), content);
        }

        File.WriteAllLines(Path.Combine(target, ModulesFile), modules.Select(module => module.Name + ".ko"));
        Directory.Delete(work, recursive: true);
    }
}
