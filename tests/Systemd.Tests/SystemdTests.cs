namespace NetEdit.Systemd.Tests;

/// <summary>The package on a host under systemd, in a guest: what an administrator does from the installation to the purge, one test a step.</summary>
public sealed class SystemdTests(ScriptRuns runs) : IClassFixture<ScriptRuns>
{
    public static TheoryData<string, string> Steps =>
        [
            .. from kernel in ScriptRuns.Kernels
            from step in Script.Steps
            select new TheoryDataRow<string, string>(kernel, step.Name),
        ];

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_package_serves_a_host_under_systemd(string kernel, string step) =>
        runs.Failure(kernel, step).ShouldBeNull();
}
