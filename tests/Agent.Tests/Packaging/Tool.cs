using System.Diagnostics;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>Runs tools of the distribution.</summary>
internal static class Tool
{
    /// <summary>Runs a tool, which must end with exit 0.</summary>
    /// <param name="name">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to standard output.</returns>
    public static string Run(string name, params IEnumerable<string> arguments)
    {
        var (exitCode, output, errors) = Try(name, arguments);
        exitCode.ShouldBe(0, $"{name} {string.Join(' ', arguments)}: {errors}{output}");
        return output;
    }

    /// <summary>Whether a tool is there.</summary>
    public static bool IsInstalled(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(directory => File.Exists(Path.Combine(directory, name)));

    /// <summary>Runs a tool.</summary>
    public static CliResult Try(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output, errors.Result);
    }
}
