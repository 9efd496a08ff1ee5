using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Shows what the kernel says of a socket now.</summary>
internal static class SocketValuesText
{
    /// <summary>Writes a table, a line for each value.</summary>
    public static void Write(TextWriter output, SocketValues now, bool color)
    {
        var table = new Table("NOW", TableColumn.Detail(""));
        table.Add("congestion control", now.CongestionControl);
        table.Add(
            "congestion window",
            $"{Text(now.CongestionWindow)} segments, threshold {Text(now.SlowStartThreshold)}, at most "
                + $"{Text(now.CongestionWindowClamp)}"
        );
        table.Add("segment", $"{Text(now.SegmentBytes)} bytes; the peer was told {Text(now.AdvertisedSegmentBytes)}");
        table.Add(
            "receiving",
            $"buffer {Text(now.ReceiveBufferBytes)} bytes, window at most {Text(now.WindowClampBytes)}"
        );
        table.Add(
            "sending",
            $"buffer {Text(now.SendBufferBytes)} "
                + $"bytes{(now.UnsentLowWaterBytes is { } lowWater ? $", unsent at most {Text(lowWater)}" : "")}"
        );
        table.Add("round trip", now.RoundTripMilliseconds is { } roundTrip ? $"{Text(roundTrip)} ms" : "not measured");
        table.Add("timeout", $"{Text(now.RtoMilliseconds)} ms{Bounds(now)}");
        table.Add(
            "pacing",
            (now.PacingBitsPerSecond is { } pacing ? Rate(pacing) : "none")
                + (now.MaximumPacingBitsPerSecond is { } most ? $", at most {Rate(most)}" : "")
        );
        table.Add(
            "type of service",
            $"0x{now.TypeOfService:x2}"
                + (now.TrafficClass is { } trafficClass ? $", traffic class 0x{trafficClass:x2}" : "")
        );
        table.Add(
            "keepalive",
            KeepAlive(now)
                + (
                    now.UserTimeoutMilliseconds is { } userTimeout
                        ? $"; given up after {Text(userTimeout)} ms without an answer"
                        : ""
                )
        );
        table.Add(
            "so far",
            $"sent {Text(now.SentBytes)} bytes, {Text(now.RetransmittedBytes)} of them again in "
                + $"{Text(now.Retransmits)} segments; received {Text(now.ReceivedBytes)}"
        );
        table.Write(output, color, "  ");
    }

    private static string Bounds(SocketValues now) =>
        (now.RtoMinimumMilliseconds, now.RtoMaximumMilliseconds) switch
        {
            (null, null) => "",
            ({ } least, null) => $", at least {Text(least)}",
            (null, { } most) => $", at most {Text(most)}",
            ({ } least, { } most) => $", between {Text(least)} and {Text(most)}",
        };

    private static string KeepAlive(SocketValues now)
    {
        List<string> own =
        [
            .. now.KeepAliveIdleSeconds is { } idle ? [$"after {Text(idle)} s"] : (string[])[],
            .. now.KeepAliveIntervalSeconds is { } interval ? [$"every {Text(interval)} s"] : (string[])[],
            .. now.KeepAliveProbes is { } probes ? [$"{Text(probes)} probes"] : (string[])[],
        ];
        return (now.KeepAlive ? "on" : "off") + (own.Count > 0 ? $", {string.Join(", ", own)}" : "");
    }

    private static string Rate(ulong bits)
    {
        const double Thousand = 1000;
        return bits switch
        {
            < 1_000_000 => $"{Text(Math.Round(bits / Thousand, 1))} kbit/s",
            < 1_000_000_000 => $"{Text(Math.Round(bits / Thousand / Thousand, 1))} Mbit/s",
            _ => $"{Text(Math.Round(bits / Thousand / Thousand / Thousand, 1))} Gbit/s",
        };
    }

    private static string Text<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture) ?? "none";

    private static string Text<T>(T value)
        where T : struct, IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
