namespace NetEdit.Kernels;

/// <summary>What of a kernel's packages a guest needs: the kernel, its configuration, and some modules with all they depend on.</summary>
internal sealed class KernelFiles
{
    private const string LeftOutFile = "left-out";

    private readonly string _directory;

    private KernelFiles(string directory) => _directory = directory;

    /// <summary>The image that boots.</summary>
    public string Kernel => Path.Combine(_directory, "vmlinuz");

    /// <summary>Its configuration: <c>CONFIG_BPF=y</c>.</summary>
    public IReadOnlySet<string> Configuration =>
        File.ReadLines(Path.Combine(_directory, "config")).ToHashSet(StringComparer.Ordinal);

    /// <summary>Some of its modules and all they depend on, in the order in which they are to be loaded.</summary>
    public IReadOnlyList<(string Name, byte[] Content)> Modules(IEnumerable<string> wanted) =>
        KernelModules.Closure(Directory.GetFiles(_directory), wanted);

    /// <summary>The files of a kernel, downloaded and unpacked when they are not in the cache; null when a mirror does not have what it lists.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="modules">Modules it is to have. Those it has built in or does not have are left out.</param>
    /// <param name="archive">Where it is from.</param>
    /// <param name="progress">Told of long steps.</param>
    public static KernelFiles? TryGet(
        KernelBuild kernel,
        IReadOnlyCollection<string> modules,
        AptArchive archive,
        Action<string> progress
    )
    {
        var directory = Path.Combine(Directories.Cache, "unpacked", kernel.Release);
        using var turn = Directories.TakeCache();
        var known = Known(directory);
        if (!modules.All(known.Contains))
        {
            progress("downloading");
            var temporary = directory + ".new";
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            try
            {
                // With those that others asked for: the next to ask would else download all of it again.
                Unpack(kernel, [.. known.Union(modules, StringComparer.Ordinal)], archive, temporary, progress);
            }
            catch (InvalidOperationException failure)
            {
                progress("cannot be had; " + failure.Message.TrimEnd().Split('\n')[^1]);
                Directory.Delete(temporary, recursive: true);
                return null;
            }

            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }

            Directory.Move(temporary, directory);
        }

        return new KernelFiles(directory);
    }

    /// <summary>The modules that were looked for when a directory was made; none when there is none.</summary>
    private static HashSet<string> Known(string directory)
    {
        var leftOut = Path.Combine(directory, LeftOutFile);
        return File.Exists(leftOut)
            ?
            [
                .. Directory.GetFiles(directory, "*.ko").Select(file => Path.GetFileNameWithoutExtension(file)!),
                .. File.ReadLines(leftOut),
            ]
            : [];
    }

    private static void Unpack(
        KernelBuild kernel,
        IReadOnlyCollection<string> wanted,
        AptArchive archive,
        string target,
        Action<string> progress
    )
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
        File.Copy(
            files.First(file => Path.GetFileName(file).StartsWith("vmlinuz", StringComparison.Ordinal)),
            Path.Combine(target, "vmlinuz")
        );
        File.Copy(
            files.First(file =>
                Path.GetFileName(file) is var name && (name == "config" || name == "config-" + kernel.Release)
            ),
            Path.Combine(target, "config")
        );
        var modules = KernelModules.Closure(files, wanted);
        foreach (var (name, content) in modules)
        {
            File.WriteAllBytes(Path.Combine(target, name + ".ko"), content);
        }

        File.WriteAllLines(
            Path.Combine(target, LeftOutFile),
            wanted.Except(modules.Select(module => module.Name), StringComparer.Ordinal)
        );
        Directory.Delete(work, recursive: true);
    }
}
