using System.Globalization;
using NetEdit.Host;
using NetEdit.State;

namespace NetEdit.Features;

/// <summary>One thing that an open connection shows while it is as a feature left it.</summary>
/// <param name="Promised">What it was given, for a person: <c>keepalive idle 70 s</c>.</param>
/// <param name="Found">What its socket has, for a person.</param>
/// <param name="IsKept">Whether that is what it was given.</param>
public sealed record Promise(string Promised, string Found, bool IsKept)
{
    /// <summary>A number that must be the same.</summary>
    /// <param name="what">What it is: <c>keepalive idle</c>.</param>
    /// <param name="promised">What was given.</param>
    /// <param name="found">What the socket has; null: none of its own.</param>
    /// <param name="unit">Its unit, or nothing.</param>
    public static Promise Exactly(string what, double promised, double? found, string unit = "") => new(Text(what, promised, unit), Text(what, found, unit), found == promised);

    /// <summary>A number that must not be above another.</summary>
    /// <inheritdoc cref="Exactly"/>
    public static Promise AtMost(string what, double promised, double? found, string unit = "") => new(Text(what + " at most", promised, unit), Text(what, found, unit), found <= promised);

    private static string Text(string what, double? value, string unit) => value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{what} {known} {unit}").TrimEnd() : $"{what} none";
}

/// <summary>An open connection that features are asked of what it shows.</summary>
/// <param name="Now">What its socket has.</param>
/// <param name="Direction">Who opened it.</param>
/// <param name="IsIPv6">Whether its segments are IPv6.</param>
/// <param name="Host">The host.</param>
public sealed record ExaminedSocket(SocketValues Now, Direction Direction, bool IsIPv6, HostFacts Host);
