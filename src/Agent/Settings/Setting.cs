using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Settings;

/// <summary>A setting: an option of verbs that a file or the environment can give, too.</summary>
/// <param name="Flag">The option.</param>
/// <param name="Description">What it means, for the schema of the file.</param>
/// <param name="BuiltIn">What counts where nothing is given; empty for nothing.</param>
/// <param name="Problem">Says what is wrong with a value, as a clause; null when nothing is.</param>
internal sealed record Setting(string Flag, string Description, string BuiltIn, Func<string, string?> Problem)
{
    /// <summary>Whether it takes a list.</summary>
    public bool IsList { get; init; }

    /// <summary>The verb that it is for; null for every verb that has the option.</summary>
    public string? Verb { get; init; }

    /// <summary>The words that it may be; empty for any text.</summary>
    public string[] Words { get; init; } = [];

    /// <summary>The key in the file: <c>auditInterval</c>.</summary>
    public string Key =>
        string.Concat(
            Flag.TrimStart('-')
                .Split('-')
                .Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..])
        );

    /// <summary>The variable of the environment: <c>NETEDIT_AUDIT_INTERVAL</c>; a list is separated by colons.</summary>
    public string Variable => "NETEDIT_" + Flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>The key of the file.</summary>
    public SettingKey FileKey => new(Key, IsList, Problem);
}
