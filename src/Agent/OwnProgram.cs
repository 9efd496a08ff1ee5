using System.Diagnostics;
using NetEdit.Agent.Native;

namespace NetEdit.Agent;

/// <summary>Starts this program again, as a process of its own.</summary>
internal static class OwnProgram
{
    /// <summary>This program with other arguments; its input and output are pipes. Started by hand it is run by <c>dotnet</c>.</summary>
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        string[] assembly =
            Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? [Path.Combine(AppContext.BaseDirectory, "netedit.dll")]
                : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
    }

    /// <summary>Starts a process that can gain no rights, whatever it runs.</summary>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static Process StartWithoutNewPrivileges(ProcessStartInfo info)
    {
        // A process inherits this from the thread that starts it; the thread cannot undo it, so it is one of its own.
        Process? process = null;
        Exception? failure = null;
        var starter = new Thread(() =>
        {
            try
            {
                SystemCalls.ForbidNewPrivileges();
                process = Process.Start(info);
            }
            catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
            {
                failure = exception;
            }
        });
        starter.Start();
        starter.Join();
        return process ?? throw new IOException($"cannot start {info.FileName}: {failure?.Message}", failure);
    }
}
