using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.connections</c>.</summary>
internal sealed partial class ConnectionReader(FileErrors errors)
{
    /// <summary>The form of a user: a number, or a name as shadow-utils makes them.</summary>
    public const string UserForm = "^(0|[1-9][0-9]{0,9}|[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?)";

    private static readonly string[] Directions = ["outbound", "inbound", "both"];

    /// <summary>Reads the list. An empty one could mean none or all, so it is an error.</summary>
    public ImmutableArray<ConnectionSelector> Read(YamlList list)
    {
        RefuseEmpty(list, "connections", "connection");
        return [.. list.Items.Select(ReadSelector).OfType<ConnectionSelector>()];
    }

    private ConnectionSelector? ReadSelector(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            errors.Add(
                node,
                "an entry of spec.connections must be a mapping with peers, ports, users, interfaces and "
                    + "direction, each optional"
            );
            return null;
        }

        var fields = new Fields(
            map,
            "spec.connections",
            ["peers", "ports", "users", "interfaces", "direction"],
            errors
        );
        return new ConnectionSelector(
            fields.List("peers") is { } peers ? ReadPeers(peers) : [IpPrefix.Any],
            fields.List("ports") is { } ports ? ReadPorts(ports) : [],
            fields.Scalar("direction") is { } direction
                ? ReadDirection(direction)
                : [Direction.Outbound, Direction.Inbound]
        )
        {
            Users = fields.List("users") is { } users ? ReadUsers(users) : [],
            Interfaces = fields.List("interfaces") is { } interfaces
                ? InterfaceReader.Read(interfaces, "all", errors)
                : [],
        };
    }

    private ImmutableArray<IpPrefix> ReadPeers(YamlList list)
    {
        RefuseEmpty(list, "peers", "peer");
        var peers = new SortedSet<IpPrefix>();
        foreach (var text in Scalars(list, "a peer"))
        {
            // .NET reads 010.0.0.1 as octal, and takes a port after an address in brackets.
            if (OctalOctet().IsMatch(text.Text) || text.Text.AsSpan().ContainsAny('[', ']'))
            {
                errors.Add(
                    text,
                    $"{Printable.Quote(text.Text)} is not a valid peer: write addresses without leading "
                        + $"zeros, brackets and ports"
                );
            }
            else if (IpPrefix.TryParse(text.Text, out var prefix, out var error))
            {
                peers.Add(prefix);
            }
            else
            {
                errors.Add(text, $"{Printable.Quote(text.Text)} is not a valid peer: {error}");
            }
        }

        return [.. peers];
    }

    private ImmutableArray<PortInterval> ReadPorts(YamlList list)
    {
        RefuseEmpty(list, "ports", "port");
        var ports = new HashSet<PortInterval>();
        foreach (var text in Scalars(list, "a port"))
        {
            if (!PortPattern().IsMatch(text.Text))
            {
                errors.Add(
                    text,
                    $"{Printable.Quote(text.Text)} is not a valid port; write a number from 1 to 65535 "
                        + $"or a range such as 8000-8999"
                );
                continue;
            }

            var parts = text.Text.Split('-');
            var (first, last) = (Port(parts[0]), Port(parts[^1]));
            if (first == 0 || last == 0)
            {
                errors.Add(text, $"{Printable.Quote(text.Text)} is out of bounds; ports are 1 to 65535");
            }
            else if (first > last)
            {
                errors.Add(text, $"{Printable.Quote(text.Text)} is reversed; write {last}-{first}");
            }
            else
            {
                ports.Add(new PortInterval(first, last));
            }
        }

        return [.. ports.OrderBy(port => port.First).ThenBy(port => port.Last)];
    }

    private ImmutableArray<string> ReadUsers(YamlList list)
    {
        RefuseEmpty(list, "users", "user");
        if (list.Items.Count > PolicyLimits.Users)
        {
            errors.Add(list, $"users has more than {PolicyLimits.Users} entries; give the policy to a cgroup instead");
        }

        var users = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in Scalars(list, "a user"))
        {
            if (
                !UserPattern().IsMatch(text.Text)
                || (
                    UserText.IsNumber(text.Text)
                    && ulong.Parse(text.Text, CultureInfo.InvariantCulture) > PolicyLimits.UserNumber
                )
            )
            {
                errors.Add(
                    text,
                    $"{Printable.Quote(text.Text)} is not a valid user; write a name, or a number from "
                        + $"0 to {PolicyLimits.UserNumber}"
                );
            }
            else
            {
                users.Add(text.Text);
            }
        }

        return [.. users];
    }

    private ImmutableArray<Direction> ReadDirection(YamlScalar scalar)
    {
        switch (scalar.Text)
        {
            case "outbound":
                return [Direction.Outbound];
            case "inbound":
                return [Direction.Inbound];
            case "both":
                break;
            default:
                errors.Add(
                    scalar,
                    $"unknown direction {Printable.Quote(scalar.Text)}; directions are "
                        + $"{string.Join(", ", Directions)}{Suggestion.For(scalar.Text, Directions)}"
                );
                break;
        }

        return [Direction.Outbound, Direction.Inbound];
    }

    private IEnumerable<YamlScalar> Scalars(YamlList list, string what)
    {
        foreach (var item in list.Items)
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                yield return scalar;
            }
            else if (item is not YamlRefused)
            {
                errors.Add(item, $"{what} must be a single value");
            }
        }
    }

    private void RefuseEmpty(YamlList list, string key, string one)
    {
        if (list.Items.Count == 0)
        {
            errors.Add(list, $"{key} is an empty list; name at least one {one}, or leave the key out for all");
        }
    }

    private static ushort Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (ushort)0;

    [GeneratedRegex(
        UserForm + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex UserPattern();

    [GeneratedRegex(
        "^[0-9]+(-[0-9]+)?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PortPattern();

    [GeneratedRegex(
        "(^|[.:])0[0-9]+\\.|\\.0[0-9]+(/|\\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex OctalOctet();
}
