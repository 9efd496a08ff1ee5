namespace NetEdit.Kernels;

/// <summary>Which kernels a run boots.</summary>
internal static class KernelSelection
{
    /// <summary>The environment variable that chooses: empty for one of each series, <c>all</c>, or names of packages.</summary>
    public const string Variable = "NETEDIT_KERNELS";

    private static readonly string[] Series = ["5.10", "6.1", "6.12", "7.2", "7.3"];

    /// <summary>The kernels that a text names, oldest first.</summary>
    /// <param name="wanted">As <see cref="Variable"/>.</param>
    /// <param name="available">What the distribution has.</param>
    /// <param name="shown">Those that the page of results shows: where one of each series is wanted, it is one of these as long as the distribution has it.</param>
    /// <exception cref="InvalidOperationException">It has no such kernel.</exception>
    public static IReadOnlyList<KernelBuild> Choose(string? wanted, IReadOnlyCollection<KernelBuild> available, IReadOnlyCollection<KernelBuild> shown)
    {
        var chosen = wanted switch
        {
            null or "" => Series.SelectMany(series => Newest(shown.Intersect(available), series, "cloud").Concat(Newest(available, series, "cloud")).Take(1)),
            "all" => Series.SelectMany(series => OfSeries(available, series)),
            _ => wanted.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(name =>
                KernelBuild.TryParse(name) is { } build && available.Contains(build) ? build : throw new InvalidOperationException($"the distribution has no kernel '{name}'; netedit-kernels list shows those it has")),
        };
        return [.. chosen.Distinct().Order()];
    }

    /// <summary>The newest of each flavour, and the oldest there is.</summary>
    private static IEnumerable<KernelBuild> OfSeries(IReadOnlyCollection<KernelBuild> available, string series) =>
    [
        .. available.Where(build => build.Series == series && build.Flavour == "cloud").Order().Take(1),
        .. Newest(available, series, "cloud"),
        .. Newest(available, series, "generic"),
        .. Newest(available, series, "rt"),
    ];

    private static IEnumerable<KernelBuild> Newest(IEnumerable<KernelBuild> available, string series, string flavour) =>
        available.Where(build => build.Series == series && build.Flavour == flavour).OrderDescending().Take(1);
}
