using System.Globalization;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Says whether an open connection has the value that a feature gave it.</summary>
public enum ExpectationResult
{
    /// <summary>The socket has the value.</summary>
    Confirmed,

    /// <summary>The socket has another value, which only an application or another program can have set.</summary>
    Contradicted,

    /// <summary>
    /// The socket has another value, but the kernel may have set it by itself, or may have had good reason to.
    /// </summary>
    Inconclusive,
}

/// <summary>
/// One setting of an open connection, with the value that a feature gave it and the value that its socket has.
/// </summary>
/// <param name="Expected">
/// The value that the feature gave, written for a person, such as <c>keepalive idle 70 s</c>.
/// </param>
/// <param name="Found">The value that the socket has, written for a person.</param>
/// <param name="Result">Whether the two values agree.</param>
public sealed record Expectation(string Expected, string Found, ExpectationResult Result)
{
    /// <summary>Creates an expectation of a setting that a socket either has or does not have.</summary>
    /// <param name="expected">The value that the feature gave.</param>
    /// <param name="found">The value that the socket has.</param>
    /// <param name="holds">Whether the two values agree.</param>
    public static Expectation That(string expected, string found, bool holds) =>
        new(expected, found, holds ? ExpectationResult.Confirmed : ExpectationResult.Contradicted);

    /// <summary>Creates an expectation that the socket has exactly the given number.</summary>
    /// <param name="what">The name of the number, such as <c>keepalive idle</c>.</param>
    /// <param name="expected">The number that the feature gave.</param>
    /// <param name="found">
    /// The number that the socket has. It is null if the socket has none of its own, which contradicts the expectation.
    /// </param>
    /// <param name="unit">The unit of both numbers, or nothing.</param>
    public static Expectation Exactly(string what, double expected, double? found, string unit = "") =>
        That(Text(what, expected, unit), Text(what, found, unit), found == expected);

    /// <summary>Creates an expectation that the socket has at most the given number.</summary>
    /// <inheritdoc cref="Exactly"/>
    public static Expectation AtMost(string what, double expected, double? found, string unit = "") =>
        That(Text(what + " at most", expected, unit), Text(what, found, unit), found <= expected);

    /// <summary>
    /// Returns this expectation, with <see cref="ExpectationResult.Contradicted"/> replaced by
    /// <see cref="ExpectationResult.Inconclusive"/> if the kernel may have set the other value by itself.
    /// </summary>
    /// <param name="excused">Whether the kernel may have set it.</param>
    public Expectation InconclusiveIf(bool excused) =>
        excused && Result == ExpectationResult.Contradicted
            ? this with
            {
                Result = ExpectationResult.Inconclusive,
            }
            : this;

    private static string Text(string what, double? value, string unit) =>
        value is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"{what} {known} {unit}").TrimEnd()
            : $"{what} none";
}

/// <summary>An open connection that a feature is asked about (<see cref="ITuningFeature.Expectations"/>).</summary>
/// <param name="Now">The values that its socket has.</param>
/// <param name="Direction">Who opened it.</param>
/// <param name="IsIPv6">Whether its segments are IPv6.</param>
/// <param name="Host">The facts about the host.</param>
public sealed record ExaminedSocket(SocketValues Now, Direction Direction, bool IsIPv6, HostFacts Host);
