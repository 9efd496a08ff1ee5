namespace NetEdit.Agent.Tests.Packaging;

/// <summary>The Debian package for hosts without .NET, built from the commit in a clone of its own.</summary>
public sealed class ProductPackage : IDisposable
{
    // A place for hundreds of megabytes, from which programs may run.
    private readonly TemporaryDirectory _directory = new(
        Directory.CreateDirectory(System.IO.Path.Combine(Repository.Root, "artifacts")).FullName
    );

    public ProductPackage()
    {
        Path = Build("one");
        Tool.Run("dpkg-deb", "--extract", Path, Root);
    }

    /// <summary>The package.</summary>
    public string Path { get; }

    /// <summary>What is in it.</summary>
    public string Root => _directory.Combine("root");

    public void Dispose() => _directory.Dispose();

    /// <summary>Builds it from the commit, in a clone of this name.</summary>
    /// <returns>The path of the package.</returns>
    internal string Build(string clone)
    {
        var directory = _directory.Combine(clone);
        Tool.Run("git", "clone", "--quiet", "--no-hardlinks", Repository.Root, directory);
        return Tool.Run(System.IO.Path.Combine(directory, "netedit"), "package", directory + ".packages").Trim();
    }
}
