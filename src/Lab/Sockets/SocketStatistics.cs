using System.Collections.Immutable;
using System.Globalization;

namespace NetEdit.Lab;

/// <summary>What <c>ss -ti</c> says of a TCP socket: the same values as an operator would see, read independently of TCP_INFO.</summary>
/// <param name="Text">The line as printed.</param>
/// <param name="Local">Local address and port.</param>
/// <param name="Remote">Remote address and port.</param>
/// <param name="Algorithm">Congestion control.</param>
/// <param name="Flags">Words without a value: <c>ts</c>, <c>sack</c>, <c>ecn</c>, <c>ecnseen</c> …</param>
/// <param name="Values">Words with a value: <c>cwnd</c>, <c>wscale</c>, <c>rto</c>, <c>cgroup</c> …, as printed.</param>
public sealed record SocketStatistics(
    string Text,
    string Local,
    string Remote,
    string Algorithm,
    ImmutableSortedSet<string> Flags,
    ImmutableSortedDictionary<string, string> Values
)
{
    // Words whose value follows after a space.
    private static readonly string[] Spaced = ["send", "pacing_rate", "delivery_rate"];
    private static readonly string[] Options = ["ts", "sack", "ecn", "ecnseen", "fastopen", "usec_ts"];

    /// <summary>Congestion window in segments; 0 when not printed.</summary>
    public int CongestionWindow =>
        Values.TryGetValue("cwnd", out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>Shifts of the windows of the other end and of this end; null when scaling was not agreed.</summary>
    public (int Send, int Receive)? WindowScale
    {
        get
        {
            var parts = Values.GetValueOrDefault("wscale", "").Split(',');
            return parts.Length == 2
                ? (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture))
                : null;
        }
    }

    /// <summary>Path of the socket's cgroup below the cgroup v2 mount; null when <c>ss</c> does not say.</summary>
    public string? Cgroup => Values.GetValueOrDefault("cgroup");

    /// <summary>Reads the sockets of a host that have these ports, in any state but listening.</summary>
    /// <param name="host">The host.</param>
    /// <param name="localPort">Local port, or null for any.</param>
    /// <param name="remotePort">Remote port, or null for any.</param>
    /// <exception cref="LabException"><c>ss</c> or <c>nsenter</c> is missing or failed.</exception>
    public static ImmutableArray<SocketStatistics> Read(
        NetworkNamespace host,
        int? localPort = null,
        int? remotePort = null
    )
    {
        ArgumentNullException.ThrowIfNull(host);

        // Not "ss -N": it mounts a new /sys, where ss no longer finds the cgroups.
        var arguments = new List<string> { "--net=/run/netns/" + host.Name, "ss", "-tinoHO", "--cgroup" };
        if (localPort is { } local)
        {
            arguments.AddRange(["sport", "=", string.Create(CultureInfo.InvariantCulture, $":{local}")]);
        }

        if (remotePort is { } remote)
        {
            arguments.AddRange(["dport", "=", string.Create(CultureInfo.InvariantCulture, $":{remote}")]);
        }

        return [.. Command.Run("nsenter", arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>Parses a line of <c>ss -tinoHO</c>.</summary>
    internal static SocketStatistics Parse(string line)
    {
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var flags = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var algorithm = "";

        // State, two queue lengths and two addresses come first.
        for (var i = 5; i < words.Length; i++)
        {
            var colon = words[i].IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                values[words[i][..colon]] = words[i][(colon + 1)..];
            }
            else if (Spaced.Contains(words[i], StringComparer.Ordinal) && i + 1 < words.Length)
            {
                values[words[i]] = words[++i];
            }
            else if (
                algorithm.Length == 0
                && !values.ContainsKey("rto")
                && !Options.Contains(words[i], StringComparer.Ordinal)
            )
            {
                // The only bare word that is no option, before the timers.
                algorithm = words[i];
            }
            else
            {
                flags.Add(words[i]);
            }
        }

        return new SocketStatistics(
            line.Trim(),
            words.ElementAtOrDefault(3) ?? "",
            words.ElementAtOrDefault(4) ?? "",
            algorithm,
            flags.ToImmutable(),
            values.ToImmutable()
        );
    }
}
