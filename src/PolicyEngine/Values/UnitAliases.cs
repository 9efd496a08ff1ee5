using NetEdit.Features;

namespace NetEdit.PolicyEngine;

/// <summary>Units as people write them elsewhere, and what they may mean here.</summary>
internal static class UnitAliases
{
    /// <summary>The units that a word may mean, each with the number of them that one such unit is; empty when it is not known.</summary>
    /// <param name="kind">The kind of number.</param>
    /// <param name="word">The word after the number.</param>
    public static (string Unit, int Times)[] Of(ParameterKind kind, string word) =>
        kind switch
        {
            ParameterKind.Bytes => OfBytes(word.ToLowerInvariant()),
            ParameterKind.Duration => OfDuration(word.ToLowerInvariant()),

            // An upper case B is bytes, and would be taken for an eighth.
            ParameterKind.Rate when !word.Contains('B', StringComparison.Ordinal) => OfRate(word.ToLowerInvariant()),
            _ => [],
        };

    private static (string Unit, int Times)[] OfBytes(string word) =>
        word switch
        {
            "b" or "byte" or "bytes" => [("B", 1)],
            "k" or "kb" => [("kB", 1), ("KiB", 1)],
            "m" or "mb" => [("MB", 1), ("MiB", 1)],
            "g" or "gb" => [("GB", 1), ("GiB", 1)],
            "ki" or "kib" => [("KiB", 1)],
            "mi" or "mib" => [("MiB", 1)],
            "gi" or "gib" => [("GiB", 1)],
            _ => [],
        };

    private static (string Unit, int Times)[] OfDuration(string word) =>
        word switch
        {
            "sec" or "secs" or "second" or "seconds" => [("s", 1)],
            "msec" or "msecs" or "millis" or "millisecond" or "milliseconds" => [("ms", 1)],
            "usec" or "usecs" or "µs" or "μs" or "microsecond" or "microseconds" => [("us", 1)],
            "m" => [("ms", 1), ("s", 60)],
            "min" or "mins" or "minute" or "minutes" => [("s", 60)],
            "h" or "hour" or "hours" => [("s", 3600)],
            "d" or "day" or "days" => [("s", 86_400)],
            _ => [],
        };

    private static (string Unit, int Times)[] OfRate(string word)
    {
        var bits =
            word.EndsWith("/s", StringComparison.Ordinal) || word.EndsWith("ps", StringComparison.Ordinal)
                ? word[..^2]
                : word;
        return bits switch
        {
            "b" or "bit" or "bits" => [("bit", 1)],
            "k" or "kb" or "kbit" or "kbits" => [("kbit", 1)],
            "m" or "mb" or "mbit" or "mbits" => [("Mbit", 1)],
            "g" or "gb" or "gbit" or "gbits" => [("Gbit", 1)],
            _ => [],
        };
    }
}
