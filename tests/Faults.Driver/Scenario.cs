using System.Collections.Immutable;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Faults;

/// <summary>Policies, and the builds of the features and of the adapter's objects that they are applied with.</summary>
internal sealed record Wish(PolicySet Policies, Catalog Catalog)
{
    public AdapterObjects Objects { get; init; } = AdapterObjects.Embedded;

    public static Wish Of(Catalog catalog, params ImmutableArray<Policy> policies) =>
        new(new PolicySet("faults", policies), catalog);
}

/// <summary>A change from one state to another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">What is in force before.</param>
/// <param name="To">What is to be in force.</param>
/// <param name="InterruptedAt">When not 0: before the change, an apply of <paramref name="To"/> was killed at this share of its calls, in percent.</param>
internal sealed record Scenario(string Name, Wish From, Wish To, int InterruptedAt = 0)
{
    /// <summary>What is expected of connections of the web scope before.</summary>
    public ConnectionExpectation Before { get; init; } = ConnectionExpectation.Nothing;

    /// <summary>What is expected of them after.</summary>
    public ConnectionExpectation After { get; init; } = ConnectionExpectation.Nothing;
}

/// <summary>The scenarios: every kind of change.</summary>
internal static class Scenarios
{
    public const int Window = 40;
    public const int OtherWindow = 30;
    public const int Clamp = 48 * 1024;

    /// <summary>Their names, those with the most calls first.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "upgrade-maps",
        "upgrade-features",
        "add",
        "remove",
        "recover",
        "apply",
        "live-add",
        "live-remove",
        "uninstall",
        "move",
        "upgrade-chain",
        "upgrade-programs",
        "programs",
        "value",
        "sysctls",
        "sysctls-apply",
    ];

    /// <summary>The sysctls that are set.</summary>
    public static ImmutableArray<string> Sysctls { get; } =
    ["net.core.somaxconn", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"];

    /// <summary>Makes one.</summary>
    /// <param name="name">Name of the scenario.</param>
    /// <param name="web">The scope that is tuned before and after every change but apply, recover and uninstall.</param>
    /// <param name="data">Another scope.</param>
    /// <param name="algorithm">Name of the congestion control.</param>
    public static Scenario Create(string name, string web, string data, string algorithm)
    {
        var first = new Catalog(algorithm, build: 0);
        var nothing = Wish.Of(first);
        var full = Wish.Of(
            first,
            Policy("data", data, Cwnd(20), Dctcp),
            Policy("web", web, Cwnd(Window), ReceiveWindow(Clamp))
        );
        var small = Wish.Of(first, Policy("data", data, Cwnd(20)), Policy("web", web, Cwnd(Window)));
        var live = Wish.Of(
            new Catalog(algorithm, build: 0, live: true),
            small.Policies.Policies[0],
            Policy("web", web, Cwnd(Window), ReceiveWindow(Clamp))
        );
        var whole = ConnectionExpectation.Of(Window, Clamp);
        var hooks = Wish.Of(
            first,
            Policy("options", web, ("test-options", Port(1))),
            Policy("tracepoint", web, ("test-tracepoint", Port(1)))
        );
        return name switch
        {
            "apply" => new(name, nothing, full) { After = whole },
            "value" => new(
                name,
                full,
                Wish.Of(first, full.Policies.Policies[0], Policy("web", web, Cwnd(OtherWindow), ReceiveWindow(Clamp)))
            )
            {
                Before = whole,
                After = ConnectionExpectation.Of(OtherWindow, Clamp),
            },
            "add" => new(
                name,
                small,
                Wish.Of(
                    first,
                    small.Policies.Policies[0],
                    OfRoot(Policy("web", web, Cwnd(Window), ReceiveWindow(Clamp))),
                    Policy("web-dctcp", web, Dctcp)
                )
            )
            {
                Before = ConnectionExpectation.Of(Window),
                After = ConnectionExpectation.Of(Window, Clamp, algorithm),
            },
            "remove" => new(
                name,
                Wish.Of(first, full.Policies.Policies[0], OfRoot(full.Policies.Policies[1])),
                Wish.Of(first, Policy("data", data, Cwnd(20)), Policy("web", web, Cwnd(Window)))
            )
            {
                Before = whole,
                After = ConnectionExpectation.Of(Window),
            },
            "move" => new(
                name,
                small,
                Wish.Of(first, Policy("web", web, Cwnd(Window)), Policy("web-data", web + "/inner", Cwnd(20)))
            )
            {
                Before = ConnectionExpectation.Of(Window),
                After = ConnectionExpectation.Of(Window),
            },
            "upgrade-features" => new(name, full, full with { Catalog = new Catalog(algorithm, build: 1) })
            {
                Before = whole,
                After = whole,
            },
            "upgrade-chain" => new(name, full, full with { Objects = Rebuilt }) { Before = whole, After = whole },
            "upgrade-maps" => new(name, full, full with { Objects = Resized }) { Before = whole, After = whole },
            "live-add" => new(name, small, live) { Before = ConnectionExpectation.Of(Window), After = whole },
            "live-remove" => new(name, live, small) { Before = whole, After = ConnectionExpectation.Of(Window) },
            "recover" => new(name, nothing, full, InterruptedAt: 60) { After = whole },
            "uninstall" => new(name, full, nothing) { Before = whole },
            "programs" => new(
                name,
                Wish.Of(
                    first,
                    Policy("egress", web, ("test-socket-egress", Port(1))),
                    Policy("options", web, ("test-options", Port(1)))
                ),
                Wish.Of(
                    first,
                    Policy("lookup", web, ("test-lookup", Port(1))),
                    Policy("options", web, ("test-options", Port(2)))
                )
            ),
            "upgrade-programs" => new(name, hooks, hooks with { Catalog = new Catalog(algorithm, build: 1) }),
            "sysctls" => new(
                name,
                Wish.Of(first, Policy("host", "/", Sysctl((Sysctls[0], 900), (Sysctls[1], 50)))),
                Wish.Of(first, Policy("host", "/", Sysctl((Sysctls[0], 800), (Sysctls[2], 40))))
            ),
            "sysctls-apply" => new(
                name,
                nothing,
                Wish.Of(first, Policy("host", "/", Sysctl((Sysctls[0], 900), (Sysctls[1], 50))))
            ),
            _ => throw new ArgumentException($"no scenario '{name}'", nameof(name)),
        };
    }

    /// <summary>
    /// States between which any change is hitless, and what each gives a scope inside the web scope: features that come and go, values that change,
    /// policies that move between the two scopes.
    /// </summary>
    public static ImmutableArray<(string Name, Wish Wish, ConnectionExpectation Expectation)> States(
        Catalog catalog,
        string web,
        string algorithm
    )
    {
        var inner = web + "/inner";
        return
        [
            ("outer 40", Wish.Of(catalog, Policy("web", web, Cwnd(Window))), ConnectionExpectation.Of(Window)),
            (
                "outer 30",
                Wish.Of(catalog, Policy("web", web, Cwnd(OtherWindow))),
                ConnectionExpectation.Of(OtherWindow)
            ),
            (
                "outer 40, clamp",
                Wish.Of(catalog, Policy("web", web, Cwnd(Window), ReceiveWindow(Clamp))),
                ConnectionExpectation.Of(Window, Clamp)
            ),
            (
                "outer 40, clamp, dctcp",
                Wish.Of(catalog, Policy("web", web, Cwnd(Window), ReceiveWindow(Clamp), Dctcp)),
                ConnectionExpectation.Of(Window, Clamp, algorithm)
            ),
            (
                "outer 40, by user, clamp",
                Wish.Of(catalog, OfRoot(Policy("web", web, Cwnd(Window))), Policy("clamp", web, ReceiveWindow(Clamp))),
                ConnectionExpectation.Of(Window, Clamp)
            ),
            ("inner 40", Wish.Of(catalog, Policy("web", inner, Cwnd(Window))), ConnectionExpectation.Of(Window)),
            (
                "inner 40 in outer 20, clamp",
                Wish.Of(
                    catalog,
                    Policy("inner", inner, Cwnd(Window)),
                    Policy("web", web, Cwnd(20), ReceiveWindow(Clamp))
                ),
                ConnectionExpectation.Of(Window, Clamp)
            ),
        ];
    }

    /// <summary>The adapter's objects of several versions.</summary>
    public static ImmutableArray<AdapterObjects> Versions => [AdapterObjects.Embedded, Rebuilt, Resized];

    /// <summary>The chain's code under another digest.</summary>
    private static AdapterObjects Rebuilt { get; } =
        AdapterObjects.Embedded with
        {
            SockopsChain = new BpfObject("sockops", () => [.. AdapterObjects.Embedded.SockopsChain.Image.Span, 0]),
        };

    /// <summary>A chain whose shared maps have another layout.</summary>
    private static AdapterObjects Resized { get; } =
        AdapterObjects.Embedded with
        {
            SockopsChain = BpfObject.Embedded(typeof(Scenarios).Assembly, "sockops_resized"),
        };

    private static (string, ParameterValues) Dctcp => ("dctcp", ParameterValues.Empty);

    private static (string, ParameterValues) Sysctl(params (string Name, long Value)[] sysctls) =>
        ("sysctl", new ParameterValues(sysctls.Select(sysctl => KeyValuePair.Create(sysctl.Name, sysctl.Value))));

    private static ParameterValues Port(int port) => new([new("port", port)]);

    private static (string, ParameterValues) Cwnd(int segments) =>
        ("initial-cwnd", new ParameterValues([new("segments", segments)]));

    private static (string, ParameterValues) ReceiveWindow(int clamp) =>
        ("receive-window", new ParameterValues([new("clamp", clamp)]));

    // What the tests open is of root.
    private static Policy OfRoot(Policy policy) =>
        policy with
        {
            Connections =
            [
                new ConnectionSelector([IpPrefix.Any], [], [Direction.Outbound, Direction.Inbound])
                {
                    Users = ["0"],
                    Interfaces = ["*"],
                },
            ],
        };

    private static Policy Policy(string name, string scope, params (string Feature, ParameterValues Values)[] tuning) =>
        new()
        {
            Name = name,
            Scopes = [scope],
            Tuning = tuning.ToImmutableSortedDictionary(
                item => item.Feature,
                ParameterValues? (item) => item.Values,
                StringComparer.Ordinal
            ),
        };
}
