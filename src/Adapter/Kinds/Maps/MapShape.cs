using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;

namespace NetEdit.Adapter.Kinds;

/// <summary>What a map looks like: two maps of one shape can take each other's place.</summary>
internal sealed record MapShape(
    string Name,
    int Type,
    uint KeySize,
    uint ValueSize,
    uint MaxEntries,
    uint Flags,
    MapShape? Inner
)
{
    private const int KernelNameLength = 15;

    /// <summary>The shape of a map in an object that is opened.</summary>
    internal static MapShape Of(string name, nint map) =>
        new(
            name,
            LibBpf.bpf_map__type(map),
            LibBpf.bpf_map__key_size(map),
            LibBpf.bpf_map__value_size(map),
            LibBpf.bpf_map__max_entries(map),
            LibBpf.bpf_map__map_flags(map),
            LibBpf.bpf_map__inner_map(map) is var inner && inner != 0 ? Of(name, inner) : null
        );

    /// <summary>Whether a map in the kernel has this shape; the kernel keeps 15 characters of a name, and nothing of inner maps that can be asked for.</summary>
    internal bool Fits(MapInfo map) =>
        map.Type == Type
        && map.KeySize == KeySize
        && map.MaxEntries == MaxEntries
        && (Inner is not null || map.ValueSize == ValueSize)
        && string.Equals(
            map.Name,
            Name.Length > KernelNameLength ? Name[..KernelNameLength] : Name,
            StringComparison.Ordinal
        );

    internal string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} {Type} {KeySize} {ValueSize} {MaxEntries} {Flags} {Inner?.Describe()}"
        );
}

/// <summary>
/// The shapes of all shared maps. Maps of one layout are one set: programs of another version, which expect other shapes, have a
/// set of their own, and neither disturbs the other while chains move over.
/// </summary>
internal sealed class MapLayout
{
    private MapLayout(ImmutableArray<MapShape> shapes)
    {
        Shapes = shapes;
        var text = string.Join('\n', shapes.Select(shape => shape.Describe()));
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }

    /// <summary>The shapes, by name.</summary>
    internal ImmutableArray<MapShape> Shapes { get; }

    /// <summary>8 hexadecimal digits, equal for equal shapes.</summary>
    internal string Digest { get; }

    internal MapShape this[string name] =>
        Shapes.First(shape => string.Equals(shape.Name, name, StringComparison.Ordinal));

    /// <summary>The shared maps of a chain object that is opened: those it shares by name.</summary>
    internal static MapLayout Of(LoadedObject opened) =>
        new([
            .. opened
                .Maps()
                .Where(map => map.Name.StartsWith("netedit_", StringComparison.Ordinal))
                .Select(map => MapShape.Of(map.Name, map.Map))
                .OrderBy(shape => shape.Name, StringComparer.Ordinal),
        ]);
}
