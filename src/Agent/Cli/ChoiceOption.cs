using System.CommandLine;

namespace NetEdit.Agent.Cli;

/// <summary>An option whose value is one of a few words; the words are the members of an enum in lower case.</summary>
internal sealed class ChoiceOption<T> : Option<string>
    where T : struct, Enum
{
    private static readonly string[] Words = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    public ChoiceOption(string name, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        HelpName = string.Join('|', Words);
        DefaultValueFactory = _ => Words[0];
        CompletionSources.Add(Words);
        Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && !Words.Contains(value, StringComparer.Ordinal))
            {
                result.AddError($"'{value}' is not a valid value of {name}; use one of: {string.Join(", ", Words)}.");
            }
        });
    }

    /// <summary>The value that was given.</summary>
    public T Get(ParseResult arguments) => Enum.Parse<T>(arguments.GetRequiredValue(this), ignoreCase: true);
}
