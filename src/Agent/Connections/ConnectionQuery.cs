using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using NetEdit.Adapter;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Connections;

/// <summary>Which connections are asked for; what is null does not count.</summary>
/// <param name="Address">Address of one end.</param>
/// <param name="Port">Port of one end: the same where an address is given, too.</param>
/// <param name="Inodes">Inodes of their sockets.</param>
internal sealed record ConnectionQuery(IPAddress? Address, int? Port, IReadOnlySet<ulong>? Inodes)
{
    /// <summary>Every connection.</summary>
    public static ConnectionQuery All { get; } = new(null, null, null);

    /// <summary>Those of given sockets.</summary>
    public static ConnectionQuery Of(IEnumerable<ulong> inodes) => All with { Inodes = inodes.ToFrozenSet() };

    /// <summary>What is asked for on the control socket.</summary>
    /// <exception cref="CliException">It names something that is not a valid end of a connection.</exception>
    public static ConnectionQuery Of(ControlRequest request) =>
        request switch
        {
            { Inodes: { } inodes } => Of(inodes),
            { Names: [var end, ..] } => Parse(end)
                ?? throw new CliException(ExitCode.Failed, $"'{end}' is not a valid end of a connection"),
            _ => All,
        };

    /// <summary>Reads <c>10.0.0.2:443</c>, <c>[::1]:443</c>, <c>10.0.0.2</c>, <c>::1</c>, <c>:443</c> or <c>443</c>.</summary>
    /// <returns>Null when it is none of these.</returns>
    public static ConnectionQuery? Parse(string text)
    {
        if (Number(text.StartsWith(':') ? text[1..] : text) is { } only)
        {
            return All with { Port = only };
        }

        var colon = text.LastIndexOf(':');
        var hasPort = text.StartsWith('[')
            ? text.Contains("]:", StringComparison.Ordinal)
            : text.IndexOf(':', StringComparison.Ordinal) == colon && colon > 0;
        var (address, port) = hasPort ? (text[..colon], Number(text[(colon + 1)..])) : (text, null);
        if (address is ['[', .. var inner, ']'])
        {
            address = inner;
        }

        // "10.1" is an address to the parser, and a slip to everybody else.
        var isWhole = address.Contains(':', StringComparison.Ordinal) || address.Count(c => c == '.') == 3;
        return (hasPort && port is null) || !isWhole || !IPAddress.TryParse(address, out var parsed)
            ? null
            : new ConnectionQuery(Plain(parsed), port, null);
    }

    /// <summary>Whether it is asked for.</summary>
    public bool Matches(OpenConnection connection) =>
        Inodes?.Contains(connection.Inode) ?? (IsEnd(connection.Local) || IsEnd(connection.Peer));

    /// <summary>Whether it is not, but has the address or the port.</summary>
    public bool IsNear(OpenConnection connection) =>
        Inodes is null
        && (
            ((IPEndPoint[])[connection.Local, connection.Peer]).Any(end =>
                end.Port == Port || end.Address.Equals(Address)
            )
        );

    private bool IsEnd(IPEndPoint end) =>
        (Address is null || end.Address.Equals(Address)) && (Port is null || end.Port == Port);

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= IPEndPoint.MaxPort
            ? number
            : null;
}
