using System.Diagnostics;

namespace NetEdit.TestKit;

/// <summary>A C program, to ask the compiler what a header says.</summary>
public static class CProgram
{
    /// <summary>Compiles a source with whichever compiler there is, runs it, and gives what it prints.</summary>
    public static string Run(string source, params string[] includeDirectories)
    {
        var directory = Directory.CreateTempSubdirectory("netedit-c-");
        try
        {
            var file = Path.Combine(directory.FullName, "program.c");
            var binary = Path.Combine(directory.FullName, "program");
            File.WriteAllText(file, source);
            Execute(
                Compiler(),
                [.. includeDirectories.SelectMany(include => new[] { "-I", include }), "-o", binary, file]
            );
            return Execute(binary, []);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Compiler()
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin").Split(':');
        string[] names = ["cc", "gcc", "clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];
        return names
            .SelectMany(name => directories.Select(directory => Path.Combine(directory, name)))
            .First(File.Exists);
    }

    private static string Execute(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} exited with {process.ExitCode}");
    }
}
