using System.Globalization;

namespace NetEdit.Bench.Results;

/// <summary>What a feature costs, on the feature's page: between two marks, made from the results.</summary>
public static class FeatureCosts
{
    /// <summary>Name of the benchmark.</summary>
    public const string Benchmark = "features";

    /// <summary>The figure of a chain that has a policy and sets nothing.</summary>
    public const string SetsNothing = "a chain that sets nothing: program time, net";

    private const string Begin = "<!-- bench/run.sh features -->\n";
    private const string End = "<!-- end -->\n";

    /// <summary>
    /// What is measured. congestion-control and dctcp set the same thing: all together are without the former. In the order of their names, as the
    /// slots of bench_hand_all.bpf.c.
    /// </summary>
    public static readonly (string Feature, string Values)[] Measured =
    [
        ("congestion-control", "{ algorithm: reno }"),
        ("dctcp", "{}"),
        ("delayed-ack", "{ maximum: 20ms }"),
        ("dscp", "{ value: 10 }"),
        ("ecn", "{}"),
        ("initial-cwnd", "{ segments: 40 }"),
        ("keepalive", "{ idle: 30s, interval: 5s, count: 3, user-timeout: 10s }"),
        ("mss", "{ bytes: 1400B }"),
        ("pacing", "{ rate: 10Gbit }"),
        ("path-rehash", "{ on-timeout: on, flow-label: on }"),
        ("receive-window", "{ initial: 256KiB, clamp: 4MiB }"),
        ("rto", "{ minimum: 20ms, maximum: 10s }"),
        ("send-cwnd-clamp", "{ segments: 100 }"),
        ("socket-buffers", "{ send: 1MiB, receive: 1MiB }"),
        ("syn-timeout", "{ first: 300ms }"),
        ("unsent-low-water", "{ bytes: 128KiB }"),
    ];

    /// <summary>The figure of a feature.</summary>
    public static string Part(string feature) => $"{feature}: its own part of the program time";

    /// <summary>The pages as they should be, by their paths below the repository.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="result">What the benchmark gave.</param>
    /// <exception cref="InvalidOperationException">A page lacks the marks, or the result a figure.</exception>
    public static IEnumerable<(string Path, string Text)> Pages(string root, BenchmarkResult result) =>
        from feature in Measured
        let path = $"docs/features/{feature.Feature}.md"
        select (
            path,
            Replace(path, File.ReadAllText(Path.Combine(root, path)), Of(feature.Feature, feature.Values, result))
        );

    private static string Of(string feature, string values, BenchmarkResult result)
    {
        var (part, nothing) = (Find(result, Part(feature)), Find(result, SetsNothing));
        var doubt = part.Spread.LowerQuartile <= 0 ? ", not distinguishable from zero," : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            **Cost** of `{values}`: {part.Spread.Median:#,0} ns (quartiles {part.Spread.LowerQuartile:#,0} to {part.Spread.UpperQuartile:#,0}){doubt} of program time per connection, both ends together, opened and closed without data, on Linux
            {result.Machine.Kernel}; the chain around it, which classifies and counts, takes {nothing.Spread.Median:#,0} ns. How it is measured: [benchmarks](../benchmarks.md#{Benchmark}).

            """
        );
    }

    private static Figure Find(BenchmarkResult result, string name) =>
        Array.Find(result.Figures, figure => figure.Name == name)
        ?? throw new InvalidOperationException(
            $"the results of {result.Name} have no figure '{name}': measure them anew"
        );

    private static string Replace(string path, string page, string cost)
    {
        var start = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = start < Begin.Length ? -1 : page.IndexOf(End, start, StringComparison.Ordinal);
        return end < 0
            ? throw new InvalidOperationException(
                $"{path} has no place for its cost: put {Begin.TrimEnd()} and {End.TrimEnd()} on lines of their own"
            )
            : page[..start] + cost + page[end..];
    }
}
