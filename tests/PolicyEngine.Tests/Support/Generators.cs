using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>Random policies from small pools, so that they meet often.</summary>
internal static class Generators
{
    private static readonly string[] Prefixes =
    [
        "::/0",
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.0.0.0/9",
        "10.128.0.0/9",
        "10.1.0.0/16",
        "10.1.2.0/24",
        "10.1.2.0/25",
        "10.1.2.128/25",
        "10.1.2.3",
        "192.168.0.0/16",
        "fd00::/8",
        "fd00:1::/32",
        "fd00:1::1",
        "::ffff:0:0/96",
        "::/1",
        "8000::/1",
    ];

    private static readonly PortInterval[] Ports =
    [
        new(443, 443),
        new(80, 80),
        new(80, 90),
        new(8000, 8999),
        new(8000, 8500),
        new(8400, 8600),
        new(8500, 8500),
        new(1, 65535),
        new(1, 442),
        new(444, 65535),
        new(65535, 65535),
        new(1, 1),
    ];

    private static readonly string[] Users = ["0", "33", "1000"];

    private static readonly string[] Devices = ["*", "e*", "eth*", "eth0", "eth1*", "wg0", "wg0*", "lo"];

    private static readonly string[] Scopes = ["/", "/", "/", "/a", "/a/b", "/ab", "/c"];

    private static readonly string[] Features = ["initial-cwnd", "receive-window", "dctcp", "pacing"];

    public static Gen<ImmutableArray<Policy>> Sets(int most) =>
        from count in Gen.Choose(1, most)
        from policies in Policy.ArrayOf(count)
        select policies.Select((policy, i) => policy with { Name = $"p{(i * 7) % most:d2}" }).ToImmutableArray();

    /// <summary>Policies of which some observe, and at most as many as may meet have a share.</summary>
    public static Gen<ImmutableArray<Policy>> LayeredSets(int most) =>
        from set in Sets(most)
        from modes in Gen.Elements(0, 0, 1).ArrayOf(set.Length)
        from shares in Gen.Choose(1, 9999).ArrayOf(set.Length)
        from shared in Gen.Elements(0, 1).ArrayOf(ProfileSplit.Most)
        select set.Select(
                (policy, i) =>
                    policy with
                    {
                        Observes = modes[i] == 1,
                        Share = i < shared.Length && shared[i] == 1 ? shares[i] : null,
                        Measures = shares[i] % 2 == 0,
                    }
            )
            .ToImmutableArray();

    /// <summary>Policies that differ in ports alone, so that many ranges of one group overlap.</summary>
    public static Gen<ImmutableArray<Policy>> PortSets(int most) =>
        from set in Sets(most)
        from ports in Some(Ports, 1, 4).ArrayOf(set.Length)
        select set.Select(
                (policy, i) =>
                    policy with
                    {
                        Scopes = ["/"],
                        Priority = 0,
                        Connections =
                        [
                            new ConnectionSelector(
                                [IpPrefix.Any],
                                [.. ports[i].OrderBy(interval => interval.First).ThenBy(interval => interval.Last)],
                                [Direction.Outbound]
                            ),
                        ],
                    }
            )
            .ToImmutableArray();

    /// <summary>Connections at the edges of everything the policies name, and elsewhere.</summary>
    public static Gen<Connection> Connection =>
        from cgroup in Gen.Elements("/", "/a", "/a/b", "/a/b/c", "/a/c", "/ab", "/c/d", "/d")
        from peer in Gen.Elements(
            "10.1.2.3",
            "10.1.2.4",
            "10.1.2.200",
            "10.1.3.1",
            "10.0.0.1",
            "10.200.0.1",
            "11.0.0.1",
            "192.168.1.1",
            "fd00:1::1",
            "fd00:1::2",
            "fd00:2::1",
            "2001:db8::1",
            "ffff::1",
            "0.0.0.0"
        )
        from port in Gen.Elements<ushort>(
            1,
            2,
            79,
            80,
            81,
            90,
            91,
            442,
            443,
            444,
            7999,
            8000,
            8399,
            8400,
            8499,
            8500,
            8501,
            8600,
            8601,
            8999,
            9000,
            65534,
            65535
        )
        from direction in Gen.Elements(Direction.Outbound, Direction.Inbound)
        from user in Gen.Elements(0u, 0u, 33u, 1000u, 1001u)
        from device in Gen.Elements("", "eth0", "eth1", "eth10", "wg0", "bond0")
        select new Connection(cgroup, Prefix(peer), port, direction, user, device);

    private static Gen<ConnectionSelector> Selector =>
        from peers in Some(Prefixes, 0, 3)
        from ports in Some(Ports, 0, 2)
        from users in Gen.Frequency((4, Gen.Constant(Array.Empty<string>())), (1, Some(Users, 1, 2)))
        from devices in Gen.Frequency((4, Gen.Constant(Array.Empty<string>())), (1, Some(Devices, 1, 2)))
        from directions in Gen.Elements<Direction[]>(
            [Direction.Outbound],
            [Direction.Inbound],
            [Direction.Outbound, Direction.Inbound]
        )
        select new ConnectionSelector(
            peers.Length == 0 ? [IpPrefix.Any] : [.. peers.Select(Prefix).Distinct().Order()],
            [.. ports.OrderBy(interval => interval.First).ThenBy(interval => interval.Last)],
            [.. directions]
        )
        {
            Users = [.. users.Order(StringComparer.Ordinal)],
            Interfaces = [.. devices.Order(StringComparer.Ordinal)],
        };

    private static Gen<Policy> Policy =>
        from scope in Gen.Elements(Scopes)
        from priority in Gen.Choose(-1, 1)
        from count in Gen.Choose(0, 2)
        from selectors in Selector.ArrayOf(count)
        from features in Some(Features, 1, 3)
        from number in Gen.Choose(1, 1000)
        select new Policy
        {
            Name = "p",
            Scopes = [scope],
            Interfaces = scope == "/c" ? ["eth*", "lo"] : [],
            Priority = priority,
            Connections = [.. selectors],
            Tuning = features.ToImmutableSortedDictionary(
                feature => feature,
                feature => (ParameterValues?)Values(feature, number),
                StringComparer.Ordinal
            ),
        };

    /// <summary>A policy that uses all of the form.</summary>
    public static Gen<Policy> FullPolicy =>
        from policy in Policy
        from name in Gen.Elements("a", "a-b", "0", "x1-y2", new string('n', 63))
        from labels in Labels
        from hostLabels in Labels
        from kernel in Gen.Elements<string?>(null, ">=5.10 <7.0", "=6.1", ">5 <=6.1.9")
        from operation in Gen.Elements(Enum.GetValues<LabelOperator>())
        from expressions in Gen.Choose(0, 2)
        from note in Gen.Elements("", "a: b", "it's \"x\" \\ #", " spaced ", "ünï – 漢字 🎈", "null", "- x", "{}")
        from bytes in Gen.Choose(1024, 16 << 20)
        from rate in Gen.Choose(1000, int.MaxValue)
        from share in Gen.Choose(0, 9999)
        from observes in Gen.Elements(true, false)
        from containers in Gen.Elements(
            "",
            "",
            "{}",
            "{ runtime: nspawn, name: web-* }",
            "{ id: 3f2c*, pod: a5c1f8d5-*, qos: burstable }",
            "{ image: 'nginx:1.25', namespace: shop, labels: { app: web, tier: '\"1\" \\' } }",
            "{ expressions: [ { key: labels.app, operator: In, values: [a, 'b: c'] }, "
                + "{ key: pod, operator: Exists } ] }"
        )
        select policy with
        {
            Name = name,
            Scopes = containers.Length > 0 ? [] : policy.Scopes,
            Container =
                containers.Length > 0
                    ? World.Set(World.Yaml("c", $"scope: {{ container: {containers} }}")).Policies[0].Container
                    : null,
            Labels = labels,
            Observes = observes,
            Share = share == 0 ? null : share,
            Measures = share % 2 == 1,
            Hosts = new HostSelector(
                hostLabels,
                [
                    .. Enumerable
                        .Range(0, expressions)
                        .Select(i => new LabelExpression(
                            $"key.{i}/x",
                            operation,
                            operation is LabelOperator.In or LabelOperator.NotIn ? ["1", note] : []
                        )),
                ],
                kernel is null
                    ? null
                    : World.Set(World.Yaml("k", $"hosts: {{ kernel: \"{kernel}\" }}")).Policies[0].Hosts.Kernel
            ),
            Tuning = policy
                .Tuning.SetItem(
                    "pacing",
                    new ParameterValues([new("rate", rate), new("delay", bytes % 10_000_000)], [new("note", note)])
                )
                .SetItem("receive-window", new ParameterValues([new("buffer", bytes), new("initial", 1024)]))
                .SetItem("not-installed", null),
        };

    private static Gen<ImmutableSortedDictionary<string, string>> Labels =>
        from keys in Some(["role", "a.b/c", "x_y"], 0, 3)
        from value in Gen.Elements("", "web", "true", "1.0", "\"q\" \\", "ü")
        select keys.ToImmutableSortedDictionary(key => key, _ => value, StringComparer.Ordinal);

    private static Gen<T[]> Some<T>(T[] pool, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in Gen.Elements(pool).ArrayOf(count)
        select items.Distinct().ToArray();

    private static ParameterValues Values(string feature, int number) =>
        feature switch
        {
            "initial-cwnd" => new ParameterValues([new("segments", number)]),
            "pacing" => new ParameterValues([new("burst", number % 65)]),
            _ => ParameterValues.Empty,
        };

    public static IpPrefix Prefix(string text)
    {
        IpPrefix.TryParse(text, out var prefix, out var error).ShouldBeTrue(error);
        return prefix;
    }
}
