using System.Collections.Immutable;
using NetEdit.Agent.Reconciliation;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class DriftTests
{
    private const string ChainObject = "chain";
    private static readonly ChainStage Stage = new(
        "initial-cwnd",
        "bpf",
        new SockopsStage(new BpfObject("o", () => [1]), SockopsOperations.Established)
    );
    private static readonly DesiredChain Chain = new("/web", 7, 42, [Stage]);
    private static readonly DesiredProfile Profile = new(
        42,
        [new ProfileEntry(0, "initial-cwnd", "web", [.. new byte[32]])]
    )
    {
        Id = 9,
    };
    private static readonly ImmutableDictionary<string, ulong> Cgroups = ImmutableDictionary<string, ulong>
        .Empty.Add("/", 1)
        .Add("/web", 7);

    private static readonly ImmutableDictionary<string, int> Interfaces = ImmutableDictionary<string, int>.Empty.Add(
        "eth0",
        3
    );
    private static readonly DesiredAttachment Shaper = new(
        "shaper",
        "bpf",
        new AttachedProgram(new BpfObject("s", () => [2]), Hook.TrafficEgress),
        "eth0",
        3,
        "web",
        [.. new byte[32]]
    );
    private static readonly ObservedAttachment Shaping = new(
        Shaper.Key,
        3,
        DesiredDigest.OfAttachment(Shaper.Program),
        "tcx",
        5
    )
    {
        Policy = "web",
        Parameters = Shaper.Parameters,
    };

    private static readonly ReconcileReport LastWithProgram = new()
    {
        Trigger = "test",
        StartedAt = DateTimeOffset.UnixEpoch,
        Result = ReconcileResult.Changed,
        Desired = DesiredState.Empty with { Attachments = [Shaper] },
        Policies =
        [
            new PolicyDecision(
                "web",
                "a.yaml:1",
                "/",
                PolicyState.Active,
                new Reason(ReasonCodes.None, ""),
                [new FeatureDecision("shaper", PolicyState.Active, "bpf", "", [], [])]
            ),
        ],
    };

    private static readonly ReconcileReport Last = new()
    {
        Trigger = "test",
        StartedAt = DateTimeOffset.UnixEpoch,
        Result = ReconcileResult.Changed,
        Desired = new DesiredState("r", [Chain], [], [Profile], RuleTable.Empty),
        Policies =
        [
            new PolicyDecision(
                "web",
                "a.yaml:1",
                "/web",
                PolicyState.Active,
                new Reason(ReasonCodes.None, ""),
                [new FeatureDecision("initial-cwnd", PolicyState.Active, "bpf", "", [], [])]
            )
            {
                Scopes = ["/web"],
            },
        ],
    };

    private static readonly ObservedState Whole = ObservedState.Empty with
    {
        SharedMaps = true,
        Chains = [new ObservedChain("/web", 7, 42, DesiredDigest.OfChain(Chain, ChainObject), ["initial-cwnd"], 1, 1)],
        Profiles = ImmutableSortedDictionary<ulong, ImmutableArray<byte>>.Empty.Add(9, Profile.Value),
    };

    [Fact]
    public void What_is_whole_has_not_drifted() => Find(Last, Whole).ShouldBeEmpty();

    [Fact]
    public void A_chain_that_is_gone_detached_or_replaced_is_found_once_per_feature()
    {
        DriftItem[] expected = [new("initial-cwnd", "the chain of /web is not attached")];

        Find(Last, Whole with { Chains = [] }).ShouldBe(expected);
        Find(Last, Whole with { Chains = [Whole.Chains[0] with { CgroupId = 0 }] }).ShouldBe(expected);
        Find(Last, Whole with { Chains = [Whole.Chains[0] with { Digest = "another" }] }).ShouldBe(expected);
        Find(
                Last with
                {
                    Policies = [.. Last.Policies, Last.Policies[0] with { Policy = "more" }],
                },
                Whole with
                {
                    Chains = [],
                }
            )
            .ShouldBe(expected);
    }

    [Fact]
    public void Parameters_that_somebody_changed_are_found() =>
        Find(Last, Whole with { Profiles = Whole.Profiles.SetItem(9, [1]) })
            .ShouldBe([new DriftItem("initial-cwnd", "the parameters of web are not in the kernel")]);

    [Fact]
    public void A_cgroup_that_is_gone_or_was_made_anew_is_no_drift()
    {
        var gone = ObservedState.Empty;

        Drift.Find(Last, gone, Cgroups.Remove("/web"), Interfaces, ChainObject).ShouldBeEmpty();
        Drift.Find(Last, gone, Cgroups.SetItem("/web", 8), Interfaces, ChainObject).ShouldBeEmpty();
    }

    [Fact]
    public void A_program_that_is_gone_detached_replaced_or_has_other_parameters_is_found()
    {
        DriftItem[] expected =
        [
            new("shaper", "the program of shaper at tc/egress of eth0 is not attached with its parameters"),
        ];

        Find(LastWithProgram, ObservedState.Empty with { Attachments = [Shaping] }).ShouldBeEmpty();
        Find(LastWithProgram, ObservedState.Empty).ShouldBe(expected);
        Find(LastWithProgram, ObservedState.Empty with { Attachments = [Shaping with { TargetId = 0 }] })
            .ShouldBe(expected);
        Find(LastWithProgram, ObservedState.Empty with { Attachments = [Shaping with { Digest = "another" }] })
            .ShouldBe(expected);
        Find(LastWithProgram, ObservedState.Empty with { Attachments = [Shaping with { Parameters = [1] }] })
            .ShouldBe(expected);
    }

    [Fact]
    public void An_interface_that_is_gone_or_was_made_anew_is_no_drift()
    {
        Drift
            .Find(LastWithProgram, ObservedState.Empty, Cgroups, Interfaces.Remove("eth0"), ChainObject)
            .ShouldBeEmpty();
        Drift
            .Find(LastWithProgram, ObservedState.Empty, Cgroups, Interfaces.SetItem("eth0", 4), ChainObject)
            .ShouldBeEmpty();
    }

    [Fact]
    public void What_was_not_in_force_cannot_be_lost() =>
        Find(
                Last with
                {
                    Policies =
                    [
                        Last.Policies[0] with
                        {
                            Features = [Last.Policies[0].Features[0] with { State = PolicyState.Failed }],
                        },
                    ],
                },
                ObservedState.Empty
            )
            .ShouldBeEmpty();

    private static ImmutableArray<DriftItem> Find(ReconcileReport last, ObservedState observed) =>
        Drift.Find(last, observed, Cgroups, Interfaces, ChainObject);
}
