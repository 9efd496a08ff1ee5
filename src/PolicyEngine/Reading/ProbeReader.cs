using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>spec.audit</c>.</summary>
internal sealed partial class ProbeReader(FileErrors errors)
{
    /// <summary>An address and a port; an IPv6 address in brackets.</summary>
    internal const string Form = "([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[1-9][0-9]{0,4}";

    /// <summary>Reads where to probe.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="connections">The policy's own connections; empty means all.</param>
    public IPEndPoint? Read(YamlMap map, ImmutableArray<ConnectionSelector> connections)
    {
        if (new Fields(map, "spec.audit", ["probe"], errors).Scalar("probe", required: true) is not { } scalar)
        {
            return null;
        }

        // .NET also reads 10.1 and octal numbers: what it would write otherwise is a slip.
        if (
            !FormPattern().IsMatch(scalar.Text)
            || !IPEndPoint.TryParse(scalar.Text, out var probe)
            || probe.Address.IsIPv4MappedToIPv6
            || !string.Equals(probe.ToString(), scalar.Text, StringComparison.OrdinalIgnoreCase)
        )
        {
            errors.Add(
                scalar,
                $"spec.audit.probe {Printable.Quote(scalar.Text)} must be an address and a port in their "
                    + $"shortest form, as in 10.0.0.2:443 or \"[fd00::2]:443\"; names are not looked up"
            );
            return null;
        }

        // Root makes it; by which interface is seen when it is made.
        const string Root = "root";
        var selectors = connections.Select(selector =>
            selector with
            {
                Users = selector.Users.Contains(Root) ? [] : selector.Users,
                Interfaces = [],
            }
        );
        if (
            SelectorMatcher.Nearest(
                selectors,
                new ConnectionFacts(Direction.Outbound, IpPrefix.Of(probe.Address), (ushort)probe.Port, 0, "")
            ) is
            { } miss
        )
        {
            errors.Add(
                scalar,
                $"spec.audit.probe {Printable.Quote(scalar.Text)} cannot test this policy, because "
                    + $"spec.connections does not match the probe: {miss}"
            );
            return null;
        }

        return probe;
    }

    [GeneratedRegex(
        "^" + Form + "\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex FormPattern();
}
