using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// A table of numbers that chains count up by profile and CPU. Counts of a table that was replaced are carried over under keys of
/// their own, which only this side writes, because a program may count at any moment.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="words">Numbers of 8 bytes in an entry.</param>
internal sealed class ProfileCounts(GrowingTable table, int words)
{
    private const ulong CarriedBit = 1UL << 63;

    private int EntrySize => PossibleCpus.Count * words * sizeof(ulong);

    /// <summary>Whether a former table is still there.</summary>
    internal bool GrowthUnfinished => table.HasFormer;

    /// <summary>Whether a profile counts.</summary>
    internal bool Has(ReadOnlySpan<byte> profile) => table.Current.Contains(profile, EntrySize);

    /// <summary>Makes profiles count, from zero.</summary>
    internal void Add(IReadOnlyList<ulong> profiles) =>
        table.Current.UpdateAll(
            [.. profiles.SelectMany(BitConverter.GetBytes)],
            sizeof(ulong),
            new byte[profiles.Count * EntrySize],
            EntrySize
        );

    /// <summary>Makes a profile count, from where it is when it counts already.</summary>
    internal void Ensure(ulong profile) => table.Current.TryAdd(BitConverter.GetBytes(profile), new byte[EntrySize]);

    /// <summary>Forgets what a profile counted.</summary>
    internal void Remove(ulong profile)
    {
        table.Current.Delete(BitConverter.GetBytes(profile));
        table.Current.Delete(BitConverter.GetBytes(profile | CarriedBit));
    }

    /// <summary>Makes room for so many profiles: for their own counts, and for those carried over.</summary>
    internal void Grow(int profiles) =>
        table.Grow(
            profiles * 2,
            (former, larger) =>
            {
                foreach (var key in former.Keys(sizeof(ulong)).Where(key => !IsCarried(key)))
                {
                    larger.TryAdd(key, new byte[EntrySize]);
                }
            },
            Carry
        );

    /// <summary>Ends a growth that was interrupted.</summary>
    internal void Finish() => table.Finish(Carry);

    /// <summary>Adds what a table of another set counted, and takes it from there.</summary>
    internal void CarryOver(KernelMap former) => Carry(former, table.Current);

    /// <summary>The sums over all CPUs by profile.</summary>
    internal SortedDictionary<ulong, ulong[]> Read()
    {
        var sums = new SortedDictionary<ulong, ulong[]>();
        Sum(table.Current, sums);
        using var former = table.OpenFormer();
        Sum(former, sums);
        return sums;
    }

    private static bool IsCarried(byte[] key) => (BitConverter.ToUInt64(key) & CarriedBit) != 0;

    private void Sum(KernelMap? counted, SortedDictionary<ulong, ulong[]> sums)
    {
        foreach (var key in counted?.Keys(sizeof(ulong)) ?? [])
        {
            var profile = BitConverter.ToUInt64(key) & ~CarriedBit;
            var totals = Totals(counted!, key, words);
            sums[profile] = sums.TryGetValue(profile, out var before) ? Add(before, totals) : totals;
        }
    }

    /* An entry leaves the former table as soon as it is in the new one, so an interruption counts nothing twice but the entry at hand. */
    private void Carry(KernelMap former, KernelMap larger)
    {
        /* Another version's may have fewer. */
        var formerWords = (int)KernelInfo.Map(former.Handle).ValueSize / sizeof(ulong);
        foreach (var key in former.Keys(sizeof(ulong)))
        {
            var profile = BitConverter.ToUInt64(key) & ~CarriedBit;
            if (larger.Contains(BitConverter.GetBytes(profile), EntrySize))
            {
                var carried = BitConverter.GetBytes(profile | CarriedBit);
                var value = new byte[EntrySize];
                Buffer.BlockCopy(
                    Add(Totals(larger, carried, words), Totals(former, key, formerWords)),
                    0,
                    value,
                    0,
                    words * sizeof(ulong)
                ); // all in the first CPU's part
                larger.Update(carried, value);
            }

            former.Delete(key);
        }
    }

    /// <summary>The sum over all CPUs; zeros when the key is not there.</summary>
    private ulong[] Totals(KernelMap counted, byte[] key, int wordsThere)
    {
        var totals = new ulong[words];
        var perCpu = new byte[PossibleCpus.Count * wordsThere * sizeof(ulong)];
        if (counted.TryLookup(key, perCpu))
        {
            for (var index = 0; index < PossibleCpus.Count * wordsThere; index++)
            {
                totals[index % wordsThere] += BitConverter.ToUInt64(perCpu, index * sizeof(ulong));
            }
        }

        return totals;
    }

    private static ulong[] Add(ulong[] one, ulong[] other) => [.. one.Zip(other, (left, right) => left + right)];
}
