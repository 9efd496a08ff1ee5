using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Model;

namespace NetEdit.TestKit;

/// <summary>What a guest found: written by the driver inside, read by the host.</summary>
public sealed record GuestReport
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What the agent's probes found.</summary>
    public required CapabilityReport Capabilities { get; init; }

    /// <summary>What was checked of all features together.</summary>
    public required ImmutableArray<CheckReport> Host { get; init; }

    /// <summary>A report per feature.</summary>
    public required ImmutableArray<FeatureReport> Features { get; init; }

    /// <summary>A report per test feature at a hookpoint; the variant is how its programs are attached.</summary>
    public ImmutableArray<FeatureReport> Hookpoints { get; init; } = [];

    /// <summary>The programs of all features together.</summary>
    public required ImmutableArray<ProgramSize> Programs { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static GuestReport Parse(string json) => JsonSerializer.Deserialize<GuestReport>(json, Form)!;

    public string ToJson() => JsonSerializer.Serialize(this, Form);
}

/// <summary>A feature on a kernel: what was decided, and whether it holds.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="State">What the agent says of it.</param>
/// <param name="Variant">The variant in use, or null.</param>
/// <param name="Reasons">Why.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record FeatureReport(
    string Feature,
    PolicyState State,
    string? Variant,
    ImmutableArray<Reason> Reasons,
    ImmutableArray<CheckReport> Checks
);

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What should hold.</param>
/// <param name="Outcome">Whether it does.</param>
/// <param name="Detail">Why not.</param>
/// <param name="Seconds">How long looking took.</param>
public sealed record CheckReport(string Name, CheckOutcome Outcome, string Detail, double Seconds);

public enum CheckOutcome
{
    Passed,
    Failed,

    /// <summary>The feature has nothing to check there; the detail says why.</summary>
    NotApplicable,
}

/// <summary>Size of a program in the kernel.</summary>
/// <param name="Program">What it is: <c>chain</c>.</param>
/// <param name="Instructions">Instructions it has after verification, rewritten for this kernel and without what is never reached.</param>
/// <param name="Verified">Instructions the verifier looked at; null before 5.16.</param>
public sealed record ProgramSize(string Program, int Instructions, int? Verified);
