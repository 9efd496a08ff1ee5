using System.Collections.Immutable;

namespace NetEdit.TestKit;

/// <summary>A feature with values, and what a connection then shows (<see cref="ConnectionImage"/>) that it does not show otherwise.</summary>
/// <param name="Feature">Its name.</param>
/// <param name="Tuning">What a policy says of it, in one line.</param>
/// <param name="Shows">What is shown then.</param>
public sealed record FeatureSample(string Feature, string Tuning, ImmutableDictionary<string, string> Shows)
{
    public const int SendBuffer = 100 * 1024;
    public const int ReceiveBuffer = 90 * 1024;
    public const int InitialWindow = 20 * 1024;
    public const int WindowClamp = 48 * 1024;

    /// <summary>What a policy says with other values; null when it has none.</summary>
    public string? Changed { get; init; }

    /// <summary>What is shown then, where it differs.</summary>
    public ImmutableDictionary<string, string> ShowsChanged { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What only IPv6 connections show.</summary>
    public ImmutableDictionary<string, string> ShowsOverIpv6 { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What of an end shows that the feature reached a connection that was open before; null when it reaches none.</summary>
    public string? ShowsOpen { get; init; }

    /// <summary>What kernels show that know more: no reason to fail where it is missing.</summary>
    public ImmutableDictionary<string, string> ShowsWhereKnown { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>Every feature that tunes sockets.</summary>
    public static ImmutableArray<FeatureSample> All { get; } =
    [
        new("congestion-control", "{ algorithm: reno, otherwise: cubic }", BothEnds("algorithm", "reno"))
        {
            ShowsOpen = "algorithm",
        },
        new(
            "dctcp",
            "{}",
            BothEnds("algorithm", "netedit_dctcp")
                .Add("SYN flags", "Syn, Ece, Cwr")
                .Add("SYN-ACK flags", "Syn, Ack, Ece")
                .Add("ECN sent", "Capable0")
                .Add("ECN received", "Capable0")
        ),
        new("delayed-ack", "{ maximum: 20ms }", BothEnds("timeout", "short").AddRange(BothEnds("delay", "told")))
        {
            Changed = "{ maximum: 30ms }",
        },
        new("dscp", "{ value: 10 }", Of(("SYN DSCP", "10"), ("DSCP sent", "10"), ("DSCP received", "10")))
        {
            Changed = "{ value: 12 }",
            ShowsChanged = Of(("SYN DSCP", "12"), ("DSCP sent", "12"), ("DSCP received", "12")),
        },
        new(
            "ecn",
            "{}",
            Of(
                ("SYN flags", "Syn, Ece, Cwr"),
                ("SYN-ACK flags", "Syn, Ack, Ece"),
                ("ECN sent", "Capable0"),
                ("ECN received", "Capable0")
            )
        ),
        new("initial-cwnd", "{ segments: 40 }", BothEnds("initial window", "40"))
        {
            Changed = "{ segments: 25 }",
            ShowsChanged = BothEnds("initial window", "25"),
        },
        new(
            "keepalive",
            "{ idle: 100s, interval: 7s, count: 5, user-timeout: 135s }",
            BothEnds("keepalive", "on, 100 s, 7 s, 5 probes").AddRange(BothEnds("user timeout", "135000"))
        )
        {
            Changed = "{ idle: 80s, interval: 7s, count: 5, user-timeout: 115s }",
            ShowsChanged = BothEnds("keepalive", "on, 80 s, 7 s, 5 probes")
                .AddRange(BothEnds("user timeout", "115000")),
        },
        new("mss", "{ bytes: 1000B }", Of(("SYN MSS", "1000"), ("client segment", "988"), ("server segment", "988")))
        {
            Changed = "{ bytes: 1100B }",
            ShowsChanged = Of(("SYN MSS", "1100"), ("client segment", "1088"), ("server segment", "1088")),
        },
        new("pacing", "{ rate: 2Gbit }", BothEnds("pacing", "250000000"))
        {
            ShowsOpen = "pacing",
            Changed = "{ rate: 1Gbit }",
            ShowsChanged = BothEnds("pacing", "125000000"),
        },
        new("path-rehash", "{ on-timeout: off, flow-label: off }", BothEnds("rehash", "0"))
        {
            Changed = "{ on-timeout: on, flow-label: on }",
            ShowsChanged = BothEnds("rehash", "1"),
            ShowsOverIpv6 = Of(("flow label sent", "none")),
        },
        new("receive-window", $"{{ initial: {InitialWindow}B, clamp: {WindowClamp}B }}", Of(("SYN window", "initial")))
        {
            ShowsWhereKnown = BothEnds("clamp", "clamped"),
        },
        new("rto", "{ minimum: 100ms }", BothEnds("timeout", "short")) { Changed = "{ minimum: 120ms }" },
        new(
            "send-cwnd-clamp",
            "{ segments: 4 }",
            BothEnds("window", "4 or less").AddRange(BothEnds("initial window", "4"))
        )
        {
            ShowsOpen = "window",
            Changed = "{ segments: 3 }",
            ShowsChanged = BothEnds("initial window", "3"),
        },
        new(
            "socket-buffers",
            $"{{ send: {SendBuffer}B, receive: {ReceiveBuffer}B }}",
            BothEnds("send buffer", "fixed").AddRange(BothEnds("receive buffer", "fixed"))
        ),
        new("syn-timeout", "{ first: 300ms }", Of(("SYN timeout", "300000")))
        {
            Changed = "{ first: 400ms }",
            ShowsChanged = Of(("SYN timeout", "400000")),
        },
        new("unsent-low-water", "{ bytes: 16KiB }", BothEnds("low-water mark", "16384"))
        {
            Changed = "{ bytes: 32KiB }",
            ShowsChanged = BothEnds("low-water mark", "32768"),
        },
    ];

    /// <summary>Two features of which the stronger policy's alone is given.</summary>
    public static bool AreRivals(FeatureSample one, FeatureSample other) =>
        (one.Feature, other.Feature) is ("congestion-control", "dctcp") or ("dctcp", "congestion-control");

    private static ImmutableDictionary<string, string> BothEnds(string what, string shown) =>
        Of(("client " + what, shown), ("server " + what, shown));

    private static ImmutableDictionary<string, string> Of(params (string What, string Value)[] shown) =>
        shown.ToImmutableDictionary(pair => pair.What, pair => pair.Value, StringComparer.Ordinal);
}
