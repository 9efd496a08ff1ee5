namespace NetEdit.Agent.Tests;

/// <summary>A directory that goes with the test, and that only this process's user can have written to.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = TrustedDirectory.Create("netedit-test-");

    /// <summary>One on a file system that code may be run from.</summary>
    public TemporaryDirectory(string parent) => Path = TrustedDirectory.Create(parent, "netedit-test-");

    public string Path { get; }

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string content)
    {
        var path = Combine(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
