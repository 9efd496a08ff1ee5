using System.Buffers.Binary;
using System.Collections.Immutable;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>The only entry of an attached program's map (<c>struct netedit_values</c>): its parameters, and what it is.</summary>
/// <param name="Key">Its key.</param>
/// <param name="TargetId">What it was attached to.</param>
/// <param name="Digest">Digest of the program.</param>
/// <param name="Policy">The policy that gives the parameters.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Paused">Whether it does nothing.</param>
internal sealed record AttachmentRecord(
    AttachmentKey Key,
    ulong TargetId,
    string Digest,
    string Policy,
    ImmutableArray<byte> Parameters,
    bool Paused
)
{
    /// <summary>What should be in the map of an attachment.</summary>
    internal static AttachmentRecord Of(DesiredAttachment attachment, bool paused) =>
        new(
            attachment.Key,
            attachment.TargetId,
            DesiredDigest.OfAttachment(attachment.Program),
            attachment.Policy,
            attachment.Parameters,
            paused
        );

    /// <summary>Writes the record to the beginning of an entry.</summary>
    internal void Encode(Span<byte> bytes)
    {
        bytes[..Abi.Values.Size].Clear();
        Parameters.AsSpan().CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[Abi.Values.Paused..], Paused ? 1u : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[Abi.Values.TargetId..], TargetId);
        FixedText.Write(bytes.Slice(Abi.Values.Feature, Abi.NameBytes), Key.Feature);
        FixedText.Write(bytes.Slice(Abi.Values.Hook, Abi.NameBytes), Key.Hook);
        FixedText.Write(bytes.Slice(Abi.Values.Digest, Abi.NameBytes), Digest);
        FixedText.Write(bytes.Slice(Abi.Values.Policy, Abi.Values.PolicyBytes), Policy);
        FixedText.Write(bytes.Slice(Abi.Values.Target, Abi.PathBytes), Key.Target);
    }

    /// <summary>Reads the record at the beginning of an entry; null when there is none.</summary>
    internal static AttachmentRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        var key = new AttachmentKey(
            FixedText.Read(bytes.Slice(Abi.Values.Feature, Abi.NameBytes)),
            FixedText.Read(bytes.Slice(Abi.Values.Hook, Abi.NameBytes)),
            FixedText.Read(bytes.Slice(Abi.Values.Target, Abi.PathBytes))
        );
        return key.Feature.Length == 0 || key.Hook.Length == 0
            ? null
            : new AttachmentRecord(
                key,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[Abi.Values.TargetId..]),
                FixedText.Read(bytes.Slice(Abi.Values.Digest, Abi.NameBytes)),
                FixedText.Read(bytes.Slice(Abi.Values.Policy, Abi.Values.PolicyBytes)),
                [.. bytes[..FeatureLimits.ParameterBytes]],
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[Abi.Values.Paused..]) != 0
            );
    }
}
