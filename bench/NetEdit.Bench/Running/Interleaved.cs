namespace NetEdit.Bench.Running;

/// <summary>Measures several things in turns, so that what disturbs the machine disturbs all of them.</summary>
internal static class Interleaved
{
    /// <summary>The measurements by arm and round. The order is reversed every other round, against drift; warm-up rounds are dropped.</summary>
    internal static T[][] Run<T>(int warmUp, int rounds, params Func<T>[] arms)
    {
        var results = arms.Select(_ => new T[rounds]).ToArray();
        for (var round = -warmUp; round < rounds; round++)
        {
            for (var turn = 0; turn < arms.Length; turn++)
            {
                var arm = (round & 1) == 0 ? turn : arms.Length - 1 - turn;
                var value = arms[arm]();
                if (round >= 0)
                {
                    results[arm][round] = value;
                }
            }
        }

        return results;
    }

    /// <summary>Ratio of two arms, round by round.</summary>
    internal static double[] Ratios(double[] numerators, double[] denominators) =>
        [.. numerators.Zip(denominators, (above, below) => above / below)];

    internal static double[] Differences(double[] values, double[] subtracted) =>
        [.. values.Zip(subtracted, (value, less) => value - less)];
}
