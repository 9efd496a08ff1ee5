using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Kinds;

/// <summary>What chains count: connections, those tuned, what they were like, and events.</summary>
internal sealed class TuningCounters(GrowingTable counters, GrowingTable measures, GrowingTable events)
{
    private const ushort CarriedEvent = 0x8000;

    private readonly ProfileCounts _counters = new(counters, Abi.Counters.Size / sizeof(ulong));
    private readonly ProfileCounts _measures = new(measures, Abi.Measures.Words);

    /// <summary>Keys of events in use.</summary>
    internal int EventCount => events.Current.Keys(Abi.Event.KeySize).Count;

    /// <summary>Whether a former table is still there.</summary>
    internal bool GrowthUnfinished => _counters.GrowthUnfinished || _measures.GrowthUnfinished || events.HasFormer;

    /// <summary>Makes profiles count, from zero.</summary>
    internal void Add(IReadOnlyList<ulong> profiles) => _counters.Add(profiles);

    /// <summary>Measures the connections of a profile, or no longer.</summary>
    internal void Measure(ulong profile, bool measured)
    {
        if (measured)
        {
            _measures.Ensure(profile);
        }
        else
        {
            _measures.Remove(profile);
        }
    }

    /// <summary>Forgets what a profile counted.</summary>
    internal void Remove(ulong profile)
    {
        _counters.Remove(profile);
        _measures.Remove(profile);
        foreach (var key in events.Current.Keys(Abi.Event.KeySize).Where(key => BitConverter.ToUInt64(key) == profile))
        {
            events.Current.Delete(key);
        }
    }

    /// <summary>Makes room.</summary>
    internal void Grow(int profiles, int eventRoom)
    {
        _counters.Grow(profiles);
        _measures.Grow(profiles);
        events.Grow(eventRoom, null, CarryEvents);
    }

    /// <summary>Ends a growth that was interrupted.</summary>
    internal void Finish()
    {
        _counters.Finish();
        _measures.Finish();
        events.Finish(CarryEvents);
    }

    /// <summary>Adds what tables of another set counted, and takes it from them.</summary>
    internal void CarryOver(KernelMap formerCounters, KernelMap formerEvents)
    {
        _counters.CarryOver(formerCounters);
        CarryEvents(formerEvents, events.Current);
    }

    /// <summary>Every counter that is not zero, and the connections by profile.</summary>
    internal (ImmutableArray<TuningCounter> Counters, ImmutableSortedDictionary<ulong, ulong> Connections) Read()
    {
        var totals = _counters.Read();
        var sums = new SortedDictionary<(ulong Profile, int Slot, CounterKind Kind, int Error), ulong>();
        ReadEvents(events.Current, sums);
        using (var former = events.OpenFormer())
        {
            ReadEvents(former, sums);
        }

        foreach (var (profile, counted) in totals)
        {
            for (var slot = 0; slot < Abi.Stages; slot++)
            {
                sums[(profile, slot, CounterKind.Tuned, 0)] = counted[slot];
            }
        }

        return (
            [
                .. sums.Where(sum => sum.Value > 0)
                    .Select(sum => new TuningCounter(
                        sum.Key.Profile,
                        sum.Key.Slot,
                        sum.Key.Kind,
                        sum.Key.Kind == CounterKind.Failed ? BpfError.Name(sum.Key.Error) : "",
                        sum.Value
                    )),
            ],
            totals.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value[Abi.Counters.Connections])
        );
    }

    /// <summary>What the connections of profiles were like that are measured.</summary>
    internal IEnumerable<ProfileMeasures> ReadMeasures() =>
        _measures
            .Read()
            .Select(entry => new ProfileMeasures(
                entry.Key,
                entry.Value[0],
                [
                    .. Enumerable
                        .Range(0, Abi.Measures.Kinds)
                        .Select(kind => new MeasuredValues(
                            entry.Value[Abi.Measures.Sums + kind],
                            [
                                .. entry.Value.AsSpan(
                                    Abi.Measures.FirstBucket + (kind * Abi.Measures.Buckets),
                                    Abi.Measures.Buckets
                                ),
                            ]
                        )),
                ]
            ));

    private static void ReadEvents(
        KernelMap? table,
        SortedDictionary<(ulong Profile, int Slot, CounterKind Kind, int Error), ulong> sums
    )
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        foreach (var key in table?.Keys(Abi.Event.KeySize) ?? [])
        {
            if (table!.TryLookup(key, count))
            {
                var kind =
                    (BitConverter.ToUInt16(key, Abi.Event.Kind) & ~CarriedEvent) == Abi.Event.Failed
                        ? CounterKind.Failed
                        : CounterKind.Conflict;
                var sum = (
                    BitConverter.ToUInt64(key),
                    (int)BitConverter.ToUInt16(key, Abi.Event.Slot),
                    kind,
                    BitConverter.ToInt32(key, Abi.Event.Error)
                );
                sums[sum] = sums.GetValueOrDefault(sum) + BitConverter.ToUInt64(count);
            }
        }
    }

    private void CarryEvents(KernelMap former, KernelMap table)
    {
        var before = new byte[sizeof(ulong)];
        var more = new byte[sizeof(ulong)];
        foreach (var key in former.Keys(Abi.Event.KeySize))
        {
            var carried = key.ToArray();
            BitConverter.TryWriteBytes(
                carried.AsSpan(Abi.Event.Kind),
                (ushort)(BitConverter.ToUInt16(key, Abi.Event.Kind) | CarriedEvent)
            );
            if (former.TryLookup(key, more) && _counters.Has(key.AsSpan(0, sizeof(ulong))))
            {
                var sum =
                    (table.TryLookup(carried, before) ? BitConverter.ToUInt64(before) : 0)
                    + BitConverter.ToUInt64(more);
                table.Update(carried, BitConverter.GetBytes(sum));
            }

            former.Delete(key);
        }
    }
}
