using System.Globalization;
using System.Text.RegularExpressions;

namespace NetEdit.Adapter.Ledger;

/// <summary>A pin whose name tells what it is: <c>KIND-gGENERATION-DIGEST-REST</c>.</summary>
/// <param name="Path">The pin.</param>
/// <param name="Kind">One of the kinds here.</param>
/// <param name="Generation">Counts the versions its directory has held, from 1.</param>
/// <param name="Digest">Digest of the code, 16 hexadecimal digits.</param>
/// <param name="Rest">Features of a program; the kernel's id of the struct_ops map for parts of a congestion control.</param>
internal sealed partial record GenerationPin(string Path, string Kind, int Generation, string Digest, string Rest)
{
    /// <summary>A chain's program.</summary>
    internal const string Program = "program";

    /// <summary>The table of functions of a congestion control.</summary>
    internal const string Map = "map";

    /// <summary>The global variables of a congestion control.</summary>
    internal const string Data = "data";

    /// <summary>The kernel's id of the struct_ops map, for parts of a congestion control; else 0.</summary>
    internal uint MapId => uint.TryParse(Rest, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>The pins of a directory whose names are of this form.</summary>
    internal static List<GenerationPin> In(string directory) =>
        [.. LedgerDirectory.Pins(directory).Select(pin => Parse(pin, pin)).OfType<GenerationPin>()];

    /// <summary>The generation after those of a directory.</summary>
    internal static int Next(string directory) =>
        In(directory).Select(pin => pin.Generation).DefaultIfEmpty().Max() + 1;

    /// <summary>What a pin's name tells; null when it is not of this form.</summary>
    internal static GenerationPin? Parse(LocatedPin pin) => Parse(pin.Path, pin.Place);

    private static GenerationPin? Parse(string path, string place) =>
        Form().Match(System.IO.Path.GetFileName(place)) is { Success: true } match
            ? new GenerationPin(
                path,
                match.Groups["kind"].Value,
                int.Parse(match.Groups["generation"].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups["digest"].Value,
                match.Groups["rest"].Value
            )
            : null;

    [GeneratedRegex(
        "^(?<kind>program|map|data)-g(?<generation>[0-9]{1,9})-(?<digest>[0-9a-f]{16})-(?<rest>.*)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Form();
}
