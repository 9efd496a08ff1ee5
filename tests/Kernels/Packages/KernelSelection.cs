namespace NetEdit.Kernels;

/// <summary>Which kernels a run boots.</summary>
internal static class KernelSelection
{
    /// <summary>
    /// The environment variable that chooses: empty or <c>ends</c> for the oldest and the newest series and this machine's kernel, <c>series</c> for one of
    /// each series and this machine's, <c>all</c>, <c>host</c>, or names: of packages, or of a series (<c>6.12</c>) for its newest.
    /// </summary>
    public const string Variable = "NETEDIT_KERNELS";

    /// <summary>Several kernels of each series, and this machine's.</summary>
    public const string All = "all";

    private const string Ends = "ends";
    private const string EachSeries = "series";

    /// <summary>What is left out of <see cref="All"/>, and why; it runs when it is named.</summary>
    public const string LeftOut =
        "5.10 rt: taking a program off a kernel function (fentry) stalls its RCU, and the emulated machine hangs";

    private static readonly (string Series, string Flavour) Hangs = ("5.10", "rt");

    private static readonly string[] Flavours = ["cloud", "generic", "rt"];
    private static readonly string[] Series = ["5.10", "6.1", "6.12", "7.2", "7.3"];

    /// <summary>Whether this machine's kernel is run beside those that a text names.</summary>
    public static bool WithHost(string? wanted) => wanted is null or "" or Ends or EachSeries or All;

    /// <summary>Whether features are also tried in pairs, of which there are a hundred: in a usual run the end-to-end tests do, on this machine's kernel.</summary>
    public static bool InPairs(string? wanted) => wanted is not (null or "" or Ends);

    /// <summary>The kernels that a text names, oldest first.</summary>
    /// <param name="wanted">As <see cref="Variable"/>.</param>
    /// <param name="available">What the distribution has.</param>
    /// <param name="shown">Those that the page of results shows: where one of each series is wanted, it is one of these as long as the distribution has it.</param>
    /// <param name="get">Gets the packages of a kernel; false when a mirror lists and does not have them, and another is taken.</param>
    /// <exception cref="InvalidOperationException">It has no such kernel.</exception>
    public static IReadOnlyList<KernelBuild> Choose(
        string? wanted,
        IReadOnlyCollection<KernelBuild> available,
        IReadOnlyCollection<KernelBuild> shown,
        Func<KernelBuild, bool> get
    )
    {
        var chosen = wanted switch
        {
            null or "" or Ends => Selected([Series[0], Series[^1]]),
            EachSeries => Selected(Series),
            All => Series.SelectMany(OfSeries),
            _ => wanted
                .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .Select(name =>
                    KernelBuild.TryParse(name) is { } build && available.Contains(build) && get(build)
                        ? build
                        : Newest(name)
                            ?? throw new InvalidOperationException(
                                $"the distribution has no kernel '{name}'; netedit-kernels list shows those it has"
                            )
                ),
        };
        return [.. chosen.OfType<KernelBuild>().Distinct().Order()];

        // The newest of each flavour, and the oldest there is.
        IEnumerable<KernelBuild?> OfSeries(string series) =>
            [
                Of(series, "cloud").Order().FirstOrDefault(get),
                .. Flavours
                    .Where(flavour => (series, flavour) != Hangs)
                    .Select(flavour => Of(series, flavour).OrderDescending().FirstOrDefault(get)),
            ];

        IEnumerable<KernelBuild?> Selected(IEnumerable<string> series) =>
            series.Select(one =>
                Of(one, "cloud").OrderByDescending(shown.Contains).ThenByDescending(build => build).FirstOrDefault(get)
            );

        KernelBuild? Newest(string series) => Of(series, "cloud").OrderDescending().FirstOrDefault(get);

        IEnumerable<KernelBuild> Of(string series, string flavour) =>
            available.Where(build => build.Series == series && build.Flavour == flavour);
    }
}
