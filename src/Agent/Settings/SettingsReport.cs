using System.Collections.Immutable;

namespace NetEdit.Agent.Settings;

/// <summary>The settings, as <c>netedit config</c> shows them.</summary>
/// <param name="Settings">A line for each.</param>
/// <param name="Errors">What is wrong with files or the environment.</param>
internal sealed record SettingsReport(ImmutableArray<SettingInfo> Settings, ImmutableArray<string> Errors)
{
    /// <summary>Makes the report.</summary>
    public static SettingsReport Of(HostSettings settings) =>
        new(
            [
                .. settings.Values.Select(value => new SettingInfo(
                    value.Setting.Key,
                    value.Values,
                    value.Origin,
                    value.Setting.Flag,
                    value.Setting.Variable
                )),
            ],
            [.. settings.Errors.Select(error => error.ToString())]
        );
}

/// <summary>A setting.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Values">Its values.</param>
/// <param name="Origin">Where they come from.</param>
/// <param name="Flag">The option of verbs that wins over it.</param>
/// <param name="Variable">The variable that wins over files.</param>
internal sealed record SettingInfo(
    string Key,
    ImmutableArray<string> Values,
    string Origin,
    string Flag,
    string Variable
);
