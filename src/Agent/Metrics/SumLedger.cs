namespace NetEdit.Agent.Metrics;

/// <summary>
/// Adds up counters of kernel objects by series. An object may be replaced or removed, and its counters with it; the
/// sums never fall.
/// </summary>
/// <typeparam name="TSeries">What identifies a sum.</typeparam>
internal sealed class SumLedger<TSeries>
    where TSeries : notnull
{
    private readonly Dictionary<TSeries, ulong> _sums = [];
    private Dictionary<(uint Object, string Counter), ulong> _last = [];

    /// <summary>The sums.</summary>
    public IReadOnlyDictionary<TSeries, ulong> Sums => _sums;

    /// <summary>Takes in what the kernel counts now.</summary>
    /// <param name="counters">
    /// The kernel's id of each object, the counter's name in it, the series it counts for, and the count.
    /// </param>
    public void Update(IEnumerable<(uint Object, string Counter, TSeries Series, ulong Count)> counters)
    {
        var now = new Dictionary<(uint, string), ulong>();
        foreach (var (id, counter, series, count) in counters)
        {
            var before = _last.GetValueOrDefault((id, counter));
            _sums[series] = _sums.GetValueOrDefault(series) + (count >= before ? count - before : count);
            now[(id, counter)] = count;
        }

        _last = now;
    }
}
