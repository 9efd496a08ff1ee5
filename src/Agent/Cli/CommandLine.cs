using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using NetEdit.Adapter;
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
            return Invoke(
                CommandTree
                    .Create(console)
                    .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null }),
                console
            );
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
