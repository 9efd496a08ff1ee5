using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Maps;

/// <summary>
/// What chains count: connections tuned, by profile and CPU, and events. Counts of a table that was replaced are carried over
/// under keys of their own, which only this side writes, because a program may count at any moment.
/// </summary>
internal sealed class TuningCounters(GrowingTable counters, GrowingTable events)
{
    private const int CarriedBit = 63;
    private const ushort CarriedEvent = 0x8000;

    /// <summary>Keys of events in use.</summary>
    internal int EventCount => events.Current.Keys(Abi.Event.KeySize).Count;

    /// <summary>Whether a former table is still there.</summary>
    internal bool GrowthUnfinished => counters.HasFormer || events.HasFormer;

    /// <summary>Makes profiles count, from zero.</summary>
    internal void Add(IReadOnlyList<ulong> profiles)
    {
        var size = PossibleCpus.Count * Abi.Counters.Size;
        counters.Current.UpdateAll([.. profiles.SelectMany(BitConverter.GetBytes)], sizeof(ulong), new byte[profiles.Count * size], size);
    }

    /// <summary>Forgets what a profile counted.</summary>
    internal void Remove(ulong profile)
    {
        counters.Current.Delete(BitConverter.GetBytes(profile));
        counters.Current.Delete(BitConverter.GetBytes(Carried(profile)));
        foreach (var key in events.Current.Keys(Abi.Event.KeySize).Where(key => BitConverter.ToUInt64(key) == profile))
        {
            events.Current.Delete(key);
        }
    }

    /// <summary>Makes room.</summary>
    internal void Grow(int profiles, int eventRoom)
    {
        counters.Grow(
            profiles * 2, // a profile's own counts, and those carried over
            (former, table) =>
            {
                foreach (var key in former.Keys(sizeof(ulong)).Where(key => !IsCarried(key)))
                {
                    table.TryAdd(key, new byte[PossibleCpus.Count * Abi.Counters.Size]);
                }
            },
            CarryCounters);
        events.Grow(eventRoom, null, CarryEvents);
    }

    /// <summary>Ends a growth that was interrupted.</summary>
    internal void Finish()
    {
        counters.Finish(CarryCounters);
        events.Finish(CarryEvents);
    }

    /// <summary>Adds what tables of another set counted, and takes it from them.</summary>
    internal void CarryOver(KernelMap formerCounters, KernelMap formerEvents)
    {
        CarryCounters(formerCounters, counters.Current);
        CarryEvents(formerEvents, events.Current);
    }

    /// <summary>Every counter that is not zero.</summary>
    internal IEnumerable<TuningCounter> Read()
    {
        var sums = new SortedDictionary<(ulong Profile, int Slot, CounterKind Kind, int Error), ulong>();
        ReadCounters(counters.Current, sums);
        ReadEvents(events.Current, sums);
        using (var former = counters.OpenFormer())
        {
            ReadCounters(former, sums);
        }

        using (var former = events.OpenFormer())
        {
            ReadEvents(former, sums);
        }

        return sums.Where(sum => sum.Value > 0).Select(sum => new TuningCounter(
            sum.Key.Profile, sum.Key.Slot, sum.Key.Kind, sum.Key.Kind == CounterKind.Failed ? BpfError.Name(sum.Key.Error) : "", sum.Value));
    }

    private static void ReadCounters(KernelMap? table, SortedDictionary<(ulong Profile, int Slot, CounterKind Kind, int Error), ulong> sums)
    {
        foreach (var key in table?.Keys(sizeof(ulong)) ?? [])
        {
            var totals = Totals(table!, key);
            for (var slot = 0; slot < totals.Length; slot++)
            {
                var sum = (BitConverter.ToUInt64(key) & ~(1UL << CarriedBit), slot, CounterKind.Tuned, 0);
                sums[sum] = sums.GetValueOrDefault(sum) + totals[slot];
            }
        }
    }

    private static void ReadEvents(KernelMap? table, SortedDictionary<(ulong Profile, int Slot, CounterKind Kind, int Error), ulong> sums)
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        foreach (var key in table?.Keys(Abi.Event.KeySize) ?? [])
        {
            if (table!.TryLookup(key, count))
            {
                var kind = (BitConverter.ToUInt16(key, Abi.Event.Kind) & ~CarriedEvent) == Abi.Event.Failed ? CounterKind.Failed : CounterKind.Conflict;
                var sum = (BitConverter.ToUInt64(key), (int)BitConverter.ToUInt16(key, Abi.Event.Slot), kind, BitConverter.ToInt32(key, Abi.Event.Error));
                sums[sum] = sums.GetValueOrDefault(sum) + BitConverter.ToUInt64(count);
            }
        }
    }

    /* An entry leaves the former table as soon as it is in the new one, so an interruption counts nothing twice but the entry at hand. */
    private static void CarryCounters(KernelMap former, KernelMap table)
    {
        foreach (var key in former.Keys(sizeof(ulong)))
        {
            var profile = BitConverter.ToUInt64(key) & ~(1UL << CarriedBit);
            if (table.Contains(BitConverter.GetBytes(profile), PossibleCpus.Count * Abi.Counters.Size))
            {
                var carried = BitConverter.GetBytes(Carried(profile));
                var totals = Totals(table, carried).Zip(Totals(former, key), (one, other) => one + other).ToArray();
                var value = new byte[PossibleCpus.Count * Abi.Counters.Size];
                Buffer.BlockCopy(totals, 0, value, 0, Abi.Counters.Size); // all in the first CPU's part
                table.Update(carried, value);
            }

            former.Delete(key);
        }
    }

    private void CarryEvents(KernelMap former, KernelMap table)
    {
        var before = new byte[sizeof(ulong)];
        var more = new byte[sizeof(ulong)];
        foreach (var key in former.Keys(Abi.Event.KeySize))
        {
            var carried = key.ToArray();
            BitConverter.TryWriteBytes(carried.AsSpan(Abi.Event.Kind), (ushort)(BitConverter.ToUInt16(key, Abi.Event.Kind) | CarriedEvent));
            if (former.TryLookup(key, more) && counters.Current.Contains(key.AsSpan(0, sizeof(ulong)), PossibleCpus.Count * Abi.Counters.Size))
            {
                var sum = (table.TryLookup(carried, before) ? BitConverter.ToUInt64(before) : 0) + BitConverter.ToUInt64(more);
                table.Update(carried, BitConverter.GetBytes(sum));
            }

            former.Delete(key);
        }
    }

    /// <summary>The sum over all CPUs, per slot; zeros when the key is not there.</summary>
    private static ulong[] Totals(KernelMap table, byte[] key)
    {
        var totals = new ulong[Abi.Stages];
        var perCpu = new byte[PossibleCpus.Count * Abi.Counters.Size];
        if (table.TryLookup(key, perCpu))
        {
            for (var index = 0; index < PossibleCpus.Count * Abi.Stages; index++)
            {
                totals[index % Abi.Stages] += BitConverter.ToUInt64(perCpu, index * sizeof(ulong));
            }
        }

        return totals;
    }

    private static bool IsCarried(byte[] key) => (BitConverter.ToUInt64(key) & (1UL << CarriedBit)) != 0;

    private static ulong Carried(ulong profile) => profile | (1UL << CarriedBit);
}
