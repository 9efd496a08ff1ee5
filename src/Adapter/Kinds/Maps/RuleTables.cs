using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// The two rule tables, each with its classes of ports and of origins, and with ranges of addresses where they are many. The next one is built whole, frozen, put beside the one in use and chosen by writing one word, so
/// that every connection is classified by one table or the other and never by a half.
/// </summary>
internal sealed class RuleTables(StateMap state, KernelMap ports, KernelMap origins, KernelMap ranges, KernelMap rules)
{
    private const int Ranges = 2; // of the tables

    private readonly ImmutableArray<(KernelMap Outer, string Name)> _tables =
    [
        (ports, RuleMaps.PortTable),
        (origins, RuleMaps.OriginTable),
        (ranges, RangeMap.Name),
        (rules, RuleMaps.RulesTable),
    ];

    private (uint PortsId, uint OriginsId, uint RulesId, RuleTable Table)? _known;

    /// <summary>The table in use.</summary>
    internal RuleTable Read()
    {
        var slot = Slot(state.Generation);
        var (portsId, originsId, rulesId) = (InnerId(ports, slot), InnerId(origins, slot), InnerId(rules, slot));
        if (_known is { } known && (known.PortsId, known.OriginsId, known.RulesId) == (portsId, originsId, rulesId))
        {
            return known.Table; // frozen: it cannot have changed
        }

        var table = new RuleTable(
            RuleMaps.ReadPorts(portsId),
            RuleMaps.ReadRules(rulesId),
            RuleMaps.ReadOrigins(originsId)
        );
        _known = (portsId, originsId, rulesId, table);
        return table;
    }

    /// <summary>Whether tables of a former generation are still there: a switch was interrupted after the word was written.</summary>
    internal bool SwitchUnfinished => FormerSlot() is var slot && _tables.Any(table => InnerId(table.Outer, slot) != 0);

    /// <summary>Takes away what an interrupted switch left. Programs that read the generation before it have long ended.</summary>
    internal void Finish()
    {
        var slot = FormerSlot();
        foreach (var (outer, _) in _tables)
        {
            Put(outer, slot, null);
        }
    }

    /// <summary>Builds a table and switches to it. When a step fails, the steps before it are taken back.</summary>
    internal void Switch(RuleTable table)
    {
        var generation = state.Generation;
        var former = new KernelMap?[_tables.Length];
        var next = new KernelMap?[_tables.Length];
        try
        {
            for (var i = 0; i < _tables.Length; i++)
            {
                former[i] = Open(_tables[i].Outer, Slot(generation), _tables[i].Name);
            }

            next[0] = table.Ports.IsEmpty ? null : RuleMaps.BuildPorts(table);
            next[1] = table.Origins.IsEmpty ? null : RuleMaps.BuildOrigins(table);
            next[Ranges] = RangeMap.TryBuild(table);
            next[3] = table.Prefixes.IsEmpty ? null : RuleMaps.BuildRules(table);
            SwitchOrPutBack(generation, former, next);
        }
        finally
        {
            foreach (var map in former.Concat(next))
            {
                map?.Dispose();
            }
        }
    }

    private void SwitchOrPutBack(uint generation, KernelMap?[] former, KernelMap?[] next)
    {
        try
        {
            Switch(former, unchecked(generation + 1), next);
        }
        catch
        {
            /* Not back to the generation before: what was classified by the next one must not be taken for what is decided then. */
            Switch(next, unchecked(generation + 2), former);
            throw;
        }
    }

    private void Switch(KernelMap?[] former, uint to, KernelMap?[] next)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            /* Each write waits for a grace period, also one that changes nothing. */
            if (next[i] is not null || InnerId(_tables[i].Outer, Slot(to)) != 0)
            {
                Put(_tables[i].Outer, Slot(to), next[i]);
            }
        }

        state.Generation = to;
        if (former.All(map => map is null))
        {
            /* The first rules: there are none to take away, and each write to a map of maps waits for a grace period. */
            return;
        }

        /* A program may have read the old generation just before. Every write to a map of maps waits until such programs
           have ended (4.20): that which takes ranges away, without which they use the trie, or the new table's once
           more. */
        if (former[Ranges] is not null)
        {
            Put(ranges, Slot(to + 1), null);
        }
        else
        {
            Put(rules, Slot(to), next[^1]);
        }

        for (var i = 0; i < _tables.Length; i++)
        {
            if (i != Ranges && former[i] is not null)
            {
                Put(_tables[i].Outer, Slot(to + 1), null);
            }
        }
    }

    private byte[] FormerSlot() => Slot(unchecked(state.Generation + 1));

    private static byte[] Slot(uint generation) => BitConverter.GetBytes(generation & 1);

    private static void Put(KernelMap outer, byte[] slot, KernelMap? inner)
    {
        if (inner is null)
        {
            outer.Delete(slot);
        }
        else
        {
            outer.Update(slot, BitConverter.GetBytes(inner.Handle.Fd));
        }
    }

    private static uint InnerId(KernelMap outer, byte[] slot)
    {
        Span<byte> id = stackalloc byte[sizeof(uint)];
        return outer.TryLookup(slot, id) ? BinaryPrimitives.ReadUInt32LittleEndian(id) : 0;
    }

    private static KernelMap? Open(KernelMap outer, byte[] slot, string name) =>
        InnerId(outer, slot) is var id and not 0 ? RuleMaps.Open(id, name) : null;
}
