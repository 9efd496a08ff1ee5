using System.Diagnostics;

namespace NetEdit.Agent.Tests.Metrics;

/// <summary>Prometheus' own linter.</summary>
internal static class Promtool
{
    public static void Check(string metrics)
    {
        var promtool = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(directory => Path.Combine(directory, "promtool"))
            .FirstOrDefault(File.Exists);
        promtool.ShouldNotBeNull("promtool is missing: run eng/setup.sh test, which puts it in artifacts/tools/bin");
        using var process = Process.Start(
            new ProcessStartInfo(promtool, ["check", "metrics"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Write(metrics);
        process.StandardInput.Close();
        var objections = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        objections.ShouldBeEmpty();
        process.ExitCode.ShouldBe(0);
    }
}
