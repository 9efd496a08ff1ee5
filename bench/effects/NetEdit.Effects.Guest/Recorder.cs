using System.Collections.Immutable;

namespace NetEdit.Effects.Guest;

/// <summary>Keeps what is measured.</summary>
internal sealed class Recorder
{
    // It is 0.04 ms but for the rare moment in which something else runs: 1.2 ms were seen once.
    private const int MostWorkMilliseconds = 5;

    private readonly Dictionary<(string Case, string Arm, string Metric, string Unit), List<double>> _values = [];
    private readonly List<(string Case, string Arm, string Metric, string Unit)> _order = [];

    /// <summary>The repetition of now. Number 0 warms up, while code is compiled, and is not kept.</summary>
    public int Repetition { get; set; }

    public ImmutableArray<Series> Series =>
        [.. _order.Select(key => new Series(key.Case, key.Arm, key.Metric, key.Unit, [.. _values[key]]))];

    /// <summary>Keeps how long a handshake took, and demands that it was the round trip that was set and at most 5 ms of work.</summary>
    /// <exception cref="InvalidOperationException">The network or the clock is not as it should be.</exception>
    public void AddHandshake(string @case, string arm, TimeSpan handshake, int milliseconds)
    {
        if (
            Repetition > 0
            && (
                handshake.TotalMilliseconds < milliseconds
                || handshake.TotalMilliseconds > milliseconds + MostWorkMilliseconds
            )
        )
        {
            throw new InvalidOperationException(
                $"a handshake over {milliseconds} ms took {handshake.TotalMilliseconds} ms"
            );
        }

        Add(@case, arm, "handshake", "ms", handshake.TotalMilliseconds);
    }

    /// <summary>Keeps a value of this repetition.</summary>
    public void Add(string @case, string arm, string metric, string unit, double value)
    {
        if (Repetition == 0)
        {
            return;
        }

        var key = (@case, arm, metric, unit);
        if (!_values.TryGetValue(key, out var values))
        {
            _values[key] = values = [];
            _order.Add(key);
        }

        // Far below what the emulated clock tells apart.
        values.Add(Math.Round(value, 4));
    }
}
