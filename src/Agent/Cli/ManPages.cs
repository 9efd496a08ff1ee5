using System.CommandLine;

namespace NetEdit.Agent.Cli;

/// <summary>The manual: a page for the program and one for each verb, made from the command tree.</summary>
internal static class ManPages
{
    /// <summary>Every page.</summary>
    /// <param name="root">The command tree.</param>
    /// <param name="date">The date that the pages show, in any form; may be empty.</param>
    /// <returns>Names of files, such as <c>netedit-plan.1</c>, with their content.</returns>
    public static IEnumerable<(string File, string Text)> All(Command root, string date)
    {
        var verbs = VerbReference.All(root).ToList();
        yield return (FileName("netedit"), Program(root, verbs, date));
        foreach (var verb in verbs)
        {
            yield return (FileName(verb.Path), OfVerb(verb, verbs, date));
        }
    }

    private static string Program(Command root, List<VerbReference> verbs, string date)
    {
        var page = new ManText("netedit", date, ProductInfo.Version)
            .Section("NAME")
            .Raw($"netedit \\- {Short(root.Description)}")
            .Section("SYNOPSIS")
            .Raw($"{ManText.Bold("netedit")} {ManText.Italic("VERB")} [{ManText.Italic("options")}]")
            .Section("DESCRIPTION")
            .Line(root.Description ?? "")
            .Paragraph(
                "The service netedit.service runs `netedit agent` with the policies in /etc/netedit/policies.d. "
                    + "It notices each change there at once. Without policies it changes nothing on the host."
            )
            .Paragraph(
                "Data goes to standard output, messages to standard error. Colours and progress appear only on "
                    + "a terminal."
            )
            .Section("VERBS");
        foreach (var verb in verbs)
        {
            page.Tagged(ManText.Bold(verb.Path["netedit ".Length..]), Sentence(verb.Verb.Description));
        }

        page.Section("EXAMPLES")
            .Line("Check the policies of this host, look at what would change, and what is in force:")
            .Example([
                "netedit validate /etc/netedit/policies.d",
                "netedit plan --policies /etc/netedit/policies.d",
                "netedit status",
            ])
            .Section("FILES")
            .Tagged(ManText.Italic("/etc/netedit/policies.d/*.yaml"), "The policies of this host.")
            .Tagged(
                ManText.Italic("/etc/netedit/host.yaml"),
                "The labels of this host, by which policies select hosts."
            )
            .Tagged(
                ManText.Italic("/etc/netedit/netedit.yaml"),
                "Options of the agent and of other verbs; netedit config shows them."
            )
            .Tagged(
                ManText.Italic("/usr/lib/netedit/netedit.yaml, /usr/lib/netedit/policies.d"),
                "The same of whoever made the image; what is in /etc/netedit wins."
            )
            .Tagged(
                ManText.Italic("/var/lib/netedit"),
                "What the agent keeps: the last good policies, quarantine, pauses, events."
            )
            .Tagged(ManText.Italic("/run/netedit"), "The agent's control socket and locks.")
            .Tagged(ManText.Italic("/usr/share/netedit/policies"), "Example policies.")
            .Tagged(
                ManText.Italic("/usr/share/netedit/policy.schema.json"),
                "The JSON Schema of a policy, for editors."
            )
            .Section("ENVIRONMENT")
            .Tagged(
                ManText.Bold("NETEDIT_INTERVAL") + " and the like",
                "Options, by the names of their settings: netedit config -o json lists the variables."
            )
            .Tagged(ManText.Bold("NO_COLOR"), "If it is set, output has no colours.");
        return ExitStatus(page).Section("SEE ALSO").Raw(References(verbs.Select(verb => verb.Path))).ToString();
    }

    private static string OfVerb(VerbReference verb, List<VerbReference> verbs, string date)
    {
        var page = new ManText(Name(verb.Path), date, ProductInfo.Version)
            .Section("NAME")
            .Raw($"{Name(verb.Path).Replace("-", "\\-", StringComparison.Ordinal)} \\- {Short(verb.Verb.Description)}")
            .Section("SYNOPSIS")
            .Raw(
                string.Join(
                    ' ',
                    verb.Words.Select(ManText.Italic)
                        .Prepend(ManText.Bold(verb.Path))
                        .Concat(verb.HasOptions ? [$"[{ManText.Italic("options")}]"] : [])
                )
            )
            .Section("DESCRIPTION")
            .Line(Sentence(verb.Verb.Description));
        if (verb.Verb.Arguments.Count > 0)
        {
            page.Section("ARGUMENTS");
        }

        foreach (var argument in verb.Verb.Arguments)
        {
            page.Tagged(ManText.Italic(argument.Name), Sentence(argument.Description));
        }

        page.Section("OPTIONS");
        foreach (var option in verb.Options)
        {
            page.Tagged(Tag(option), Meaning(option));
        }

        page.Tagged($"{ManText.Bold("--help")}, {ManText.Bold("-h")}", "Show help.");
        var others = verbs
            .Where(other => other.Path.StartsWith(verb.Path + " ", StringComparison.Ordinal))
            .Select(other => other.Path)
            .Prepend("netedit");
        return ExitStatus(page).Section("SEE ALSO").Raw(References(others)).ToString();
    }

    private static ManText ExitStatus(ManText page)
    {
        page.Section("EXIT STATUS");
        foreach (var (code, meaning) in ExitCode.Meanings)
        {
            page.Tagged(ManText.Bold($"{code}"), Sentence(meaning));
        }

        return page;
    }

    private static string Tag(Option option) =>
        string.Join(", ", option.Aliases.Prepend(option.Name).Select(ManText.Bold))
        + (option.HelpName is { } value ? " " + ManText.Italic(value) : "");

    private static string Meaning(Option option) =>
        Sentence(option.Description)
        + (option.Required ? " Required." : "")
        + (VerbReference.Default(option) is { } value ? $" Default: `{value}`." : "");

    private static string References(IEnumerable<string> paths) =>
        string.Join(",\n", paths.Select(path => $"{ManText.Bold(Name(path))}(1)"));

    /* What whatis(1) shows: the first clause, in small letters. */
    private static string Short(string? description)
    {
        var text = (description ?? "").Split([". ", ": ", "; "], StringSplitOptions.None)[0].TrimEnd('.');
        return text.Length > 0
            ? (char.ToLowerInvariant(text[0]) + text[1..]).Replace("-", "\\-", StringComparison.Ordinal)
            : text;
    }

    private static string Sentence(string? text) =>
        text is { Length: > 0 } ? char.ToUpperInvariant(text[0]) + text[1..].TrimEnd('.') + "." : "";

    private static string Name(string path) => path.Replace(' ', '-');

    private static string FileName(string path) => Name(path) + ".1";
}
