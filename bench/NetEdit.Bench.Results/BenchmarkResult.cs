using System.Text.Encodings.Web;
using System.Text.Json;

namespace NetEdit.Bench.Results;

/// <summary>A benchmark's figures with all that is needed to judge them; kept as JSON in <c>bench/results</c>.</summary>
public sealed record BenchmarkResult(
    string Name,
    string Title,
    string Method,
    DateTimeOffset Date,
    double Seconds,
    Machine Machine,
    Figure[] Figures
)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static IEnumerable<BenchmarkResult> ReadAll(string directory) =>
        Directory
            .EnumerateFiles(directory, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(path => JsonSerializer.Deserialize<BenchmarkResult>(File.ReadAllText(path), Options)!);

    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, Name + ".json"), JsonSerializer.Serialize(this, Options) + "\n");
    }
}
