namespace NetEdit.Kernels;

/// <summary>Where things are.</summary>
internal static class Directories
{
    /// <summary>The repository.</summary>
    public static string Repository { get; } = NetEdit.TestKit.Repository.Root;

    /// <summary>Packages and kernels, kept between runs and outside the repository.</summary>
    public static string Cache { get; } =
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "netedit",
            "kernels"
        );

    /// <summary>Waits until no other process fills the cache: two that miss the same take turns, and the second finds it there.</summary>
    /// <exception cref="IOException">Another one fills it for half an hour.</exception>
    public static IDisposable TakeCache()
    {
        Directory.CreateDirectory(Cache);
        return FileTurn.Take(Path.Combine(Cache, "lock"), TimeSpan.FromMinutes(30));
    }

    /// <summary>What builds and runs leave.</summary>
    public static string Artifacts { get; } = Path.Combine(Repository, "artifacts");

    /// <summary>The page that shows the results.</summary>
    public static string MatrixPage { get; } = Path.Combine(Repository, "docs", "kernel-matrix.md");
}
