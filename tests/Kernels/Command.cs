using System.Diagnostics;

namespace NetEdit.Kernels;

/// <summary>Runs programs of the distribution.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end and gives what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static string Run(string program, params IEnumerable<string> arguments) => RunIn(null, program, arguments);

    /// <summary>The same in a directory.</summary>
    public static string RunIn(string? directory, string program, params IEnumerable<string> arguments)
    {
        using var process = Start(directory, program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', process.StartInfo.ArgumentList)} failed:\n{output.Result}{errors.Result}"
            );
    }

    /// <summary>Runs a program and gives the bytes it wrote.</summary>
    public static byte[] ReadBytes(string program, params IEnumerable<string> arguments)
    {
        using var process = Start(null, program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException($"{program} failed: {errors.Result}");
    }

    private static Process Start(string? directory, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
