using System.Globalization;

namespace NetEdit.Faults;

/// <summary>What every new connection of a scope shows: exactly these values, or one of two while a change is under way; null expects nothing.</summary>
internal sealed record ConnectionExpectation(int[]? Windows = null, int[]? Clamps = null, string[]? Controls = null)
{
    public static ConnectionExpectation Nothing { get; } = new();

    public static ConnectionExpectation Of(int? window = null, int? clamp = null, string? control = null) =>
        new(window is { } w ? [w] : null, clamp is { } c ? [c] : null, control is null ? null : [control]);

    /// <summary>What both expect, which holds while one becomes the other.</summary>
    public ConnectionExpectation And(ConnectionExpectation other) =>
        new(Join(Windows, other.Windows), Join(Clamps, other.Clamps), Join(Controls, other.Controls));

    private static T[]? Join<T>(T[]? one, T[]? other) =>
        one is null || other is null ? null : [.. one.Union(other).Take(2)];

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"window {Text(Windows)}, clamp {Text(Clamps)}, congestion control {Text(Controls)}"
        );

    private static string Text<T>(T[]? values) => values is null ? "any" : string.Join(" or ", values);
}
