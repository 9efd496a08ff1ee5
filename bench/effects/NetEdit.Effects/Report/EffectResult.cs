using System.Collections.Immutable;
using System.Text.Json;

namespace NetEdit.Effects;

/// <summary>An effect's raw values with what is needed to judge them; kept as JSON in <c>bench/effects/results</c>.</summary>
/// <param name="Effect">Its name.</param>
/// <param name="Kernel">The guest's kernel.</param>
/// <param name="Emulator">What emulated it.</param>
/// <param name="Date">When.</param>
/// <param name="Seconds">How long the run took on the host.</param>
/// <param name="Series">Everything that was measured.</param>
internal sealed record EffectResult(
    string Effect,
    string Kernel,
    string Emulator,
    DateTimeOffset Date,
    double Seconds,
    ImmutableArray<Series> Series
)
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Repetitions of each arm.</summary>
    public int Repetitions => Series[0].Values.Length;

    /// <summary>The cases, in the order in which they were measured.</summary>
    public IEnumerable<string> Cases => Series.Select(series => series.Case).Distinct(StringComparer.Ordinal);

    /// <summary>Values of a quantity, one per repetition.</summary>
    public ImmutableArray<double> Values(string @case, string arm, string metric) => Find(@case, arm, metric).Values;

    /// <summary>Unit of a quantity.</summary>
    public string Unit(string metric) => Series.First(series => series.Metric == metric).Unit;

    /// <summary>Median of a quantity.</summary>
    public Estimate Median(string @case, string arm, string metric) => Estimate.Median(Values(@case, arm, metric));

    /// <summary>A quantity under one arm by the same under another.</summary>
    public Estimate Ratio(string @case, string arm, string other, string metric) =>
        Estimate.Ratio(Values(@case, arm, metric), Values(@case, other, metric));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static EffectResult Read(string path) =>
        JsonSerializer.Deserialize<EffectResult>(File.ReadAllText(path), Form)!;

    /// <summary>Writes it, a series a line, so that a later run's differences can be read.</summary>
    public void Write(string path)
    {
        var text = $$"""
            {
              "effect": {{Json(Effect)}},
              "kernel": {{Json(Kernel)}},
              "emulator": {{Json(Emulator)}},
              "date": {{Json(Date)}},
              "seconds": {{Json(Math.Round(Seconds))}},
              "series": [
                {{string.Join(",\n    ", Series.Select(Json))}}
              ]
            }

            """;
        File.WriteAllText(path, text);

        static string Json<T>(T value) => JsonSerializer.Serialize(value, Form);
    }

    private Series Find(string @case, string arm, string metric) =>
        Series.Single(series => series.Case == @case && series.Arm == arm && series.Metric == metric);
}
