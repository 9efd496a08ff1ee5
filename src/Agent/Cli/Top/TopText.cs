using System.Globalization;
using NetEdit.Agent.Cli.Output;

namespace NetEdit.Agent.Cli.Top;

/// <summary>Writes what <c>netedit top</c> shows. Pure.</summary>
internal static class TopText
{
    private static readonly string[] Numbers = ["TUNED/S", "REFUSED/S", "TUNED", "REFUSED", "OPEN"];
    private static readonly string[] Units = ["", "k", "M", "G", "T", "P", "E"];

    /// <summary>Writes a report.</summary>
    public static void Write(TextWriter output, TopReport report)
    {
        output.WriteLine(
            $"{Render.Time(report.At)}  {Rate(report.Features.Sum(feature => feature.TunedPerSecond))} connections "
                + $"tuned/s, {Rate(report.Features.Sum(feature => feature.RefusedPerSecond))} settings refused/s"
        );
        if (report.Features.IsEmpty)
        {
            output.WriteLine("no policy in force gives connections anything");
            return;
        }

        output.WriteLine();
        string[][] numbers =
        [
            .. report.Features.Select(feature =>
                (string[])
                    [
                        Rate(feature.TunedPerSecond),
                        Rate(feature.RefusedPerSecond),
                        Count(feature.Tuned),
                        Count(feature.Refused),
                        feature.Open is { } open ? Count((ulong)open) : "",
                    ]
            ),
        ];
        int[] widths =
        [
            .. Numbers.Select((heading, column) => Math.Max(heading.Length, numbers.Max(row => row[column].Length))),
        ];
        var table = new Table([
            TableColumn.Path("POLICY"),
            "FEATURE",
            .. Numbers.Select((heading, column) => (TableColumn)heading.PadLeft(widths[column])),
        ]);
        foreach (var (feature, row) in report.Features.Zip(numbers))
        {
            table.Add([
                feature.Policy,
                feature.Feature,
                .. row.Select((cell, column) => cell.Length == 0 ? "" : cell.PadLeft(widths[column])),
            ]);
        }

        table.Write(output, color: false);
    }

    /// <summary>A rate with one decimal place while it is small.</summary>
    internal static string Rate(double rate) =>
        rate is > 0 and < 0.1 ? "<0.1"
        : rate < 100 ? rate.ToString("0.#", CultureInfo.InvariantCulture)
        : Count((ulong)Math.Round(rate));

    /// <summary>A number in at most five characters.</summary>
    internal static string Count(ulong number)
    {
        if (number < 10_000)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        double value = number;
        var unit = 0;
        for (; value >= 999.5; unit++)
        {
            value /= 1000;
        }

        return value.ToString(value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + Units[unit];
    }
}
