using System.Globalization;

namespace NetEdit.Agent.Cli;

/// <summary>Reads durations as options write them: <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    private const int MostDigits = 5;

    /// <summary>Reads a duration of at most 99,999 of its unit.</summary>
    /// <returns>False when the text is not a duration.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (
            text.Length is < 2 or > MostDigits + 1
            || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        duration = (unit ?? default) * number;
        return unit is not null;
    }
}
