using System.Globalization;
using System.Text;

namespace NetEdit.Agent.Cli;

/// <summary>
/// Completes the names of policies, features and cgroups that exist, for the verbs that take them. The scripts ask <c>netedit get</c>
/// for the names. A cgroup may have any name, so no shell may expand one.
/// </summary>
internal static class CompletionValues
{
    // What follows the words of a verb: lists of netedit get.
    private static readonly (string Verb, string[] Lists)[] Verbs =
    [
        ("get policies", ["policies"]),
        ("get features", ["features"]),
        ("get scopes", ["scopes"]),
        ("describe policy", ["policies"]),
        ("describe feature", ["features"]),
        ("explain policy", ["policies"]),
        ("audit", ["policies"]),
        ("compare", ["policies"]),
        ("pause", ["policies", "features"]),
        ("resume", ["policies", "features"]),
        ("retry", ["features"]),
    ];

    /// <summary>A function of bash that adds the names of lists; no expansion takes place in <c>read</c> and <c>[[</c>.</summary>
    public const string BashFunction = """
        _netedit_values() {
            local list name
            for list; do
                while IFS= read -r name; do
                    [[ $name == "$word"* ]] && COMPREPLY+=("$name")
                done < <(netedit get "$list" -o name 2>/dev/null)
            done
        }

        """;

    /// <summary>A function of zsh that adds the names of lists.</summary>
    public const string ZshFunction = """
        _netedit_values() {
            local list
            local -a names
            for list; do
                names=("${(@f)$(netedit get $list -o name 2>/dev/null)}")
                compadd -a names
            done
        }

        """;

    /// <summary>Lines of bash that complete a name; a word that begins with a hyphen is an option and goes on.</summary>
    public static string Bash()
    {
        var text = new StringBuilder("    if [[ $word != -* ]]; then\n        case \"${COMP_WORDS[*]:1:2} \" in\n");
        foreach (var (verb, lists) in Verbs)
        {
            text.Append(CultureInfo.InvariantCulture, $"            '{verb} '*) ((COMP_CWORD > {Words(verb)})) && ")
                .Append($"{{ COMPREPLY=(); _netedit_values {string.Join(' ', lists)}; return; }} ;;\n");
        }

        return text.Append("        esac\n    fi\n").ToString();
    }

    /// <summary>Lines of zsh that complete a name.</summary>
    public static string Zsh()
    {
        var text = new StringBuilder("    if [[ $words[CURRENT] != -* ]]; then\n        case \"$words[2,3] \" in\n");
        foreach (var (verb, lists) in Verbs)
        {
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"            '{verb} '*) if (( CURRENT > {Words(verb) + 1} )); then "
                )
                .Append($"_netedit_values {string.Join(' ', lists)}; return; fi ;;\n");
        }

        return text.Append("        esac\n    fi\n").ToString();
    }

    /// <summary>Lines of fish that complete a name.</summary>
    public static string Fish()
    {
        var text = new StringBuilder();
        foreach (var (verb, lists) in Verbs)
        {
            var seen = string.Join("; and ", verb.Split(' ').Select(word => $"__fish_seen_subcommand_from {word}"));
            foreach (var list in lists)
            {
                text.Append($"complete -c netedit -n '{seen}' -f -a '(netedit get {list} -o name 2>/dev/null)'\n");
            }
        }

        return text.ToString();
    }

    private static int Words(string verb) => verb.Split(' ').Length;
}
