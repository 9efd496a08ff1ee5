using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>A pin where it is, and where this version looks for it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Place">Where it belongs.</param>
internal sealed record LocatedPin(string Path, string Place)
{
    /// <summary>Whether another version put it where it is, or a move was interrupted.</summary>
    internal bool IsMisplaced => !string.Equals(Path, Place, StringComparison.Ordinal);
}

/// <summary>Finds the pins of chains and congestion controls, also those of format 1, which had one file per link and no directories.</summary>
internal static partial class PinLocator
{
    /// <summary>The pins of all chains.</summary>
    internal static IEnumerable<LocatedPin> Chains(LedgerDirectory ledger)
    {
        foreach (var pin in LedgerDirectory.Pins(ledger.Chains))
        {
            yield return new LocatedPin(pin, Path.Combine(pin, LedgerDirectory.Link));
        }

        foreach (var directory in LedgerDirectory.Directories(ledger.Chains))
        {
            var place = directory.EndsWith(LedgerDirectory.Unfinished, StringComparison.Ordinal)
                ? directory[..^LedgerDirectory.Unfinished.Length]
                : directory;
            /* A live program is no part of the attachment: it stays until what it set is taken back. */
            foreach (
                var pin in LedgerDirectory.Pins(directory).Where(pin => Path.GetFileName(pin) != LedgerDirectory.Live)
            )
            {
                yield return new LocatedPin(pin, Path.Combine(place, Path.GetFileName(pin)));
            }
        }
    }

    /// <summary>The pins of all congestion controls.</summary>
    internal static IEnumerable<LocatedPin> Algorithms(LedgerDirectory ledger)
    {
        foreach (var pin in LedgerDirectory.Pins(ledger.Algorithms))
        {
            yield return new LocatedPin(pin, PlaceOfFormat1(ledger, pin));
        }

        foreach (var directory in LedgerDirectory.Directories(ledger.Algorithms))
        {
            foreach (var pin in LedgerDirectory.Pins(directory))
            {
                yield return new LocatedPin(pin, pin);
            }
        }
    }

    private static string PlaceOfFormat1(LedgerDirectory ledger, string pin)
    {
        if (Format1().Match(Path.GetFileName(pin)) is not { Success: true } match)
        {
            return pin;
        }

        var name = match.Groups["name"].Value;
        var digest = match.Groups["digest"].Value;
        if (digest.Length == 0)
        {
            return ledger.AlgorithmLinkPin(name);
        }

        using var map =
            LedgerDirectory.TryGet(
                Path.Combine(ledger.Algorithms, string.Create(CultureInfo.InvariantCulture, $"{name}-map-{digest}"))
            ) ?? MovedBefore(ledger, name, digest);
        return ledger.AlgorithmPin(
            name,
            match.Groups["kind"].Value,
            1,
            digest,
            map is null ? 0 : KernelInfo.Map(map).Id
        );
    }

    /* A move of the map before that of its data was the last thing an interrupted run did. */
    private static KernelHandle? MovedBefore(LedgerDirectory ledger, string name, string digest) =>
        GenerationPin
            .In(ledger.AlgorithmDirectory(name))
            .FirstOrDefault(pin => pin.Kind == GenerationPin.Map && pin.Digest == digest)
            is { } pin
            ? LedgerDirectory.TryGet(pin.Path)
            : null;

    [GeneratedRegex(
        "^(?<name>.+)-(link|(?<kind>map|data)-(?<digest>[0-9a-f]{16}))$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Format1();
}
