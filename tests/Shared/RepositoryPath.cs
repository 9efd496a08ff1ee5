namespace NetEdit.Testing;

/// <summary>Files of this checkout.</summary>
internal static class RepositoryPath
{
    /// <summary>The directory of NetEdit.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path in the checkout.</summary>
    public static string Combine(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "NetEdit.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
