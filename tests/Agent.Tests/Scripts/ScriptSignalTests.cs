using System.Diagnostics;
using System.Globalization;

namespace NetEdit.Agent.Tests.Scripts;

/// <summary>A signal to a script of this repository ends all that it has started (eng/common.sh), and nobody else.</summary>
public sealed class ScriptSignalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("TERM", 15, "step waiting \"$1/log\"")]
    [InlineData("HUP", 1, "step waiting \"$1/log\"")]
    [InlineData("TERM", 15, "beside waiting")]
    public void A_signal_ends_the_script_and_all_that_it_started(string signal, int number, string how)
    {
        // A child and a grandchild, which ends last: it undoes what it holds.
        _directory.Write(
            "tree.sh",
            "echo $$ >\"$1/child\"; bash -c 'trap \"sleep 0.3; echo undone >$1/undone; exit\" TERM; echo $$ "
                + ">$1/grandchild; while :; do sleep 0.1; done' x \"$1\" & wait"
        );
        using var script = Start(
            $"make_temporary; echo $temporary >\"$1/temporary\"; {how} bash \"$1/tree.sh\" \"$1\""
        );
        Eventually.True(
            () => File.Exists(At("grandchild")) && File.ReadAllText(At("grandchild")).EndsWith('\n'),
            "it did not start"
        );

        Kill(signal, script.Id);

        script.WaitForExit(Limit).ShouldBeTrue();
        script.ExitCode.ShouldBe(128 + number);
        File.Exists(At("undone")).ShouldBeTrue("it did not wait for what it ended");
        IsRunning("child").ShouldBeFalse();
        IsRunning("grandchild").ShouldBeFalse();
        Directory.Exists(File.ReadAllText(At("temporary")).Trim()).ShouldBeFalse();
    }

    [Fact]
    public void What_does_not_end_is_killed_after_a_while()
    {
        _directory.Write("stubborn.sh", "trap '' TERM; echo $$ >\"$1/grandchild\"; while :; do sleep 0.1; done");
        using var script = Start("group_patience=1; beside waiting bash \"$1/stubborn.sh\" \"$1\"");
        Eventually.True(
            () => File.Exists(At("grandchild")) && File.ReadAllText(At("grandchild")).EndsWith('\n'),
            "it did not start"
        );

        Kill("TERM", script.Id);

        script.WaitForExit(Limit).ShouldBeTrue();
        IsRunning("grandchild").ShouldBeFalse();
    }

    private Process Start(string commands)
    {
        _directory.Write("script.sh", $"set -euo pipefail\n. '{Repository.Root}/eng/common.sh'\n{commands}\n");
        return Process.Start(
            new ProcessStartInfo("bash", [At("script.sh"), _directory.Path]) { UseShellExecute = false }
        )!;
    }

    private static void Kill(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private string At(string name) => Path.Combine(_directory.Path, name);

    private bool IsRunning(string name) => Directory.Exists($"/proc/{File.ReadAllText(At(name)).Trim()}");
}
