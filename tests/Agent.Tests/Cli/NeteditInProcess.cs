using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What a command line gave.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>Runs the program in this process.</summary>
internal static class NeteditInProcess
{
    public static CliResult Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = CommandLine.Run(arguments, new CliConsole(output, error, colorOut: false, colorError: false));
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}
