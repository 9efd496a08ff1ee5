namespace NetEdit.Agent.Events;

/// <summary>Writes an event for a person. Pure.</summary>
internal static class EventText
{
    // Their values say why; the names would say nothing more.
    private static readonly string[] Reasons = ["reason", "text", "why", "error"];

    /// <summary>To what something happened, what it was, why, and by whom.</summary>
    public static string Of(KeptEvent happened)
    {
        var reasons = happened
            .Details.Where(detail => Reasons.Contains(detail.Key, StringComparer.Ordinal) && detail.Value != "none")
            .Select(detail => detail.Value);
        var facts = happened
            .Details.Where(detail =>
                !Reasons.Contains(detail.Key, StringComparer.Ordinal)
                && detail.Value != "0"
                && !string.Equals(detail.Value, happened.About, StringComparison.Ordinal)
            )
            .Select(detail => $"{detail.Key} {detail.Value}")
            .Concat(happened.Cause.Length > 0 ? [$"cause {happened.Cause}"] : [])
            .Concat(happened.By is "" or "agent" ? [] : [$"by {happened.By}"]);
        string[] subject = happened.About.Length > 0 ? [happened.About] : [];
        var text = string.Join(": ", [.. subject, happened.What, .. reasons]);
        return string.Join(", ", facts) is { Length: > 0 } more ? $"{text} ({more})" : text;
    }
}
