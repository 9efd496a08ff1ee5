using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>
/// The bytes of a profile in the kernel: <c>struct netedit_profile</c> and <c>struct netedit_split</c> of
/// <c>bpf/include/netedit/abi.h</c>, little-endian. No other file knows this layout. A test compares it with the BTF of
/// the compiled chain.
/// </summary>
public static class ProfileLayout
{
    /// <summary>
    /// Offset of the word that is not 0 if the connections are measured. It follows the mask of the slots in use.
    /// </summary>
    public const int Measured = sizeof(uint);

    /// <summary>Offset of the parameters, one block for each slot.</summary>
    public const int Parameters = Measured + sizeof(uint);

    /// <summary>Offset of the ids by which the policies can be paused, one id for each slot.</summary>
    public const int PolicyIds = Parameters + (DesiredChain.MostStages * FeatureLimits.ParameterBytes);

    /// <summary>Size of a profile, and of a split, in bytes.</summary>
    public const int Size = PolicyIds + (DesiredChain.MostStages * sizeof(ulong));

    /// <summary>Offset of the id of a split's other arm. The id of the arm in the share is at offset 0.</summary>
    public const int Control = sizeof(ulong);

    /// <summary>Offset of the id that a split's draw uses.</summary>
    public const int DrawnBy = 2 * sizeof(ulong);

    /// <summary>Offset of a split's share (4 bytes), in parts of <see cref="ProfileSplit.Whole"/>.</summary>
    public const int Share = 3 * sizeof(ulong);

    /// <summary>Offset of the settings of listeners. They follow the number of settings.</summary>
    public const int Settings = 2 * sizeof(uint);

    /// <summary>Size of one setting of listeners, in bytes: level and name of the option, and its value.</summary>
    public const int SettingSize = (2 * sizeof(ushort)) + sizeof(int);

    /// <summary>Encodes a profile, a split or what listeners get.</summary>
    /// <param name="profile">The profile or split.</param>
    /// <returns><see cref="Size"/> bytes.</returns>
    public static ImmutableArray<byte> Encode(DesiredProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var bytes = new byte[Size];
        if (profile.Split is { } split)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, split.Treated);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Control), split.Control);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(DrawnBy), PolicyId(split.Policy));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Share), split.Share);
            return ImmutableCollectionsMarshal.AsImmutableArray(bytes);
        }

        if (profile.Listeners is { } listeners)
        {
            var at = Settings;
            foreach (var setting in listeners.Given.SelectMany(entry => entry.ListenerSettings))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)setting.Knob.Level!.Value);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), (ushort)setting.Knob.Option!.Value);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 4), setting.Value);
                at += SettingSize;
            }

            BinaryPrimitives.WriteInt32LittleEndian(bytes, (at - Settings) / SettingSize);
            return ImmutableCollectionsMarshal.AsImmutableArray(bytes);
        }

        var mask = 0u;
        foreach (var entry in profile.Entries)
        {
            mask |= 1u << entry.Slot;
            entry.Parameters.CopyTo(bytes.AsSpan(ParametersAt(entry.Slot)));
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(PolicyIdAt(entry.Slot)), PolicyId(entry.Policy));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, mask);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Measured), profile.Measured.IsEmpty ? 0u : 1u);
        return ImmutableCollectionsMarshal.AsImmutableArray(bytes);
    }

    /// <summary>Returns whether the connections of a profile are measured.</summary>
    /// <param name="profile">The bytes of a profile, not of a split.</param>
    public static bool IsMeasured(ReadOnlySpan<byte> profile) =>
        BinaryPrimitives.ReadUInt32LittleEndian(profile[Measured..]) != 0;

    /// <summary>Returns the parameters that a policy gives a stage.</summary>
    /// <param name="profile">The bytes of a profile, not of a split.</param>
    /// <param name="slot">Slot of the stage.</param>
    /// <param name="policy">Name of the policy.</param>
    /// <returns>
    /// <see cref="FeatureLimits.ParameterBytes"/> bytes; empty if the policy gives the stage nothing.
    /// </returns>
    public static ReadOnlySpan<byte> ParametersBy(ReadOnlySpan<byte> profile, int slot, string policy) =>
        profile.Length == Size
        && (BinaryPrimitives.ReadUInt32LittleEndian(profile) >> slot & 1) != 0
        && BinaryPrimitives.ReadUInt64LittleEndian(profile[PolicyIdAt(slot)..]) == PolicyId(policy)
            ? profile.Slice(ParametersAt(slot), FeatureLimits.ParameterBytes)
            : [];

    private static int ParametersAt(int slot) => Parameters + (slot * FeatureLimits.ParameterBytes);

    private static int PolicyIdAt(int slot) => PolicyIds + (slot * sizeof(ulong));

    private static ulong PolicyId(string policy) => Identity.PauseId(PauseTarget.Policy(policy));
}
