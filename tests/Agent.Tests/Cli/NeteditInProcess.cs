using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What a command line gave.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>Runs the program in this process.</summary>
internal static class NeteditInProcess
{
    public static CliResult Run(params string[] arguments) => RunAt(width: null, arguments);

    /// <summary>Runs it on a terminal of a width, without colours.</summary>
    public static CliResult RunAt(int? width, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(output, error, colorOut: false, colorError: false, width);
        var exitCode = CommandLine.Run(arguments, console);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}
