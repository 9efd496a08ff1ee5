using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NetEdit.TestKit;

/// <summary>What a program that has ended said.</summary>
public sealed record NeteditResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Its data, parsed.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>The program under test, as a user starts it.</summary>
public static class Netedit
{
    /// <summary>How long a program may take.</summary>
    public static TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The program: <c>NETEDIT_PROGRAM</c>, which <c>./test.sh</c> has compiled ahead of time as <c>./netedit</c> does, or the one that was built with
    /// these tests; this project's output and the agent's are at the same place of their projects.
    /// </summary>
    public static string Program { get; set; } =
        Environment.GetEnvironmentVariable("NETEDIT_PROGRAM")
        ?? Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "../../../../../src/Agent/bin", Configuration, "net10.0/netedit.dll")
        );

    /// <summary>A plugin with features that fail, and one that works.</summary>
    public static string Plugins { get; } = Path.Combine(AppContext.BaseDirectory, "plugins");

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs a verb to its end.</summary>
    public static NeteditResult Run(params IEnumerable<string> arguments) =>
        RunProgram("dotnet", [Program, .. arguments]);

    /// <summary>Runs a verb by way of a program that execs it: <c>setpriv …</c>.</summary>
    public static NeteditResult RunUnder(IEnumerable<string> wrapper, IEnumerable<string> arguments)
    {
        string[] line = [.. wrapper, "dotnet", Program, .. arguments];
        return RunProgram(line[0], line[1..]);
    }

    /// <summary>Runs a program to its end.</summary>
    public static NeteditResult RunProgram(string program, IEnumerable<string> arguments, string input = "")
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end: {errors.Result}");
        }

        return new NeteditResult(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts a program whose streams are read and written here.</summary>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }
}
