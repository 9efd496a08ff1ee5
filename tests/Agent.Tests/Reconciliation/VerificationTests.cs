using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class VerificationTests
{
    private const string ChainObject = "chain";
    private static readonly BpfObject Object = new("o", () => [1, 2, 3]);
    private static readonly ChainStage Stage = new(
        "initial-cwnd",
        "bpf",
        new SockopsStage(Object, SockopsOperations.Established)
    );
    private static readonly DesiredAlgorithm Algorithm = new(
        "dctcp",
        "bpf",
        new CongestionControl(Object, "netedit_dctcp")
    );
    private static readonly DesiredChain Chain = new("/", 1, 42, [Stage]);
    private static readonly DesiredProfile Profile = new(
        42,
        [new ProfileEntry(0, "initial-cwnd", "web", [.. new byte[32]])]
    )
    {
        Id = 7,
    };
    private static readonly RuleTable Rules = new([], [new PrefixRule(42, Direction.Inbound, 0, IpPrefix.Any, 7)]);

    private static readonly Decision Decision = new(
        new DesiredState("r", [Chain], [Algorithm], [Profile], Rules),
        [
            new PolicyDecision(
                "web",
                "a.yaml:1",
                "/",
                PolicyState.Active,
                new Reason(ReasonCodes.None, ""),
                [Feature("initial-cwnd"), Feature("dctcp")]
            )
            {
                Scopes = ["/"],
            },
        ]
    );

    private static readonly ObservedState Whole = ObservedState.Empty with
    {
        SharedMaps = true,
        Chains = [new ObservedChain("/", 1, 42, DesiredDigest.OfChain(Chain, ChainObject), ["initial-cwnd"], 1, 1)],
        Algorithms = [new ObservedAlgorithm("netedit_dctcp", DesiredDigest.OfAlgorithm(Algorithm), 1, true)],
        Profiles = ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty.Add(7, Profile.Value),
        Rules = Rules,
    };

    [Fact]
    public void What_the_kernel_shows_is_active() =>
        Verification.Check(Decision, Whole, ChainObject, null).ShouldBe(Decision.Policies);

    [Fact]
    public void A_feature_whose_algorithm_is_missing_fails_and_the_other_goes_on()
    {
        var policy = Verification.Check(Decision, Whole with { Algorithms = [] }, ChainObject, "register: EPERM")[0];

        policy.State.ShouldBe(PolicyState.PartiallyActive);
        policy.Reason.ShouldBe(new Reason(ReasonCodes.KernelRefused, "register: EPERM"));
        policy.Features.Select(feature => feature.State).ShouldBe([PolicyState.Active, PolicyState.Failed]);
    }

    [Fact]
    public void Without_chain_rule_or_profile_nothing_is_active()
    {
        foreach (
            var observed in (ObservedState[])
                [
                    Whole with
                    {
                        Chains = [],
                    },
                    Whole with
                    {
                        Chains = [Whole.Chains[0] with { CgroupId = 2 }],
                    },
                    Whole with
                    {
                        Chains = [Whole.Chains[0] with { Digest = "old" }],
                    },
                    Whole with
                    {
                        Profiles = Whole.Profiles.Clear(),
                    },
                    Whole with
                    {
                        Profiles = Whole.Profiles.SetItem(7, [1, 2, 3]),
                    },
                    Whole with
                    {
                        Rules = RuleTable.Empty,
                    },
                ]
        )
        {
            Verification.Check(Decision, observed, ChainObject, null)[0].Features[0].State.ShouldBe(PolicyState.Failed);
        }
    }

    [Fact]
    public void Of_an_earlier_chain_that_goes_on_only_what_differs_is_missing()
    {
        var stage = new ChainStage("pacing", "bpf", new SockopsStage(Object, SockopsOperations.Established));
        var chain = new DesiredChain("/", 1, 43, [Stage, stage]);
        var profile = new DesiredProfile(
            43,
            [Profile.Entries[0], new ProfileEntry(1, "pacing", "web", [.. new byte[32]])]
        )
        {
            Id = 9,
        };
        var decision = new Decision(
            new DesiredState(
                "r",
                [chain],
                [],
                [profile],
                new RuleTable([], [new PrefixRule(43, Direction.Inbound, 0, IpPrefix.Any, 9)])
            ),
            [Decision.Policies[0] with { Features = [Feature("initial-cwnd"), Feature("pacing")] }]
        );

        var policy = Check(decision);
        policy.State.ShouldBe(PolicyState.PartiallyActive);
        policy.Features.Select(feature => feature.State).ShouldBe([PolicyState.Active, PolicyState.Failed]);
        policy.Reason.ShouldBe(new Reason(ReasonCodes.ChangedMeanwhile, "the chain of / runs without it"));

        // Other values, other connections, another policy's.
        var others = decision.Desired with
        {
            Profiles =
            [
                new DesiredProfile(43, [Profile.Entries[0] with { Parameters = [1, .. new byte[31]] }]) { Id = 9 },
            ],
        };
        Check(decision with { Desired = others })
            .Features[0]
            .Reasons[0]
            .Text.ShouldStartWith("the chain of / has the values of an older revision");
        others = decision.Desired with
        {
            Rules = new RuleTable([], [new PrefixRule(43, Direction.Outbound, 0, IpPrefix.Any, 9)]),
        };
        Check(decision with { Desired = others }).Features[0].State.ShouldBe(PolicyState.Failed);
        others = decision.Desired with
        {
            Profiles = [new DesiredProfile(43, [Profile.Entries[0] with { Policy = "other" }]) { Id = 9 }],
        };
        Check(decision with { Desired = others, Policies = [decision.Policies[0] with { Policy = "other" }] })
            .Features[0]
            .State.ShouldBe(PolicyState.Failed);

        static PolicyDecision Check(Decision decision) =>
            Verification.Check(decision, Whole, ChainObject, null).Single();
    }

    [Fact]
    public void An_algorithm_that_is_not_registered_and_that_no_chain_asks_for_is_as_if_the_kernel_had_refused_it()
    {
        var rejection = Planner.Unregistered(Decision.Desired, Whole with { Algorithms = [] }).ShouldHaveSingleItem();
        (rejection.Feature, rejection.Variant, rejection.Reason).ShouldBe(
            ("dctcp", "bpf", "the congestion control netedit_dctcp is not registered")
        );
        Planner.Unregistered(Decision.Desired, Whole).ShouldBeEmpty();
        Planner
            .Unregistered(
                Decision.Desired,
                Whole with
                {
                    Algorithms = [],
                    Chains = [Whole.Chains[0] with { Features = ["dctcp"] }],
                }
            )
            .ShouldBeEmpty("somebody took it away, and the pass to come mends it");
    }

    [Fact]
    public void Rules_of_other_chains_do_not_matter()
    {
        var observed = Whole with
        {
            Rules = new RuleTable([], [.. Rules.Prefixes, new PrefixRule(43, Direction.Inbound, 0, IpPrefix.Any, 8)]),
        };

        Verification.Check(Decision, observed, ChainObject, null).ShouldBe(Decision.Policies);
    }

    [Fact]
    public void A_sysctl_is_in_force_missing_or_somebody_elses()
    {
        var key = new SysctlKey(7, "net.core.queue");
        var decision = new Decision(
            DesiredState.Empty with
            {
                Sysctls = [new DesiredSysctl(key, "9", "sysctl", "web")],
            },
            [
                new PolicyDecision(
                    "web",
                    "a.yaml:1",
                    "/",
                    PolicyState.Active,
                    new Reason(ReasonCodes.None, ""),
                    [Feature("sysctl")]
                )
                {
                    Scopes = ["/"],
                },
            ]
        );
        var there = new ObservedSysctl(key, "9", "4", "9")
        {
            Feature = "sysctl",
            Policy = "web",
            Before = "9",
        };

        Check(there).State.ShouldBe(PolicyState.Active);
        Check(there with { Paused = true, Current = "4", Before = "4" }).State.ShouldBe(PolicyState.Active);
        Check().Reason.ShouldBe(new Reason(ReasonCodes.ChangedMeanwhile, "sysctl net.core.queue is not 9"));
        Check(there with { Current = "4" }).State.ShouldBe(PolicyState.Failed);
        Check(there with { Value = "8", Current = "77" })
            .State.ShouldBe(PolicyState.Failed, "it was to be set over what somebody else set");

        var foreign = Check(there with { Current = "77" });
        foreign.State.ShouldBe(PolicyState.Degraded);
        foreign.Features.Single().State.ShouldBe(PolicyState.Degraded);
        foreign.Reason.ShouldBe(
            new Reason(
                ReasonCodes.ChangedByOthers,
                "sysctl: net.core.queue is 77, set by somebody else, and stays so; the policy wants 9, and 4 "
                    + "was there before: set it to one of them, or: netedit retry sysctl"
            )
        );

        PolicyDecision Check(params ObservedSysctl[] sysctls) =>
            Verification
                .Check(decision, ObservedState.Empty with { Sysctls = [.. sysctls] }, ChainObject, null)
                .Single();
    }

    private static FeatureDecision Feature(string name) => new(name, PolicyState.Active, "bpf", "", [], []);
}
