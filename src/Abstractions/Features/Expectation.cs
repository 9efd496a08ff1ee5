using System.Globalization;
using NetEdit.Host;

namespace NetEdit.Features;

/// <summary>Says whether an open connection has what a feature gave it.</summary>
public enum ExpectationResult
{
    /// <summary>The socket has the value.</summary>
    Confirmed,

    /// <summary>The socket has another value, which nobody but an application or another program can have set.</summary>
    Contradicted,

    /// <summary>The socket has another value, and the kernel may have set it by itself, or may have been right to.</summary>
    Inconclusive,
}

/// <summary>One setting of an open connection: the value that a feature gave it, and the value that its socket has.</summary>
/// <param name="Expected">The value that it was given, for a person: <c>keepalive idle 70 s</c>.</param>
/// <param name="Found">The value that its socket has, for a person.</param>
/// <param name="Result">Whether the two agree.</param>
public sealed record Expectation(string Expected, string Found, ExpectationResult Result)
{
    /// <summary>Expects something that a socket either has or has not.</summary>
    /// <param name="expected">The value that it was given.</param>
    /// <param name="found">The value that its socket has.</param>
    /// <param name="holds">Whether the two agree.</param>
    public static Expectation That(string expected, string found, bool holds) =>
        new(expected, found, holds ? ExpectationResult.Confirmed : ExpectationResult.Contradicted);

    /// <summary>Expects a number.</summary>
    /// <param name="what">Its name: <c>keepalive idle</c>.</param>
    /// <param name="expected">The number that was given.</param>
    /// <param name="found">The number that the socket has; null when it has none of its own.</param>
    /// <param name="unit">Its unit, or nothing.</param>
    public static Expectation Exactly(string what, double expected, double? found, string unit = "") =>
        That(Text(what, expected, unit), Text(what, found, unit), found == expected);

    /// <summary>Expects a number that is not above another.</summary>
    /// <inheritdoc cref="Exactly"/>
    public static Expectation AtMost(string what, double expected, double? found, string unit = "") =>
        That(Text(what + " at most", expected, unit), Text(what, found, unit), found <= expected);

    /// <summary>Holds another value against nobody when the kernel may have set it by itself.</summary>
    /// <param name="excused">Whether it may have.</param>
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

/// <summary>An open connection that features are asked about.</summary>
/// <param name="Now">The values that its socket has.</param>
/// <param name="Direction">Who opened it.</param>
/// <param name="IsIPv6">Whether its segments are IPv6.</param>
/// <param name="Host">The host.</param>
public sealed record ExaminedSocket(SocketValues Now, Direction Direction, bool IsIPv6, HostFacts Host);
