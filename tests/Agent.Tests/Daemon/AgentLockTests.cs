using System.Globalization;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class AgentLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_one_is_refused_and_told_the_pid()
    {
        var path = _directory.Combine("run", "test.lock");
        using var first = AgentLock.Take(path);

        var error = Should.Throw<CliException>(() => AgentLock.Take(path));

        error.ExitCode.ShouldBe(ExitCode.Failed);
        error.Message.ShouldContain($"(pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)})");
    }

    [Fact]
    public void A_lock_that_was_given_back_can_be_taken()
    {
        var path = _directory.Combine("test.lock");
        AgentLock.Take(path).Dispose();

        AgentLock.Take(path).Dispose();

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_lock_left_by_a_crash_can_be_taken()
    {
        var path = _directory.Write("test.lock", "4194304\n");

        using var own = AgentLock.Take(path);

        Should.Throw<CliException>(() => AgentLock.Take(path)).Message.ShouldContain($"pid {Environment.ProcessId}");
    }

    [Theory]
    [InlineData("apply --policies /nowhere")]
    [InlineData("gc")]
    [InlineData("uninstall")]
    public void Verbs_that_change_the_kernel_are_refused_while_it_is_held(string arguments)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        var ledger = $"test-{Environment.ProcessId}-{arguments.Length}";
        using var own = AgentLock.Take(RuntimePaths.Lock(ledger));

        var result = NeteditInProcess.Run([.. arguments.Split(' '), "--ledger", ledger]);

        File.Delete(RuntimePaths.Lock(ledger));
        result.ExitCode.ShouldBe(ExitCode.Failed);
        result.Error.ShouldContain($"(pid {Environment.ProcessId})");
    }
}
