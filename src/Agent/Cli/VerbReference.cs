using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;

namespace NetEdit.Agent.Cli;

/// <summary>What reference pages say of a verb.</summary>
/// <param name="Path">How it is called, such as <c>netedit explain policy</c>.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Options">Its options and those of the verbs above it that apply to it, without <c>--help</c>.</param>
internal sealed record VerbReference(string Path, Command Verb, ImmutableArray<Option> Options)
{
    /// <summary>Every verb that is shown to users, each before the verbs below it.</summary>
    public static IEnumerable<VerbReference> All(Command root) =>
        root.Subcommands.Where(verb => !verb.Hidden).SelectMany(verb => Of(verb, "netedit", []));

    /// <summary>The arguments and required options, as one types them.</summary>
    public IEnumerable<string> Words =>
        Verb.Arguments.Select(Name).Concat(Options.Where(o => o.Required).Select(o => $"{o.Name} {o.HelpName}"));

    /// <summary>Whether anything else may be given.</summary>
    public bool HasOptions => Options.Any(option => !option.Required);

    /// <summary>What an option is without being given; null when there is nothing to say.</summary>
    public static string? Default(Option option) =>
        !option.HasDefaultValue || option.ValueType == typeof(bool) ? null : option.GetDefaultValue()?.ToString();

    private static string Name(Argument argument) =>
        argument.Name + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    private static IEnumerable<VerbReference> Of(Command verb, string parent, IEnumerable<Option> inherited)
    {
        var reference = new VerbReference(
            $"{parent} {verb.Name}",
            verb,
            [.. verb.Options.Where(option => !option.Hidden && option is not HelpOption), .. inherited]
        );
        return verb
            .Subcommands.Where(child => !child.Hidden)
            .SelectMany(child => Of(child, reference.Path, reference.Options.Where(option => option.Recursive)))
            .Prepend(reference);
    }
}
