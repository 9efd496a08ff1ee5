using System.Diagnostics;

namespace NetEdit.Agent.Tests.Metrics;

/// <summary>Prometheus' own linter.</summary>
internal static class Promtool
{
    /// <summary>Lints metrics.</summary>
    public static void Check(string metrics)
    {
        var (exitCode, output) = Run(metrics, "check", "metrics");
        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
    }

    /// <summary>Runs it.</summary>
    /// <param name="input">For its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    public static (int ExitCode, string Output) Run(string input, params string[] arguments)
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(directory => Path.Combine(directory, "promtool"))
            .FirstOrDefault(File.Exists);
        promtool.ShouldNotBeNull("promtool is missing: run eng/setup.sh test, which puts it in artifacts/tools/bin");
        using var process = Process.Start(
            new ProcessStartInfo(promtool, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors.Result + output);
    }
}
