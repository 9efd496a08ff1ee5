using System.Collections.Immutable;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class EmptyingTests
{
    private static readonly PolicySnapshot Source = PolicySnapshot.None with
    {
        Origin = "/etc/netedit/policies",
        NotRead =
        [
            new UnreadEntry("/etc/netedit/policies/web.txt", "not read; its name ends neither in .yaml nor in .yml"),
        ],
    };

    private static readonly ObservedState InForce = ObservedState.Empty with
    {
        Chains = [new ObservedChain("/web.slice", 7, 1, "digest", ["ecn", "pacing"], 1, 1)],
        Sysctls = [new ObservedSysctl(new SysctlKey(1, "net.core.somaxconn"), "8192", "4096", "8192")],
    };

    [Fact]
    public void A_pass_that_would_remove_all_that_is_in_force_is_refused_and_says_what_that_is() =>
        Emptying
            .Refusal(Source, PolicySet.Empty, InForce, ["db", "web"])
            .ShouldBe(
                "no policy files in /etc/netedit/policies (1 ignored: web.txt: not read; its name ends neither in "
                    + ".yaml nor in .yml), but policies db, web are in force; that would remove the chain of "
                    + "/web.slice (ecn, pacing), sysctl net.core.somaxconn = 8192; if it is meant, add --allow-empty"
            );

    [Fact]
    public void Features_that_are_gone_count_like_policies_that_are_gone()
    {
        Emptying
            .Refusal(Source with { NotRead = [] }, Naming("ecn", installed: false), InForce, [])
            .ShouldBe(
                "none of the features that 1 policy in /etc/netedit/policies names is installed, but tuning of NetEdit "
                    + "is in force; that would remove the chain of /web.slice (ecn, pacing), "
                    + "sysctl net.core.somaxconn = 8192; if it is meant, add --allow-empty"
            );
        Emptying.Refusal(Source, Naming("ecn", installed: true), InForce, []).ShouldBeNull();
    }

    [Fact]
    public void Where_nothing_is_in_force_nothing_is_refused()
    {
        Emptying.Refusal(Source, PolicySet.Empty, ObservedState.Empty, ["web"]).ShouldBeNull();
        Emptying
            .Refusal(
                Source,
                PolicySet.Empty,
                ObservedState.Empty with
                {
                    Chains = [InForce.Chains[0] with { CgroupId = 0 }],
                },
                ["web"]
            )
            .ShouldBeNull("its cgroup is gone");
    }

    [Fact]
    public void An_agent_says_which_policies_stay() =>
        Emptying
            .Staying(Source with { Set = Naming("ecn", installed: true), NotRead = [] }, PolicySet.Empty)
            .ShouldBe(
                "no policy files in /etc/netedit/policies; the last good revision, r, stays in force (policy web); to "
                    + "remove it: netedit apply --policies /etc/netedit/policies --allow-empty"
            );

    private static PolicySet Naming(string feature, bool installed) =>
        new(
            "r",
            [
                new Policy
                {
                    Name = "web",
                    Tuning = ImmutableSortedDictionary<string, ParameterValues?>.Empty.Add(
                        feature,
                        installed ? ParameterValues.Empty : null
                    ),
                },
            ]
        );
}
