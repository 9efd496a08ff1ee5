using NetEdit.Kernels;

namespace NetEdit.Systemd.Tests;

/// <summary>The package under test, as hosts get it, and the same with a later version. They are built once per commit.</summary>
internal static class TestPackages
{
    /// <summary>File name of the package.</summary>
    public const string First = "netedit.deb";

    /// <summary>File name of the later one.</summary>
    public const string Later = "later.deb";

    private static readonly string Cache = Path.Combine(Directories.Artifacts, "systemd", "packages");

    /// <summary>Gives a directory with both.</summary>
    /// <param name="progress">Told of long steps.</param>
    public static string Get(Action<string> progress)
    {
        var commit = Git("rev-parse", "HEAD");
        var directory = Path.Combine(Cache, commit);
        var isChanged = Git("status", "--porcelain").Length > 0;
        if (isChanged || !Directory.Exists(directory))
        {
            progress("building the package");
            if (Directory.Exists(Cache))
            {
                Directory.Delete(Cache, recursive: true);
            }

            directory = isChanged ? directory + "-changed" : directory;
            Build(directory);
        }

        return directory;
    }

    private static void Build(string directory)
    {
        var unfinished = directory + ".new";
        Directory.CreateDirectory(unfinished);
        var package = Command.Run(Path.Combine(Directories.Repository, "netedit"), "package", unfinished).Trim();
        var first = Path.Combine(unfinished, First);
        File.Move(package, first);
        Command.Run(Path.Combine(Directories.Repository, "eng/later-deb.sh"), first, Path.Combine(unfinished, Later));
        Directory.Move(unfinished, directory);
    }

    private static string Git(params string[] arguments) =>
        Command.Run("git", ["-C", Directories.Repository, .. arguments]).Trim();
}
