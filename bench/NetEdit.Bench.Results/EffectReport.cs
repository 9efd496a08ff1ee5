using System.Collections.Immutable;
using System.Text.Json;

namespace NetEdit.Bench.Results;

/// <summary>What a guest measured of one effect: written by the program inside, read by the host.</summary>
/// <param name="Effect">Its name.</param>
/// <param name="Kernel">The kernel, as <c>uname -r</c> says.</param>
/// <param name="Series">Everything that was measured.</param>
public sealed record EffectReport(string Effect, string Kernel, ImmutableArray<Series> Series)
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static EffectReport Parse(string json) => JsonSerializer.Deserialize<EffectReport>(json, Form)!;

    public string ToJson() => JsonSerializer.Serialize(this, Form);
}

/// <summary>One quantity in one case under one arm.</summary>
/// <param name="Case">The case: <c>256 KiB, 50 ms</c>.</param>
/// <param name="Arm">The arm: <c>off</c>, <c>ours</c>.</param>
/// <param name="Metric">The quantity.</param>
/// <param name="Unit">Its unit; empty for a share or a count.</param>
/// <param name="Values">One per repetition, in their order.</param>
public sealed record Series(string Case, string Arm, string Metric, string Unit, ImmutableArray<double> Values);
