using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Features;
using NetEdit.State;

namespace NetEdit.Adapter.Attachments;

/// <summary>The only entry of an attached program's map (<c>struct netedit_values</c>): its parameters, and what it is.</summary>
/// <param name="Key">Its key.</param>
/// <param name="TargetId">What it was attached to.</param>
/// <param name="Digest">Digest of the program.</param>
/// <param name="Policy">The policy that gives the parameters.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Paused">Whether it does nothing.</param>
internal sealed record AttachmentRecord(AttachmentKey Key, ulong TargetId, string Digest, string Policy, ImmutableArray<byte> Parameters, bool Paused)
{
    private const string MapName = "netedit_values";

    private static ReadOnlySpan<byte> OnlyKey => [0, 0, 0, 0];

    /// <summary>What should be in the map of an attachment.</summary>
    internal static AttachmentRecord Of(DesiredAttachment attachment, bool paused) =>
        new(attachment.Key, attachment.TargetId, DesiredDigest.OfAttachment(attachment.Program), attachment.Policy, attachment.Parameters, paused);

    /// <summary>Writes the record to an object that is loaded and not attached yet.</summary>
    internal void WriteTo(LoadedObject loaded)
    {
        using var map = new KernelMap(MapName, KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(KernelInfo.MapId(LibBpf.bpf_map__fd(loaded.Map(MapName)))), $"open the map {MapName}"));
        WriteTo(map);
    }

    /// <summary>Writes the record, as a whole.</summary>
    internal void WriteTo(KernelMap map) => map.Update(OnlyKey, Encode());

    /// <summary>Reads the record in a program's map; null when there is none of this layout.</summary>
    internal static AttachmentRecord? Read(KernelMap map)
    {
        var bytes = new byte[Abi.Values.Size];
        return map.TryLookup(OnlyKey, bytes) ? Decode(bytes) : null;
    }

    /// <summary>The map of a program; null when it has none of this layout.</summary>
    internal static KernelMap? MapOf(ProgramInfo program)
    {
        foreach (var id in program.MapIds)
        {
            var handle = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}")
                .KeepIf(map => KernelInfo.Map(map) is { Name: MapName, ValueSize: Abi.Values.Size });
            if (handle is not null)
            {
                return new KernelMap(MapName, handle);
            }
        }

        return null;
    }

    /// <summary>The bytes of the record.</summary>
    internal byte[] Encode()
    {
        var bytes = new byte[Abi.Values.Size];
        Parameters.AsSpan().CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Abi.Values.Paused), Paused ? 1u : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Abi.Values.TargetId), TargetId);
        FixedText.Write(bytes.AsSpan(Abi.Values.Feature, Abi.NameBytes), Key.Feature);
        FixedText.Write(bytes.AsSpan(Abi.Values.Hook, Abi.NameBytes), Key.Hook);
        FixedText.Write(bytes.AsSpan(Abi.Values.Digest, Abi.NameBytes), Digest);
        FixedText.Write(bytes.AsSpan(Abi.Values.Policy, Abi.Values.PolicyBytes), Policy);
        FixedText.Write(bytes.AsSpan(Abi.Values.Target, Abi.PathBytes), Key.Target);
        return bytes;
    }

    private static AttachmentRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        var key = new AttachmentKey(
            FixedText.Read(bytes.Slice(Abi.Values.Feature, Abi.NameBytes)),
            FixedText.Read(bytes.Slice(Abi.Values.Hook, Abi.NameBytes)),
            FixedText.Read(bytes.Slice(Abi.Values.Target, Abi.PathBytes)));
        return key.Feature.Length == 0 || key.Hook.Length == 0
            ? null
            : new AttachmentRecord(
                key,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[Abi.Values.TargetId..]),
                FixedText.Read(bytes.Slice(Abi.Values.Digest, Abi.NameBytes)),
                FixedText.Read(bytes.Slice(Abi.Values.Policy, Abi.Values.PolicyBytes)),
                [.. bytes[..FeatureLimits.ParameterBytes]],
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Values.Paused..]) != 0);
    }
}
