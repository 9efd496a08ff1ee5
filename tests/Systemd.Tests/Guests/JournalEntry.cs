using System.Text.Json.Nodes;

namespace NetEdit.Systemd.Tests;

/// <summary>An entry of the journal.</summary>
/// <param name="Process">Who wrote it.</param>
/// <param name="Priority">3 for an error, 4 for a warning, 6 for information.</param>
/// <param name="Message">The line.</param>
internal sealed record JournalEntry(string Process, string Priority, string Message)
{
    /// <summary>Reads an entry, as <c>journalctl -o json</c> writes it.</summary>
    public static JournalEntry Of(JsonNode entry) =>
        new((string?)entry["_PID"] ?? "", (string?)entry["PRIORITY"] ?? "", entry["MESSAGE"]!.ToString());
}
