using System.Diagnostics;

namespace NetEdit.Lab;

/// <summary>Runs programs of iproute2 and util-linux.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <returns>What the program wrote to its standard output.</returns>
    /// <exception cref="LabException">It is not installed, failed, or did not end within 20 s.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(Find(program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new LabException($"{program} did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw new LabException($"{Describe()} did not end within {Limit.TotalSeconds} s");
        }

        Task.WaitAll(output, errors);
        return process.ExitCode == 0
            ? output.Result
            : throw new LabException($"{Describe()} failed: {errors.Result.Trim()}");

        string Describe() =>
            $"{program} {string.Join(' ', start.ArgumentList)}" + (input.Length == 0 ? "" : $" <<< '{input.Trim()}'");
    }

    private static string Find(string program)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            ':',
            StringSplitOptions.RemoveEmptyEntries
        );
        foreach (var directory in directories.Concat(["/usr/sbin", "/sbin", "/usr/bin"]))
        {
            var path = Path.Combine(directory, program);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new LabException($"{program} is not installed (packages iproute2, util-linux)");
    }
}
