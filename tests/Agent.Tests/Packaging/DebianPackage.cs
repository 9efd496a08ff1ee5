namespace NetEdit.Agent.Tests.Packaging;

/// <summary>
/// The Debian package of the program that these tests were built with, which needs the runtime of this machine. All but the program's files is as in the
/// package for hosts without .NET, which takes minutes to build (<see cref="ProductPackageTests"/>).
/// </summary>
public sealed class DebianPackage : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public DebianPackage() => Path = Make("first");

    /// <summary>The package.</summary>
    public string Path { get; }

    public void Dispose() => _directory.Dispose();

    /// <summary>Makes the package anew.</summary>
    internal string Make(string directory) =>
        Tool.Run(
                System.IO.Path.Combine(Repository.Root, "eng", "make-deb.sh"),
                System.IO.Path.Combine(Repository.Root, "src", "Agent", "bin", "Release", "net10.0"),
                _directory.Combine(directory)
            )
            .Trim();

    /// <summary>Makes the same package with a later version.</summary>
    internal string MakeLater()
    {
        var package = _directory.Combine("later.deb");
        Tool.Run(System.IO.Path.Combine(Repository.Root, "eng", "later-deb.sh"), Path, package);
        return package;
    }
}
