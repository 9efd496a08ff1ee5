using System.Globalization;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Ports as policies write them.</summary>
internal static class PortText
{
    /// <summary><c>443</c> or <c>8000-8999</c>.</summary>
    public static string Format(PortInterval ports) =>
        ports.First == ports.Last
            ? ports.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{ports.First}-{ports.Last}");
}
