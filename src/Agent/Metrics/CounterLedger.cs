using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Agent.Metrics;

/// <summary>A counter as it is scraped.</summary>
internal readonly record struct TuningSeries(CounterKind Kind, string Policy, string Feature, string Errno);

/// <summary>
/// Adds the kernel's counters, which are kept by profile and slot, up by policy and feature. A profile may go and take its counts along;
/// the sums never fall.
/// </summary>
internal sealed class CounterLedger
{
    private readonly Dictionary<TuningSeries, ulong> _sums = [];
    private readonly Dictionary<(ulong Profile, int Slot), (string Policy, string Feature)> _owners = [];
    private Dictionary<(ulong Profile, int Slot, CounterKind Kind, string Errno), ulong> _last = [];

    /// <summary>The sums.</summary>
    public IReadOnlyDictionary<TuningSeries, ulong> Sums => _sums;

    /// <summary>Adds sockets, counted by profile, up by policy and feature.</summary>
    public IReadOnlyDictionary<(string Policy, string Feature), long> SocketsByOwner(
        IReadOnlyDictionary<ulong, long> sockets
    )
    {
        var sums = new Dictionary<(string Policy, string Feature), long>();
        foreach (var ((profile, _), owner) in _owners)
        {
            if (sockets.TryGetValue(profile, out var count))
            {
                sums[owner] = sums.GetValueOrDefault(owner) + count;
            }
        }

        return sums;
    }

    /// <summary>Takes in what the kernel counts now.</summary>
    /// <param name="desired">Says whose the profiles are; those of a former state are remembered while they are counted.</param>
    /// <param name="counters">The counters.</param>
    public void Update(DesiredState desired, IEnumerable<TuningCounter> counters)
    {
        foreach (var profile in desired.Profiles)
        {
            foreach (var entry in profile.Entries)
            {
                _owners[(profile.Id, entry.Slot)] = (entry.Policy, entry.Feature);

                // A series that starts at nought lets its first increase be seen.
                _sums.TryAdd(new TuningSeries(CounterKind.Tuned, entry.Policy, entry.Feature, ""), 0);
                _sums.TryAdd(new TuningSeries(CounterKind.Conflict, entry.Policy, entry.Feature, ""), 0);
            }
        }

        var now = new Dictionary<(ulong, int, CounterKind, string), ulong>();
        foreach (var counter in counters)
        {
            if (!_owners.TryGetValue((counter.Profile, counter.Slot), out var owner))
            {
                continue;
            }

            var key = (counter.Profile, counter.Slot, counter.Kind, counter.Errno);
            var before = _last.GetValueOrDefault(key);
            var series = new TuningSeries(counter.Kind, owner.Policy, owner.Feature, counter.Errno);
            _sums[series] =
                _sums.GetValueOrDefault(series) + (counter.Count >= before ? counter.Count - before : counter.Count);
            now[key] = counter.Count;
        }

        _last = now;
        var known = desired
            .Profiles.Select(profile => profile.Id)
            .Concat(now.Keys.Select(key => key.Item1))
            .ToHashSet();
        foreach (var owner in _owners.Keys.Where(owner => !known.Contains(owner.Profile)).ToArray())
        {
            _owners.Remove(owner);
        }
    }
}
