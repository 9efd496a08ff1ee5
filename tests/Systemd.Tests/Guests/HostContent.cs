using System.Text.Json.Nodes;

namespace NetEdit.Systemd.Tests;

/// <summary>What of a package could be left on a host: files, BPF objects, what is attached to cgroups, settings of the kernel.</summary>
/// <param name="Files">Paths of all files, but logs and temporary ones.</param>
/// <param name="Objects">BPF objects, by kind, type and name.</param>
/// <param name="Attachments">What is attached to cgroups.</param>
/// <param name="Settings">Settings of the network.</param>
internal sealed record HostContent(
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Objects,
    IReadOnlyList<string> Attachments,
    IReadOnlyList<string> Settings
)
{
    private static readonly string[] Kinds = ["prog", "map", "link"];

    /// <summary>Lists it.</summary>
    public static HostContent Of(ServiceHost host) =>
        new(
            [
                .. Lines(
                    host.Run(
                        @"find / -xdev \( -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache \) -prune "
                            + "-o -print | sort; find /run /sys/fs/bpf -name '*netedit*'"
                    )
                ),
            ],
            ObjectsOf(host),
            AttachmentsOf(host),
            [
                .. Lines(
                    host.Run(
                        "grep -H . /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_local_port_range "
                            + "/proc/sys/net/ipv4/tcp_slow_start_after_idle /proc/sys/net/ipv4/tcp_congestion_control"
                    )
                ),
            ]
        );

    /// <summary>BPF objects of others than systemd, by kind, type and name.</summary>
    public static IReadOnlyList<string> ObjectsOf(ServiceHost host) =>
        [.. Kinds.SelectMany(kind => ObjectsOf(host, kind)).Order(StringComparer.Ordinal)];

    /// <summary>What is attached to cgroups by others than systemd: cgroup, type, name and number of each program.</summary>
    public static IReadOnlyList<string> AttachmentsOf(ServiceHost host) =>
        [
            .. Array(host.Run("bpftool --json cgroup tree"))
                .SelectMany(cgroup =>
                    cgroup!["programs"]!
                        .AsArray()
                        .Where(program => !IsSystemds((string?)program!["name"]))
                        .Select(program =>
                            $"{cgroup["cgroup"]} {program!["attach_type"]} {program["name"]} {program["id"]}"
                        )
                )
                .Order(StringComparer.Ordinal),
        ];

    // bpftool itself loads some to find who holds the others.
    private static IEnumerable<string> ObjectsOf(ServiceHost host, string kind) =>
        Array(host.Run($"bpftool --json {kind} show"))
            .Where(entry => !IsSystemds((string?)entry!["name"]))
            // systemd's maps, for IPAddressDeny=, have no name; those of NetEdit have.
            .Where(entry => kind != "map" || entry!["name"] is not null)
            .Select(entry => $"{kind} {entry!["type"]} {entry["name"]}");

    // For IPAddressDeny=, PrivateDevices= and the like: they change with the units that run.
    private static bool IsSystemds(string? name) => name?.StartsWith("sd_", StringComparison.Ordinal) == true;

    private static IEnumerable<JsonNode?> Array(string json) =>
        json.Length == 0 ? [] : JsonNode.Parse(json) as JsonArray ?? [];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
