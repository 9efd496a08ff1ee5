using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The maps of one rule table: built from it, and read back.</summary>
internal static unsafe class RuleMaps
{
    internal const string PortTable = "netedit_port_t";
    internal const string OriginTable = "netedit_orig_t";
    internal const string RulesTable = "netedit_rule_t";

    /// <summary>Opens one of the maps.</summary>
    /// <exception cref="BpfException">The kernel has it no longer.</exception>
    internal static KernelMap Open(uint id, string name) =>
        new(name, KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {name} (id {id})"));

    /// <summary>Builds and freezes the map of port classes.</summary>
    internal static KernelMap BuildPorts(RuleTable table)
    {
        var pages = new Dictionary<(uint Chain, uint Page), byte[]>();
        foreach (var range in table.Ports)
        {
            for (var port = (int)range.First; port <= range.Last; port++)
            {
                var key = (range.Chain, (uint)port / Abi.PortPage);
                if (!pages.TryGetValue(key, out var page))
                {
                    pages[key] = page = new byte[Abi.Port.PageSize];
                }

                BinaryPrimitives.WriteUInt16LittleEndian(
                    page.AsSpan(port % Abi.PortPage * sizeof(ushort)),
                    range.Class
                );
            }
        }

        var keys = new byte[pages.Count * Abi.Port.KeySize];
        var values = new byte[pages.Count * Abi.Port.PageSize];
        var index = 0;
        foreach (var ((chain, page), classes) in pages)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(keys.AsSpan(index * Abi.Port.KeySize), chain);
            BinaryPrimitives.WriteUInt32LittleEndian(keys.AsSpan((index * Abi.Port.KeySize) + sizeof(uint)), page);
            classes.CopyTo(values, index * Abi.Port.PageSize);
            index++;
        }

        return Build(
            PortTable,
            Interop.Bpf.MapTypeHash,
            Abi.Port.KeySize,
            Abi.Port.PageSize,
            pages.Count,
            keys,
            values
        );
    }

    /// <summary>Builds and freezes the map of rules by prefix.</summary>
    internal static KernelMap BuildRules(RuleTable table)
    {
        var count = table.Prefixes.Length;
        var keys = new byte[count * Abi.Rule.KeySize];
        var values = new byte[count * Abi.Rule.ValueSize];
        for (var index = 0; index < count; index++)
        {
            var rule = table.Prefixes[index];
            var key = keys.AsSpan(index * Abi.Rule.KeySize, Abi.Rule.KeySize);
            BinaryPrimitives.WriteUInt32LittleEndian(key, (uint)(Abi.Rule.FixedBits + rule.Peers.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(key[Abi.Rule.Chain..], rule.Chain);
            BinaryPrimitives.WriteUInt16LittleEndian(key[Abi.Rule.PortClass..], rule.PortClass);
            key[Abi.Rule.Direction] = (byte)rule.Direction;
            key[Abi.Rule.Origin] = rule.Origin;
            rule.Peers.WriteAddress(key[Abi.Rule.Peer..]);
            BinaryPrimitives.WriteUInt64LittleEndian(values.AsSpan(index * Abi.Rule.ValueSize), rule.Profile);
        }

        return Build(RulesTable, Interop.Bpf.MapTypeLpmTrie, Abi.Rule.KeySize, Abi.Rule.ValueSize, count, keys, values);
    }

    /// <summary>Builds and freezes the map of users and interfaces.</summary>
    internal static KernelMap BuildOrigins(RuleTable table)
    {
        var keys = new byte[table.Origins.Length * Abi.Origin.KeySize];
        var values = new byte[table.Origins.Length * Abi.Origin.ClassSize];
        for (var index = 0; index < table.Origins.Length; index++)
        {
            var origin = table.Origins[index];
            var key = keys.AsSpan(index * Abi.Origin.KeySize, Abi.Origin.KeySize);
            BinaryPrimitives.WriteUInt32LittleEndian(
                key,
                (uint)(Abi.Origin.FixedBits + (WriteOrigin(origin, key[Abi.Origin.Value..]) * 8))
            );
            BinaryPrimitives.WriteUInt32LittleEndian(key[Abi.Origin.Chain..], origin.Chain);
            BinaryPrimitives.WriteUInt32LittleEndian(key[Abi.Origin.Kind..], (uint)origin.Kind);
            BinaryPrimitives.WriteUInt32LittleEndian(values.AsSpan(index * Abi.Origin.ClassSize), origin.Class);
        }

        return Build(
            OriginTable,
            Interop.Bpf.MapTypeLpmTrie,
            Abi.Origin.KeySize,
            Abi.Origin.ClassSize,
            table.Origins.Length,
            keys,
            values
        );
    }

    /// <summary>Writes a user, or an interface: a whole name with its zero.</summary>
    /// <returns>Bytes that count.</returns>
    private static int WriteOrigin(SocketOwnerClass origin, Span<byte> value)
    {
        if (origin.Kind == OriginKind.User)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, uint.Parse(origin.Value, CultureInfo.InvariantCulture));
            return sizeof(uint);
        }

        return origin.Value.EndsWith('*')
            ? Encoding.UTF8.GetBytes(origin.Value.AsSpan(..^1), value)
            : Encoding.UTF8.GetBytes(origin.Value, value) + 1;
    }

    private static KernelMap Build(
        string name,
        int type,
        int keySize,
        int valueSize,
        int count,
        byte[] keys,
        byte[] values
    )
    {
        var options = new LibBpf.MapCreateOptions
        {
            Size = (nuint)sizeof(LibBpf.MapCreateOptions),
            MapFlags = Interop.Bpf.NoPrealloc,
        };
        var made = KernelHandle.Of(
            LibBpf.bpf_map_create(type, name, (uint)keySize, (uint)valueSize, (uint)count, &options),
            $"create the map {name} of {count} entries"
        );
        return new KernelMap(name, made).TransferTo(map =>
        {
            map.UpdateAll(keys, keySize, values, valueSize);
            map.Freeze();
            return map;
        });
    }

    /// <summary>Reads the port classes back; id 0 stands for no map.</summary>
    internal static List<PortRange> ReadPorts(uint id)
    {
        var ranges = new List<PortRange>();
        if (id == 0)
        {
            return ranges;
        }

        using var map = Open(id, PortTable);
        var page = new byte[Abi.Port.PageSize];
        var classes = new List<(uint Chain, int Port, ushort Class)>();
        foreach (var key in map.Keys(Abi.Port.KeySize))
        {
            map.TryLookup(key, page);
            var chain = BitConverter.ToUInt32(key);
            var first = (int)BitConverter.ToUInt32(key, sizeof(uint)) * Abi.PortPage;
            for (var offset = 0; offset < Abi.PortPage; offset++)
            {
                if (BitConverter.ToUInt16(page, offset * sizeof(ushort)) is var portClass and not 0)
                {
                    classes.Add((chain, first + offset, portClass));
                }
            }
        }

        foreach (var (chain, port, portClass) in classes.Order())
        {
            if (
                ranges.Count > 0
                && ranges[^1] is var last
                && last.Chain == chain
                && last.Class == portClass
                && last.Last + 1 == port
            )
            {
                ranges[^1] = last with { Last = (ushort)port };
            }
            else
            {
                ranges.Add(new PortRange(chain, (ushort)port, (ushort)port, portClass));
            }
        }

        return ranges;
    }

    /// <summary>Reads the rules back; id 0 stands for no map.</summary>
    internal static List<PrefixRule> ReadRules(uint id)
    {
        var result = new List<PrefixRule>();
        if (id == 0)
        {
            return result;
        }

        using var map = Open(id, RulesTable);
        var value = new byte[Abi.Rule.ValueSize];
        foreach (var key in map.Keys(Abi.Rule.KeySize))
        {
            map.TryLookup(key, value);
            result.Add(
                new PrefixRule(
                    BitConverter.ToUInt32(key, Abi.Rule.Chain),
                    (Direction)key[Abi.Rule.Direction],
                    BitConverter.ToUInt16(key, Abi.Rule.PortClass),
                    IpPrefix.Read(key.AsSpan(Abi.Rule.Peer), (int)BitConverter.ToUInt32(key) - Abi.Rule.FixedBits),
                    BitConverter.ToUInt64(value)
                )
                {
                    Origin = key[Abi.Rule.Origin],
                }
            );
        }

        return result;
    }

    /// <summary>Reads the users and interfaces back; id 0 stands for no map.</summary>
    internal static List<SocketOwnerClass> ReadOrigins(uint id)
    {
        var result = new List<SocketOwnerClass>();
        if (id == 0)
        {
            return result;
        }

        using var map = Open(id, OriginTable);
        var value = new byte[Abi.Origin.ClassSize];
        foreach (var key in map.Keys(Abi.Origin.KeySize))
        {
            map.TryLookup(key, value);
            var kind = (OriginKind)BitConverter.ToUInt32(key, Abi.Origin.Kind);
            var bytes = ((int)BitConverter.ToUInt32(key) - Abi.Origin.FixedBits) / 8;
            result.Add(
                new SocketOwnerClass(
                    BitConverter.ToUInt32(key, Abi.Origin.Chain),
                    kind,
                    ReadOrigin(kind, key.AsSpan(Abi.Origin.Value, bytes)),
                    (byte)BitConverter.ToUInt32(value)
                )
            );
        }

        return result;
    }

    private static string ReadOrigin(OriginKind kind, ReadOnlySpan<byte> value) =>
        kind == OriginKind.User ? BinaryPrimitives.ReadUInt32BigEndian(value).ToString(CultureInfo.InvariantCulture)
        : value is [.. var name, 0] ? Encoding.UTF8.GetString(name)
        : Encoding.UTF8.GetString(value) + "*";
}
