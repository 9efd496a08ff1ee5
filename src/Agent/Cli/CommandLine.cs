using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Reconciliation;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli;

/// <summary>Runs a command line.</summary>
internal static class CommandLine
{
    /// <summary>Parses, runs the verb, and turns what goes wrong into one clear line and an exit code; never a stack trace.</summary>
    public static int Run(string[] arguments, CliConsole console)
    {
        try
        {
            return Invoke(Parse(arguments, console), console);
        }
        catch (CliException exception)
        {
            console.Fail(exception.Message);
            return exception.ExitCode;
        }
        catch (InvalidPoliciesException exception)
        {
            foreach (var error in exception.Errors)
            {
                console.Error.WriteLine(error);
            }

            console.Fail($"the policies are invalid: {exception.Message}; nothing was changed");
            return ExitCode.InvalidPolicy;
        }
        catch (BpfException exception)
        {
            console.Fail(exception.Message);
            return exception.MissingPrivilege is null ? ExitCode.Failed : ExitCode.MissingPrivilege;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            console.Fail(exception.Message);
            return ExitCode.Failed;
        }
#pragma warning disable CA1031 // The last resort: a defect of ours still ends in one line.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            console.Fail($"internal error: {exception.GetType().Name}: {exception.Message}; please report it");
            return ExitCode.Failed;
        }
        finally
        {
            console.Out.Flush();
        }
    }

    /// <summary>Parses, with the options that files and the environment give to the verb.</summary>
    private static ParseResult Parse(string[] arguments, CliConsole console)
    {
        var tree = CommandTree.Create(console);
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var given = tree.Parse(arguments, configuration);
        Say(console, given.CommandResult.Command);
        string[] more = [.. console.Settings.Missing(given)];
        var end = Array.IndexOf(arguments, "--");
        return more.Length == 0 ? given
            : end < 0 ? tree.Parse([.. arguments, .. more], configuration)
            : tree.Parse([.. arguments[..end], .. more, .. arguments[end..]], configuration);
    }

    /// <summary>Says what is wrong with the settings. An agent that would not run as it is meant to does not start.</summary>
    private static void Say(CliConsole console, Command verb)
    {
        var errors = verb is RootCommand ? [] : console.Settings.Errors;
        foreach (var error in errors)
        {
            console.Warn($"{error}");
        }

        if (errors.IsEmpty)
        {
            return;
        }

        if (verb is AgentVerb)
        {
            throw new CliException(
                ExitCode.InvalidPolicy,
                $"the settings are invalid: {ErrorText.Summary(errors)}; "
                    + "the agent does not start, and the tuning stays as it is"
            );
        }

        console.Warn("no setting of a file or variable with an error counts");
    }

    private static int Invoke(ParseResult result, CliConsole console)
    {
        if (result.Action is not ParseErrorAction)
        {
            return result.Invoke(
                new InvocationConfiguration
                {
                    Output = console.Out,
                    Error = console.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                }
            );
        }

        var command = result.CommandResult.Command;
        var path = string.Join(' ', Verbs(result.CommandResult).Reverse().Prepend("netedit"));
        console.Fail(
            command.Action is not null ? result.Errors[0].Message
            : result.UnmatchedTokens is [var word, ..] ? $"'{word}' is not a verb or option of {path}."
            : $"A verb is missing after {path}."
        );
        if (result.UnmatchedTokens is [var typo, ..] && Suggestion.Nearest(typo, Names(command)) is { } suggestion)
        {
            console.Error.WriteLine($"Did you mean '{suggestion}'?");
        }

        console.Error.WriteLine($"Try '{path} --help'.");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Verbs(SymbolResult? result)
    {
        for (; result is CommandResult { Command: not RootCommand } verb; result = verb.Parent)
        {
            yield return verb.Command.Name;
        }
    }

    private static IEnumerable<string> Names(Command command) =>
        command
            .Subcommands.Where(sub => !sub.Hidden)
            .Select(sub => sub.Name)
            .Concat(command.Options.Select(option => option.Name))
            .Append(new HelpOption().Name);
}
