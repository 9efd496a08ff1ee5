using System.Diagnostics;
using NetEdit.Agent.Cli;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class DescriptorLimitTests
{
    [Fact]
    public async Task With_too_few_descriptors_the_agent_says_so_and_ends_before_it_touches_the_kernel()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "netedit.dll");
        using var agent = Process.Start(
            new ProcessStartInfo(
                "bash",
                [
                    "-c",
                    "ulimit -n 90; exec dotnet \"$1\" agent --policies /etc/hostname --ledger ne-descriptors",
                    "bash",
                    program,
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;

        var said = await agent.StandardError.ReadToEndAsync();
        await agent.WaitForExitAsync();

        said.ShouldBe(
            "netedit: the agent may open 90 files at once, and needs 256: raise the limit (ulimit -n 256; "
                + "LimitNOFILE=256 in a unit of systemd)\n"
        );
        agent.ExitCode.ShouldBe(ExitCode.Failed);
    }
}
