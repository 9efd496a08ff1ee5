using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetEdit.Bench.Benchmarks;

/// <summary>Keeps the samples of the last run of churn, from which its picture is drawn.</summary>
internal static class ChurnSamples
{
    /// <summary>The picture's path in the repository.</summary>
    internal const string Picture = "docs/churn.svg";

    // Not among the results: those are figures.
    private const string Samples = "bench/results/churn/samples.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Reads the samples.</summary>
    /// <param name="root">The repository.</param>
    internal static ChurnResult Read(string root) =>
        JsonSerializer.Deserialize<ChurnResult>(File.ReadAllText(Path.Combine(root, Samples)), Options)!;

    /// <summary>Writes the samples, one to a line.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="result">The run.</param>
    internal static void Write(string root, ChurnResult result)
    {
        var path = Path.Combine(root, Samples);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var json = JsonSerializer.Serialize(result, Options).Replace("},{", "},\n{", StringComparison.Ordinal);
        File.WriteAllText(path, json + "\n");
    }
}
