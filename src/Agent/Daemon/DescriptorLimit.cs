using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Daemon;

/// <summary>How many descriptors the agent needs. With too few the runtime cannot load its own parts, and ends the process wherever it is.</summary>
internal static class DescriptorLimit
{
    /// <summary>Clients may hold 128 (docs/architecture.md, budgets); an idle agent has fewer than 90, and a pass opens some more.</summary>
    public const ulong Least = 256;

    /// <summary>Makes sure that this process may have as many. The runtime has raised the soft limit to the hard one.</summary>
    /// <exception cref="CliException">It may not; the message says what to do.</exception>
    public static unsafe void Require()
    {
        const int openFiles = 7; // RLIMIT_NOFILE
        var limits = stackalloc ulong[2];
        if (SystemCalls.GetLimits(openFiles, limits) != 0)
        {
            throw new CliException(
                ExitCode.Failed,
                $"could not read the limit of open files: "
                    + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}"
            );
        }

        if (*limits < Least)
        {
            throw new CliException(
                ExitCode.Failed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the agent may open {*limits} files at once, and needs {Least}: raise the limit (ulimit "
                        + $"-n {Least}; LimitNOFILE={Least} in a unit of systemd)"
                )
            );
        }
    }
}
