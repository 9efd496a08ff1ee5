using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Features.Tests;

/// <summary>What is said of values that cost something: each check of docs/values.md, and values beside it of which nothing is said.</summary>
public sealed class ValueChecksTests
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;
    private const long Millisecond = 1000;
    private const long Second = 1000 * Millisecond;

    private static readonly HostFacts Debian = Host(212_992, 212_992, 6_291_456, 4_194_304);
    private static readonly HostFacts Ticking = new()
    {
        KernelRelease = "",
        Limits = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create(HostLimits.TicksPerSecond, 250L)]),
    };
    private static readonly HostFacts Unknown = new() { KernelRelease = "" };

    private static readonly ImmutableSortedDictionary<string, Check> Checks = (
        (Check[])
            [
                Caution(
                    "keepalive",
                    "`user-timeout` below 100 s",
                    new KeepaliveFeature(),
                    Numbers(("user-timeout", 5 * Second)),
                    "reads nothing for 5 s although it answers every probe",
                    Numbers(("user-timeout", 100 * Second))
                ),
                Caution(
                    "keepalive",
                    "`user-timeout` that is not `idle` + `interval` × `count`",
                    new KeepaliveFeature(),
                    Keepalive(300, 5, 3, 100),
                    "given up after 1 unanswered probes, not after 3",
                    Keepalive(85, 5, 3, 100)
                ),
                Caution(
                    "keepalive",
                    "the same, when it is longer",
                    new KeepaliveFeature(),
                    Keepalive(30, 5, 3, 100),
                    "given up after 14 unanswered probes, not after 3; user-timeout of idle + interval × count = 45s",
                    Keepalive(30, 10, 7, 100)
                ),
                Caution(
                    "rto",
                    "`minimum` below 40 ms without `delayed-ack`",
                    new RetransmissionTimeoutFeature(),
                    Numbers(("minimum", 39 * Millisecond)),
                    "below 40 ms",
                    Numbers(("minimum", 40 * Millisecond))
                ),
                Caution(
                    "rto",
                    "`minimum` not above the `maximum` of `delayed-ack`",
                    new RetransmissionTimeoutFeature(),
                    Numbers(("minimum", 20 * Millisecond)),
                    "not above the 20 ms that delayed-ack",
                    null,
                    ("delayed-ack", Numbers(("maximum", 20 * Millisecond)))
                ),
                Review(
                    "rto",
                    "`minimum` of one tick or less",
                    new RetransmissionTimeoutFeature(),
                    Numbers(("minimum", Millisecond)),
                    Ticking,
                    "raised to 8 ms, two ticks of this kernel (CONFIG_HZ=250)",
                    Numbers(("minimum", 40 * Millisecond))
                ),
                Caution(
                    "syn-timeout",
                    "`first` with which `tcp_syn_retries` are over in less than 21 s",
                    new SynTimeoutFeature(),
                    Numbers(("first", 100 * Millisecond)),
                    "given up after 12.7 s",
                    Numbers(("first", 200 * Millisecond))
                ),
                Caution(
                    "syn-timeout",
                    "the same, with a `tcp_syn_retries` of `sysctl` beside it",
                    new SynTimeoutFeature(),
                    Numbers(("first", Second)),
                    "given up after 15 s: each wait is twice the one before, and "
                        + "net.ipv4.tcp_syn_retries allows 3 retries",
                    null,
                    ("sysctl", Numbers(("net.ipv4.tcp_syn_retries", 3)))
                ),
                Caution(
                    "rto",
                    "`maximum` with which `tcp_retries2` are over in less than 100 s",
                    new RetransmissionTimeoutFeature(),
                    Numbers(("maximum", Second)),
                    "stay unacknowledged, to 14 s",
                    Numbers(("maximum", 10 * Second))
                ),
                Caution(
                    "mss",
                    "`bytes` below 536",
                    new MssFeature(),
                    Numbers(("bytes", 535)),
                    "below 536",
                    Numbers(("bytes", 536))
                ),
                Caution(
                    "initial-cwnd",
                    "`segments: 1`",
                    new InitialCwndFeature(),
                    Numbers(("segments", 1)),
                    "a single segment",
                    Numbers(("segments", 2))
                ),
                Caution(
                    "initial-cwnd",
                    "`segments` for which the `send` of `socket-buffers` has no room",
                    new InitialCwndFeature(),
                    Numbers(("segments", 100)),
                    "holds 90 segments of 1448 bytes",
                    null,
                    ("socket-buffers", Numbers(("send", 128 * KiB)))
                ),
                Caution(
                    "send-cwnd-clamp",
                    "`segments` below 4",
                    new SendCwndClampFeature(),
                    Numbers(("segments", 3)),
                    "fewer than 3 duplicate acknowledgements",
                    Numbers(("segments", 4))
                ),
                Caution(
                    "unsent-low-water",
                    "`bytes` not below the `send` of `socket-buffers`",
                    new UnsentLowWaterFeature(),
                    Numbers(("bytes", 128 * KiB)),
                    "has no effect",
                    null,
                    ("socket-buffers", Numbers(("send", 128 * KiB)))
                ),
                Caution(
                    "dscp",
                    "`value` 48 or 56",
                    new DscpFeature(),
                    Numbers(("value", 48)),
                    "network's own control",
                    Numbers(("value", 46))
                ),
                Caution(
                    "congestion-control",
                    "`otherwise` that is `algorithm`",
                    new CongestionControlFeature(),
                    Texts(("algorithm", "bbr"), ("otherwise", "bbr")),
                    "the host's default stays",
                    Texts(("algorithm", "bbr"), ("otherwise", "cubic"))
                ),
                Caution(
                    "congestion-control",
                    "`bbr` beside `ecn`",
                    new CongestionControlFeature(),
                    Texts(("algorithm", "bbr")),
                    "does not slow down",
                    null,
                    ("ecn", ParameterValues.Empty)
                ),
                Caution(
                    "receive-window",
                    "`initial` above `buffer`",
                    new ReceiveWindowFeature(),
                    Numbers(("initial", MiB), ("buffer", 512 * KiB)),
                    "initial is above buffer",
                    Numbers(("initial", 512 * KiB), ("buffer", 512 * KiB))
                ),
                Caution(
                    "receive-window",
                    "`clamp` above `buffer`",
                    new ReceiveWindowFeature(),
                    Numbers(("clamp", MiB), ("buffer", 512 * KiB)),
                    "it has no effect",
                    Numbers(("clamp", 512 * KiB), ("buffer", 512 * KiB))
                ),
                Review(
                    "receive-window",
                    "`initial` for which the receive buffer has no room at first",
                    new ReceiveWindowFeature(),
                    Numbers(("initial", 256 * KiB)),
                    Debian,
                    "cut to 65536, because the receive buffer has no room for more at first",
                    Numbers(("initial", 64 * KiB))
                ),
                Review(
                    "receive-window",
                    "`buffer` above `net.core.rmem_max`, where autotuning gives more",
                    new ReceiveWindowFeature(),
                    Numbers(("buffer", 16 * MiB)),
                    Debian,
                    "would cap it to 212992 bytes, a fixed buffer of 425984, while autotuning gives up to 6291456",
                    Numbers(("buffer", 200 * KiB)),
                    "buffer"
                ),
                Review(
                    "receive-window",
                    "`buffer` above `net.core.rmem_max`, where autotuning gives no more",
                    new ReceiveWindowFeature(),
                    Numbers(("buffer", 16 * MiB)),
                    Host(4 * MiB, 4 * MiB, 6_291_456, 4 * MiB),
                    "capped to 4194304 bytes by net.core.rmem_max",
                    Numbers(("buffer", 4 * MiB))
                ),
                Review(
                    "socket-buffers",
                    "`send` above `net.core.wmem_max`, likewise",
                    new SocketBuffersFeature(),
                    Numbers(("send", 16 * MiB)),
                    Debian,
                    "net.core.wmem_max would cap it to 212992 bytes, a fixed buffer of 425984, while "
                        + "autotuning gives up to 4194304",
                    Numbers(("send", 200 * KiB)),
                    "send"
                ),
                Review(
                    "socket-buffers",
                    "`receive` above `net.core.rmem_max`, likewise",
                    new SocketBuffersFeature(),
                    Numbers(("receive", 16 * MiB)),
                    Debian,
                    "autotuning gives up to 6291456",
                    Numbers(("receive", 200 * KiB)),
                    "receive"
                ),
                Review(
                    "congestion-control",
                    "`algorithm` that the kernel has not loaded",
                    new CongestionControlFeature(),
                    Texts(("algorithm", "vegas")),
                    Debian with
                    {
                        CongestionControls = ["cubic"],
                    },
                    "the kernel has no vegas loaded",
                    Texts(("algorithm", "cubic"))
                ),
                Caution(
                    "sysctl",
                    "`net.ipv4.tcp_retries2` below 8",
                    new SysctlFeature(),
                    Numbers(("net.ipv4.tcp_retries2", 7)),
                    "RFC 1122",
                    Numbers(("net.ipv4.tcp_retries2", 8))
                ),
                Caution(
                    "sysctl",
                    "`net.ipv4.tcp_retries1` above `tcp_retries2`",
                    new SysctlFeature(),
                    Numbers(("net.ipv4.tcp_retries1", 12), ("net.ipv4.tcp_retries2", 10)),
                    "before another route is looked for",
                    Numbers(("net.ipv4.tcp_retries1", 10), ("net.ipv4.tcp_retries2", 10))
                ),
                Caution(
                    "sysctl",
                    "`net.ipv4.tcp_tw_reuse` with `tcp_timestamps: 0`",
                    new SysctlFeature(),
                    Numbers(("net.ipv4.tcp_tw_reuse", 1), ("net.ipv4.tcp_timestamps", 0)),
                    "nothing is reused",
                    Numbers(("net.ipv4.tcp_tw_reuse", 1), ("net.ipv4.tcp_timestamps", 1))
                ),
            ]
    ).ToImmutableSortedDictionary(check => check.Name, check => check, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Checks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_that_costs_something_is_told_and_the_next_better_one_is_not(string name)
    {
        var check = Checks[name];

        check.Feature.Validate(check.Values).ShouldBeEmpty();
        Said(check, check.Values).ShouldHaveSingleItem().ShouldContain(check.Text);
        if (check.Better is { } better)
        {
            Said(check, better).ShouldBeEmpty();
        }

        // What is worse than nothing is left out, and nothing else.
        if (!ReferenceEquals(check.Host, Ticking))
        {
            check
                .Feature.Fit(check.Values, check.Host)
                .ShouldBe(check.LeftOut is null ? check.Values : check.Values.Except(check.LeftOut));
        }
    }

    [Fact]
    public void A_timeout_that_the_kernel_refuses_is_raised_to_the_least_it_takes()
    {
        var feature = new RetransmissionTimeoutFeature();

        feature
            .Fit(Numbers(("minimum", Millisecond), ("maximum", 7 * Second)), Ticking)
            .ShouldBe(Numbers(("minimum", 8 * Millisecond), ("maximum", 7 * Second)));
        feature.Fit(Numbers(("minimum", 5 * Millisecond)), Ticking).ShouldBe(Numbers(("minimum", 5 * Millisecond)));
    }

    [Fact]
    public void The_page_names_each_check_and_no_other()
    {
        var rows = File.ReadLines(Path.Combine(Repository(), "docs", "values.md"))
            .Where(line => line.StartsWith("| [", StringComparison.Ordinal))
            .Select(line => string.Join(" | ", line.Trim('|', ' ').Split(" | ").Take(3)));

        rows.Order(StringComparer.Ordinal)
            .ShouldBe(
                Checks
                    .Values.Select(check =>
                        $"[{check.Of}](features/{check.Of}.md) | {check.When} | {(check.IsOfHost ? "host" : "value")}"
                    )
                    .Order(StringComparer.Ordinal)
            );
    }

    [Fact]
    public void Where_the_limits_of_a_host_are_not_known_values_are_given_as_written()
    {
        var values = Numbers(("initial", 16 * MiB), ("buffer", 16 * MiB));

        new ReceiveWindowFeature().Fit(values, Unknown).ShouldBe(values);
        new ReceiveWindowFeature().Review(values, Unknown).ShouldBeEmpty();
    }

    [Fact]
    public void Without_autotuning_a_capped_buffer_is_better_than_none()
    {
        var fixedBuffers = Debian with { Limits = Debian.Limits.SetItem(HostLimits.ReceiveAutotuning, 0) };
        var values = Numbers(("buffer", 16 * MiB));

        new ReceiveWindowFeature().Fit(values, fixedBuffers).ShouldBe(values);
        new ReceiveWindowFeature().Review(values, fixedBuffers).Single().ShouldContain("capped to 212992 bytes");
    }

    private static IEnumerable<string> Said(Check check, ParameterValues values) =>
        check.IsOfHost ? check.Feature.Review(values, check.Host) : check.Feature.Cautions(values, check.Beside);

    private static Check Caution(
        string of,
        string when,
        ITuningFeature feature,
        ParameterValues values,
        string text,
        ParameterValues? better,
        params (string Feature, ParameterValues Values)[] beside
    ) =>
        new(of, when, feature, values, Unknown, text, better)
        {
            Beside = beside.ToImmutableSortedDictionary(
                other => other.Feature,
                other => other.Values,
                StringComparer.Ordinal
            ),
        };

    private static Check Review(
        string of,
        string when,
        ITuningFeature feature,
        ParameterValues values,
        HostFacts host,
        string text,
        ParameterValues better,
        string? leftOut = null
    ) => new(of, when, feature, values, host, text, better) { LeftOut = leftOut };

    private static HostFacts Host(long receive, long send, long tunedReceive, long tunedSend)
    {
        (string Name, long Value)[] limits =
        [
            (HostLimits.ReceiveBuffer, receive),
            (HostLimits.SendBuffer, send),
            (HostLimits.FirstReceiveBuffer, 131_072),
            (HostLimits.TunedReceiveBuffer, tunedReceive),
            (HostLimits.TunedSendBuffer, tunedSend),
            (HostLimits.ReceiveAutotuning, 1),
        ];
        return new HostFacts
        {
            KernelRelease = "",
            Limits = limits.ToImmutableSortedDictionary(
                limit => limit.Name,
                limit => limit.Value,
                StringComparer.Ordinal
            ),
        };
    }

    private static ParameterValues Keepalive(int idle, int interval, int count, int userTimeout) =>
        Numbers(
            ("idle", idle * Second),
            ("interval", interval * Second),
            ("count", count),
            ("user-timeout", userTimeout * Second)
        );

    private static ParameterValues Numbers(params (string Name, long Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));

    private static ParameterValues Texts(params (string Name, string Value)[] values) =>
        new([], values.Select(value => KeyValuePair.Create(value.Name, value.Value)));

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "NetEdit.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }

    /// <summary>A check: of which feature, when it says something, and values of which it does.</summary>
    private sealed record Check(
        string Of,
        string When,
        ITuningFeature Feature,
        ParameterValues Values,
        HostFacts Host,
        string Text,
        ParameterValues? Better
    )
    {
        public string Name => $"{Of}: {When}";

        public IReadOnlyDictionary<string, ParameterValues> Beside { get; init; } =
            ImmutableSortedDictionary<string, ParameterValues>.Empty;

        public string? LeftOut { get; init; }

        public bool IsOfHost => !ReferenceEquals(Host, Unknown);
    }
}
