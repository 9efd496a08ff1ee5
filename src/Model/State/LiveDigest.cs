using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetEdit.Model;

/// <summary>
/// Computes the digests by which desired and observed tuning of open connections are compared. Each digest has 16
/// hexadecimal digits.
/// </summary>
public static class LiveDigest
{
    /// <summary>
    /// Returns the digest of a chain's live program, made from its features in order and their live stages; empty if no
    /// stage has a live part.
    /// </summary>
    public static string OfProgram(DesiredChain chain)
    {
        if (chain.Stages.All(stage => stage.Program.Live is null))
        {
            return "";
        }

        var text = new StringBuilder("live");
        foreach (var stage in chain.Stages)
        {
            text.Append('\n').Append(stage.Feature).Append(' ').Append(stage.Program.Live?.Digest);
        }

        return Hash(text);
    }

    /// <summary>Returns the state that a complete walk for a chain brings about.</summary>
    public static WalkedState OfWalk(DesiredState desired, DesiredChain chain) =>
        new(OfRules(desired, chain), OfValues(desired, chain));

    /// <summary>
    /// Returns the digest of which connections of a chain get which profile. It also covers the id of the chain's
    /// cgroup, what is paused, the scopes inside, and the shares of splits.
    /// </summary>
    public static string OfRules(DesiredState desired, DesiredChain chain)
    {
        var text = new StringBuilder("rules\n").Append(CultureInfo.InvariantCulture, $"{chain.CgroupId}");
        foreach (var pause in desired.Pauses.Where(pause => pause != PauseTarget.Everything))
        {
            text.Append("\nx ").Append(pause); // what was paused is made up for
        }

        foreach (
            var inner in desired.Chains.Where(inner => inner.Scope != chain.Scope && IsInside(inner.Scope, chain.Scope))
        )
        {
            text.Append("\ni ").Append(inner.Scope); // its sockets are not ours
        }

        foreach (var range in desired.Rules.Ports.Where(range => range.Chain == chain.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\np {range.First} {range.Last} {range.Class}");
        }

        foreach (var origin in desired.Rules.Origins.Where(origin => origin.Chain == chain.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\no {origin.Kind} {origin.Value} {origin.Class}");
        }

        foreach (var rule in desired.Rules.Prefixes.Where(rule => rule.Chain == chain.Key))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\nr {(int)rule.Direction} {rule.PortClass} {rule.Origin} {rule.Peers} {rule.Profile}"
            );
        }

        foreach (
            var profile in desired.Profiles.Where(profile => profile.Chain == chain.Key && profile.Split is not null)
        )
        {
            text.Append(CultureInfo.InvariantCulture, $"\ns {profile.Id} {profile.Split!.Share}");
        }

        return Hash(text);
    }

    /// <summary>Returns the digest of the parameters that the live stages of a chain get.</summary>
    public static string OfValues(DesiredState desired, DesiredChain chain)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> key = stackalloc byte[sizeof(ulong) + sizeof(int)];
        foreach (var profile in desired.Profiles.Where(profile => profile.Chain == chain.Key))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(key, profile.Id);
            foreach (var entry in profile.Entries.Where(entry => chain.Stages[entry.Slot].Program.Live is not null))
            {
                BinaryPrimitives.WriteInt32LittleEndian(key[sizeof(ulong)..], entry.Slot);
                hash.AppendData(key);
                hash.AppendData(entry.Parameters.AsSpan());
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static bool IsInside(string scope, string outer) =>
        outer == "/" || scope.StartsWith(outer + "/", StringComparison.Ordinal);

    private static string Hash(StringBuilder text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
}
