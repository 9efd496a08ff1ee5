using System.Globalization;
using System.Text;

namespace NetEdit.Effects;

/// <summary>The page of all effects, made from their results.</summary>
internal static class EffectsPage
{
    private const string Introduction = """
        # Effects

        What tuning does for applications, against the kernel without it and against what the kernel itself offers. Written by `bench/effects/run.sh` from the raw values in
        `bench/effects/results`; do not edit.

        ## Method

        * **Guest.** A kernel of the distribution, the newest 6.12 unless told otherwise, booted as the [kernel matrix](../kernel-matrix.md) boots them. The processor is emulated, and the
          guest's clock counts its instructions, 1 ns each: idle time is skipped, so neither a long path nor the load of the host shows in a figure ([decision 5](../decisions/0005-effects-in-the-guests-time.md)).
          How busy that processor was is said with each effect.
        * **Network.** Three network namespaces: client, router, server. What the router sends to the client goes through a token bucket (TBF) at the stated rate, with a queue that drops at its end or, where
          marking is of interest, RED in it; what it sends to the server is delayed by netem, by the whole round trip. Packets are of one segment, as on a cable. Handshakes are checked to take the
          round trip and at most 5 ms more; mostly they take 0.05 ms more.
        * **Arms.** *ours* is the published agent on a directory of policies: a file of `bench/effects/policies` comes by rename and goes by removal, and the agent must say Active. Then each
          connection is looked at, by TCP_INFO and socket options; one that is not what its arm should make of it ends the run without a result.
        * **Repetitions.** Each measures every arm, every other one in the opposite order; one before them warms up and is dropped. Connections are new, and the kernel saves no metrics between them.
        * **Figures.** Medians, with 95 % intervals by order statistics. Comparisons are ratios of medians; their intervals are of a bootstrap over repetitions, so that the arms of one stay together. Where none is
          shown it is too narrow to be. A target is *met* when the whole interval keeps it, *missed* when none of it does, and *undecided* in between.

        Of each comparison the case that is worst for us:

        """;

    public static string Of(IReadOnlyList<(Experiment Experiment, EffectResult Result)> effects)
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"))
            .Append('\n')
            .Append(FigureTable.Of(effects));
        foreach (var (experiment, result) in effects)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"""

                ## {experiment.Title}

                {experiment.Method}

                ![{experiment.Title}]({experiment.Name}.svg)

                {Values(experiment, result)}
                | comparison | case | figure | target | |
                | --- | --- | --- | --- | --- |
                {string.Concat(
                    experiment.Figures(result).Select(figure =>
                        $"| {figure.What} | {figure.Case} | {figure.Text} | {figure.TargetText} | {FigureTable.Word(figure.Verdict)} |\n"
                    )
                )}
                {experiment.Limits}

                `bench/effects/run.sh {experiment.Name}`: {result.Date.ToString(
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture
                )}, Linux {result.Kernel} in {result.Emulator}, {result.Repetitions} repetitions of each arm, {result.Seconds
                    / 60:0} min;
                the emulated processor was busy for at most {Busiest(result):0} % of a transfer (the median of a case).

                """
            );
        }

        return page.ToString();
    }

    /// <summary>Medians and their intervals: of one quantity a column per arm, of more a row per case and arm.</summary>
    private static string Values(Experiment experiment, EffectResult result)
    {
        var names = experiment
            .Metrics.Select(metric => result.Unit(metric) is { Length: > 0 } unit ? $"{metric}, {unit}" : metric)
            .ToList();
        return names.Count == 1
            ? Table(
                ["case", .. experiment.Arms.Select(arm => $"{arm}: {names[0]}")],
                result.Cases.Select(@case =>
                    (string[])[@case, .. experiment.Arms.Select(arm => Show(@case, arm, experiment.Metrics[0]))]
                )
            )
            : Table(
                ["case", "arm", .. names],
                from @case in result.Cases
                from arm in experiment.Arms
                select (string[])[@case, arm, .. experiment.Metrics.Select(metric => Show(@case, arm, metric))]
            );

        string Show(string @case, string arm, string metric) => result.Median(@case, arm, metric).Show(Number);
    }

    private static string Table(IReadOnlyCollection<string> head, IEnumerable<string[]> rows) =>
        $"| {string.Join(" | ", head)} |\n|{string.Concat(head.Select(_ => " --- |"))}\n"
        + string.Concat(rows.Select(row => $"| {string.Join(" | ", row)} |\n"));

    private static double Busiest(EffectResult result) =>
        result.Series.Where(series => series.Metric == "processor").Max(series => Estimate.Median(series.Values).Value)
        * 100;

    private static string Number(double value) =>
        Math.Abs(value) switch
        {
            >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
            0 => "0",
            _ => value.ToString("0.000", CultureInfo.InvariantCulture),
        };
}
