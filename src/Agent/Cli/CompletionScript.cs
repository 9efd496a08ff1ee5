using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace NetEdit.Agent.Cli;

/// <summary>
/// Completion scripts made from the command tree. Verbs and options are in the script, so completing them is instant; names come from
/// <c>netedit get</c> (<see cref="CompletionValues"/>).
/// </summary>
internal static class CompletionScript
{
    public static string Bash(Command root)
    {
        var text = new StringBuilder(
            "# bash completion of netedit; made by: netedit completion bash\n"
                + CompletionValues.BashFunction
                + "_netedit() {\n    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                + "    case $before in\n"
        );
        foreach (var (names, values) in ValueOptions(root))
        {
            text.Append("        ")
                .AppendJoin('|', names)
                .Append(") COMPREPLY=(")
                .Append(values.Length > 0 ? $"$(compgen -W '{values}' -- \"$word\")" : "$(compgen -f -- \"$word\")")
                .Append("); return ;;\n");
        }

        text.Append("    esac\n").Append(CompletionValues.Bash()).Append("    case ${COMP_WORDS[1]} in\n");
        foreach (var verb in Verbs(root))
        {
            text.Append("        ")
                .Append(verb.Name)
                .Append(") [ \"$COMP_CWORD\" -gt 1 ] && { COMPREPLY=($(compgen -W '")
                .AppendJoin(' ', Words(verb))
                .Append("' -- \"$word\") $(compgen -f -- \"$word\")); return; } ;;\n");
        }

        return text.Append("    esac\n    COMPREPLY=($(compgen -W '")
            .AppendJoin(' ', Verbs(root).Select(verb => verb.Name))
            .Append(" --help --version' -- \"$word\"))\n}\ncomplete -o filenames -F _netedit netedit\n")
            .ToString();
    }

    public static string Zsh(Command root)
    {
        var text = new StringBuilder(
            "#compdef netedit\n# zsh completion of netedit; made by: netedit completion zsh\n"
                + CompletionValues.ZshFunction
                + "_netedit() {\n    local -a verbs=(\n"
        );
        foreach (var verb in Verbs(root))
        {
            text.Append("        '").Append(verb.Name).Append(':').Append(Quote(verb.Description)).Append("'\n");
        }

        text.Append("    )\n    if (( CURRENT == 2 )); then _describe verb verbs; return; fi\n")
            .Append(CompletionValues.Zsh())
            .Append("    case $words[2] in\n");
        foreach (var verb in Verbs(root))
        {
            text.Append("        ").Append(verb.Name).Append(") _arguments -S");
            foreach (var option in Options(verb))
            {
                foreach (var name in option.Aliases.Prepend(option.Name))
                {
                    text.Append(" \\\n            '")
                        .Append(name)
                        .Append('[')
                        .Append(
                            Quote(option.Description)
                                .Replace("[", "\\[", StringComparison.Ordinal)
                                .Replace("]", "\\]", StringComparison.Ordinal)
                        )
                        .Append(']');
                    text.Append(
                            TakesValue(option)
                                ? Choices(option) is { Length: > 0 } choices
                                    ? $":value:({choices})"
                                    : ":value:_files"
                                : ""
                        )
                        .Append('\'');
                }
            }

            foreach (var word in Words(verb).Where(word => !word.StartsWith('-')))
            {
                text.Append(" \\\n            ':word:(").Append(word).Append(")'");
                break;
            }

            text.Append(" \\\n            '*:file:_files' ;;\n");
        }

        return text.Append(
                "    esac\n}\nif [ \"$funcstack[1]\" = _netedit ]; then _netedit \"$@\"; else compdef "
                    + "_netedit netedit; fi\n"
            )
            .ToString();
    }

    public static string Fish(Command root)
    {
        var text = new StringBuilder("# fish completion of netedit; made by: netedit completion fish\n");
        foreach (var verb in Verbs(root))
        {
            text.Append("complete -c netedit -n __fish_use_subcommand -f -a ")
                .Append(verb.Name)
                .Append(" -d '")
                .Append(Quote(verb.Description))
                .Append("'\n");
            foreach (var option in Options(verb))
            {
                text.Append("complete -c netedit -n '__fish_seen_subcommand_from ").Append(verb.Name).Append('\'');
                foreach (var name in option.Aliases.Prepend(option.Name))
                {
                    text.Append(name.StartsWith("--", StringComparison.Ordinal) ? " -l " : " -s ")
                        .Append(name.TrimStart('-'));
                }

                text.Append(
                        TakesValue(option)
                            ? Choices(option) is { Length: > 0 } choices
                                ? $" -x -a '{choices}'"
                                : " -r"
                            : ""
                    )
                    .Append(" -d '")
                    .Append(Quote(option.Description))
                    .Append("'\n");
            }

            var words = Words(verb).Where(word => !word.StartsWith('-')).ToList();
            if (words.Count > 0)
            {
                text.Append("complete -c netedit -n '__fish_seen_subcommand_from ")
                    .Append(verb.Name)
                    .Append("' -f -a '")
                    .AppendJoin(' ', words)
                    .Append("'\n");
            }
        }

        return text.Append(CompletionValues.Fish()).ToString();
    }

    private static IEnumerable<Command> Verbs(Command root) => root.Subcommands.Where(verb => !verb.Hidden);

    private static IEnumerable<Option> Options(Command verb) =>
        verb.Options.Where(option => !option.Hidden && option is not HelpOption);

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool);

    private static string Choices(Option option) =>
        option.HelpName?.Contains('|', StringComparison.Ordinal) == true ? option.HelpName.Replace('|', ' ') : "";

    private static IEnumerable<string> Words(Command verb) =>
        verb
            .Subcommands.Select(sub => sub.Name)
            .Concat(
                verb.Arguments.SelectMany(argument =>
                        argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty)
                    )
                    .Select(item => item.Label)
            )
            .Concat(Options(verb).Select(option => option.Name))
            .Append("--help");

    private static IEnumerable<(IEnumerable<string> Names, string Values)> ValueOptions(Command root) =>
        Verbs(root)
            .SelectMany(Options)
            .Where(TakesValue)
            .DistinctBy(option => option.Name)
            .Select(option => (option.Aliases.Prepend(option.Name), Choices(option)));

    private static string Quote(string? text) =>
        (text ?? "").Replace("'", "", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
