using System.Globalization;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>What policies tell a connection of a scope by.</summary>
/// <param name="Direction">Who opened it.</param>
/// <param name="Peer">Its remote address.</param>
/// <param name="Port">The server's port: the remote one where this host connected, the local one where it accepted.</param>
/// <param name="User">Number of the user whose socket it is.</param>
/// <param name="Interface">Name of the interface by which its route leads; empty while it has none.</param>
public readonly record struct ConnectionFacts(
    Direction Direction,
    IpPrefix Peer,
    ushort Port,
    uint User,
    string Interface
)
{
    /// <summary>Whether a selector is for this direction, user and interface.</summary>
    internal bool IsFrom(ConnectionSelector selector) =>
        selector.Directions.Contains(Direction) && IsOfUser(selector) && IsByInterface(selector);

    /// <summary>Whether a selector is for this user.</summary>
    internal bool IsOfUser(ConnectionSelector selector) =>
        selector.Users.IsEmpty
        || selector.Users.Contains(User.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>Whether a selector is for this interface.</summary>
    internal bool IsByInterface(ConnectionSelector selector)
    {
        var name = Interface;
        return selector.Interfaces.IsEmpty || selector.Interfaces.Any(pattern => NamePattern.Matches(pattern, name));
    }
}
