using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Planning;

/// <summary>Sysctls: what is set, what is somebody else's, and what comes back.</summary>
public sealed class SysctlPlanningTests
{
    private const string Digest = "the chain object";
    private static readonly SysctlKey Key = new(7, "net.core.queue");
    private static readonly DesiredSysctl Wanted = new(Key, "9", "sysctl", "a");
    private static readonly ObservedSysctl There = new(Key, "9", "4", "9")
    {
        Feature = "sysctl",
        Policy = "a",
        Before = "9",
    };

    [Fact]
    public void WhatIsAsItShouldBeIsLeftAlone() => Plan(Wanted, There).ShouldBeEmpty();

    [Fact]
    public void WhatIsNotThereIsSet() => Plan(Wanted).ShouldBe(["SetSysctl: policy a asks for it"]);

    [Fact]
    public void WhatACrashLeftHalfDoneIsGoneOnWith()
    {
        Plan(Wanted, There with { Current = "4", Before = "4" })
            .ShouldBe(["SetSysctl: it is 4"], "the journal was written, the sysctl was not");
        Plan(Wanted, There with { Before = "4" })
            .ShouldBe(["SetSysctl: a change of it was interrupted"], "the sysctl was written, the journal not again");
        Plan(Wanted, There with { Current = "5", Before = "5" })
            .ShouldBe(["SetSysctl: it is 5"], "5 was ours before: the policy's value had changed");
    }

    [Fact]
    public void SomebodyBackAtTheOriginalHandsItToUs() =>
        Plan(Wanted, There with { Current = "4" }).ShouldBe(["SetSysctl: it is 4"]);

    [Fact]
    public void WhatSomebodyElseSetStays()
    {
        var foreign = There with { Current = "77" };
        Plan(Wanted, foreign).ShouldBeEmpty();
        Plan(Wanted with { Policy = "b" }, foreign).ShouldBeEmpty();
        Plan([PauseTarget.Everything], Wanted, foreign).ShouldBeEmpty();
        Plan(null, foreign)
            .ShouldBe(["ForgetSysctl: no policy in force asks for it; somebody else set it to 77, and that stays"]);
        Plan(Wanted with { Value = "10" }, foreign)
            .ShouldBe(["SetSysctl: policy a gives another value than 9; somebody else had set 77"]);
    }

    [Fact]
    public void WhatNoPolicyAsksForIsRestored()
    {
        Plan(null, There).ShouldBe(["RestoreSysctl: no policy in force asks for it"]);
        Plan(null, There with { Current = "4", Before = "4" })
            .ShouldBe(["RestoreSysctl: no policy in force asks for it"]);
        Plan(null, There with { Current = null }).ShouldBe(["ForgetSysctl: it is there no longer"]);
        Plan(Wanted with { Key = new SysctlKey(8, Key.Name) }, There)
            .ShouldBe(
                ["SetSysctl: policy a asks for it", "RestoreSysctl: no policy in force asks for it"],
                "the agent is in another namespace now"
            );
    }

    [Fact]
    public void AChangedValueOrPolicyIsWritten()
    {
        Plan(Wanted with { Value = "10" }, There).ShouldBe(["SetSysctl: policy a gives another value than 9"]);
        Plan(Wanted with { Policy = "b" }, There).ShouldBe(["SetSysctl: policy b asks for it now"]);
    }

    [Fact]
    public void PausedItHasItsOriginalValue()
    {
        var paused = There with { Paused = true, Current = "4", Before = "4" };
        Plan([PauseTarget.Feature("sysctl")], Wanted, There).ShouldBe(["SetSysctl: what is paused changed"]);
        Plan([PauseTarget.Policy("a")], Wanted, paused).ShouldBeEmpty();
        Plan(Wanted, paused).ShouldBe(["SetSysctl: what is paused changed"]);
        Plan(null, paused).ShouldBe(["RestoreSysctl: no policy in force asks for it"]);
    }

    [Fact]
    public void WhatFailedIsLeftAsItIs()
    {
        var desired = DesiredState.Empty with
        {
            Sysctls = [Wanted, Wanted with { Key = new SysctlKey(7, "net.core.other"), Policy = "b" }],
        };

        Planner
            .Plan(desired, ObservedState.Empty, Digest, new HashSet<ChangeTarget> { Wanted.Group })
            .Actions.Cast<SetSysctl>()
            .Single()
            .Sysctl.Policy.ShouldBe("b");
        Planner
            .Plan(
                DesiredState.Empty,
                ObservedState.Empty with
                {
                    Sysctls = [There],
                },
                Digest,
                new HashSet<ChangeTarget> { new SysctlTarget(Key) }
            )
            .IsEmpty.ShouldBeTrue();
        Planner
            .Plan(
                desired,
                ObservedState.Empty with
                {
                    Sysctls = [There with { Policy = "before" }],
                },
                Digest,
                new HashSet<ChangeTarget> { Wanted.Group }
            )
            .Actions.OfType<RestoreSysctl>()
            .ShouldBeEmpty("its successor could not be set, and it stays");
    }

    [Fact]
    public void AnUninstallRestoresAll() =>
        Planner
            .Uninstall(
                ObservedState.Empty with
                {
                    Sysctls = [There, There with { Key = new SysctlKey(7, "net.core.x"), Current = "1" }],
                },
                Digest
            )
            .Actions.Select(action => action.GetType().Name)
            .ShouldBe(["RestoreSysctl", "ForgetSysctl"]);

    private static IEnumerable<string> Plan(DesiredSysctl? wanted, params ObservedSysctl[] there) =>
        Plan([], wanted, there);

    private static IEnumerable<string> Plan(string[] pauses, DesiredSysctl? wanted, params ObservedSysctl[] there) =>
        Planner
            .Plan(
                DesiredState.Empty with
                {
                    Sysctls = wanted is null ? [] : [wanted],
                    Pauses = [.. pauses],
                },
                ObservedState.Empty with
                {
                    Sysctls = [.. there],
                },
                Digest
            )
            .Actions.Select(action => $"{action.GetType().Name}: {action.Why}");
}
