using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The profiles in the kernel. Whoever writes one has its counters made first: once it is there, connections count.</summary>
internal sealed class ProfileTable(GrowingTable table, TuningCounters counters) : IDisposable
{
    private ImmutableSortedDictionary<ulong, ImmutableArray<byte>>? _known;

    /// <summary>Profiles there is room for.</summary>
    internal int Room => table.Room;

    /// <summary>The profiles as they were last read or written.</summary>
    internal ImmutableSortedDictionary<ulong, ImmutableArray<byte>> Known => _known ?? Read();

    /// <summary>Looks which table programs use.</summary>
    internal void Refresh() => table.Refresh();

    /// <summary>Makes the first table.</summary>
    internal void Start(int room) => table.Start(room);

    /// <summary>Reads every profile.</summary>
    internal ImmutableSortedDictionary<ulong, ImmutableArray<byte>> Read()
    {
        var profiles = ImmutableSortedDictionary.CreateBuilder<ulong, ImmutableArray<byte>>();
        var value = new byte[ProfileLayout.Size];
        var current = table.Refresh();
        foreach (var key in current.Keys(sizeof(ulong)))
        {
            if (current.TryLookup(key, value))
            {
                /* What is as it was shares the bytes of the desired state, of which there may be thousands. */
                var id = BitConverter.ToUInt64(key);
                profiles[id] =
                    _known is not null && _known.TryGetValue(id, out var known) && known.AsSpan().SequenceEqual(value)
                        ? known
                        : [.. value];
            }
        }

        return _known = profiles.ToImmutable();
    }

    /// <summary>Whether listeners get anything.</summary>
    internal bool GivesListeners => Known.Keys.Any(id => (id & Identity.ListenerBit) != 0);

    /// <summary>Writes profiles, each at once and as a whole, all in one call where the kernel can.</summary>
    internal void Write(ImmutableArray<(ulong Id, ImmutableArray<byte> Value)> profiles)
    {
        var known = Known;
        counters.Add([
            .. profiles.Select(profile => profile.Id).Where(id => !known.ContainsKey(id) && Identity.IsProfile(id)),
        ]);
        foreach (var (id, value) in profiles)
        {
            var measured = IsMeasured(id, value.AsSpan());
            if (measured != (known.TryGetValue(id, out var before) && IsMeasured(id, before.AsSpan())))
            {
                counters.Measure(id, measured);
            }
        }

        var keys = new byte[profiles.Length * sizeof(ulong)];
        var values = new byte[profiles.Length * ProfileLayout.Size];
        for (var index = 0; index < profiles.Length; index++)
        {
            BitConverter.TryWriteBytes(keys.AsSpan(index * sizeof(ulong)), profiles[index].Id);
            profiles[index].Value.CopyTo(values.AsSpan(index * ProfileLayout.Size));
        }

        _known = null; // until all is written nobody knows
        table.Current.UpdateAll(keys, sizeof(ulong), values, ProfileLayout.Size);
        _known = known.SetItems(profiles.Select(profile => KeyValuePair.Create(profile.Id, profile.Value)));
    }

    /// <summary>Deletes a profile, which goes last: as long as it is there, what is left of it is found.</summary>
    internal void Delete(ulong id)
    {
        counters.Remove(id);
        table.Current.Delete(BitConverter.GetBytes(id));
        _known = _known?.Remove(id);
    }

    /// <summary>Makes room for more profiles.</summary>
    internal void Grow(int room) =>
        table.Grow(
            room,
            static (former, larger) =>
            {
                var value = new byte[ProfileLayout.Size];
                foreach (var key in former.Keys(sizeof(ulong)).Where(key => former.TryLookup(key, value)))
                {
                    larger.Update(key, value);
                }
            },
            null
        );

    public void Dispose() => table.Dispose();

    private static bool IsMeasured(ulong id, ReadOnlySpan<byte> profile) =>
        Identity.IsProfile(id) && ProfileLayout.IsMeasured(profile);
}
