namespace NetEdit.Agent.Daemon;

/// <summary>A line about something that lasts: it is written when it becomes true and when its state changes.</summary>
/// <param name="Key">What it is about, within its topic.</param>
/// <param name="State">What must differ for the line to be written again.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Message">The line.</param>
/// <param name="Fields">Further fields.</param>
internal sealed record LogLine(
    string Key,
    string State,
    LogLevel Level,
    string Message,
    params (string Key, string Value)[] Fields
);
