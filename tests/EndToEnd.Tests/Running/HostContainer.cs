using System.Diagnostics;

namespace NetEdit.EndToEnd.Tests;

/// <summary>A container that an OCI runtime runs on this host; killed when disposed, if it still runs.</summary>
/// <param name="name">The name by which the runtime knows it.</param>
/// <param name="process">The runtime, which ends with it.</param>
public sealed class HostContainer(string name, Process process) : IDisposable
{
    private readonly Task<string> _output = process.StandardOutput.ReadToEndAsync();
    private readonly Task<string> _errors = process.StandardError.ReadToEndAsync();

    /// <summary>Waits until a condition holds; fails at once when the container ends.</summary>
    public void WaitFor(Func<bool> condition, string what) =>
        Eventually.True(
            () =>
                condition()
                || (process.HasExited ? throw new InvalidOperationException(WaitForExit().ToString()) : false),
            what,
            () => "the container runs"
        );

    /// <summary>Waits until it ends by itself.</summary>
    public NeteditResult WaitForExit()
    {
        if (!process.WaitForExit(Eventually.Limit))
        {
            throw new TimeoutException($"the container {name} did not end");
        }

        return new NeteditResult(process.ExitCode, _output.Result, _errors.Result);
    }

    /// <summary>Tells the program in it to stop, and waits.</summary>
    public NeteditResult Stop()
    {
        Runc("kill", name, "TERM");
        return WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Runc("delete", "--force", name);
            WaitForExit();
        }

        process.Dispose();
    }

    private static void Runc(params string[] arguments)
    {
        var result = Netedit.RunProgram("runc", arguments);
        result.ExitCode.ShouldBe(0, result.ToString());
    }
}
