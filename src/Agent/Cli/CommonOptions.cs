using System.CommandLine;

namespace NetEdit.Agent.Cli;

/// <summary>Options that several verbs have, each with one meaning.</summary>
internal static class CommonOptions
{
    public static Option<string> Ledger()
    {
        var option = new Option<string>("--ledger")
        {
            Description =
                "Name under which this NetEdit keeps its objects in the kernel; different ledgers are "
                + "independent of each other",
            HelpName = "NAME",
            DefaultValueFactory = _ => "netedit",
        };
        option.Validators.Add(result =>
        {
            if (!IsLedgerName(result.GetValueOrDefault<string>()))
            {
                result.AddError("A ledger's name must have 1 to 32 characters: letters, digits, '-' and '_'.");
            }
        });
        return option;
    }

    /// <summary>Whether a ledger may have this name.</summary>
    public static bool IsLedgerName(string? name) =>
        name is { Length: > 0 and <= 32 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public static Option<string[]> Features() =>
        new("--features")
        {
            Description =
                "Additional directory of feature plugins; it and every directory above it must belong "
                + "to root or to you, and nobody else may write to them",
            HelpName = "DIR",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

    public static Option<string> Policies() =>
        new("--policies", "-f")
        {
            Description =
                "Directory of policies (every *.yaml and *.yml below it), one file, or - for standard input, one YAML "
                + "stream",
            HelpName = "DIR",
            Required = true,
        };

    public static Option<bool> AllowEmpty() =>
        new("--allow-empty")
        {
            Description =
                "Take it as meant that no policy is left, or that no feature of any is installed, and remove the "
                + "tuning that is in force; without it, that tuning stays",
        };

    public static Option<string?> State() =>
        new("--state")
        {
            Description =
                "Directory of the state files (last good policies, quarantine, pauses), with a "
                + "subdirectory for each ledger; default /var/lib/netedit, or the state directory that "
                + "systemd gives the service",
            HelpName = "DIR",
        };

    public static Option<string?> Socket() =>
        new("--socket")
        {
            Description =
                "Control socket of the agent; default /run/netedit/agent.sock, or /run/netedit/NAME.sock for "
                + "another ledger",
            HelpName = "PATH",
        };
}
