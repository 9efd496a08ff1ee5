using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

/// <summary>Two features that would set one thing of the same connections.</summary>
public sealed class KnobTests
{
    private static readonly ParameterSpec[] Sizes =
    [
        new("send", ParameterKind.Bytes, 1, 1 << 20, "A size."),
        new("receive", ParameterKind.Bytes, 1, 1 << 20, "A size."),
    ];

    private static readonly TestCatalog Catalog = new(
        Owner("alpha", Knob.CongestionControl, Knob.Ecn),
        Owner("beta", Knob.CongestionControl),
        Owner("gamma", Knob.Ecn),
        Owner("buffers", Knob.SendBuffer.For("send"), Knob.ReceiveBuffer.For("receive")),
        Owner("reads", Knob.ReceiveBuffer.For("receive"))
    );

    [Fact]
    public void One_policy_that_gives_both_is_refused_where_the_second_stands()
    {
        var result = World.Read(World.Yaml("p", tuning: "{ alpha: {}, beta: {} }"), Catalog);

        result
            .Errors.ShouldHaveSingleItem()
            .ToString()
            .ShouldBe(
                "p.yaml:6:24: spec.tuning.alpha and spec.tuning.beta both set TCP_CONGESTION on the same "
                    + "connections; keep only one of them"
            );
    }

    [Theory]
    [InlineData("{ alpha: {}, gamma: {} }")]
    [InlineData("{ buffers: { send: 1KiB }, reads: { receive: 1KiB } }")]
    public void What_they_share_or_do_not_set_with_these_values_is_no_matter(string tuning)
    {
        var decision = World.Decide(World.Set(Catalog, World.Yaml("p", tuning: tuning)), catalog: Catalog);

        decision.Of("p").State.ShouldBe(PolicyState.Active);
        decision.Desired.Profiles.ShouldHaveSingleItem().Entries.Length.ShouldBe(2);
    }

    [Fact]
    public void Of_two_policies_the_stronger_gives_its_own_and_the_other_is_told_by_whom()
    {
        var decision = Decide(
            World.Yaml("a", tuning: "{ alpha: {} }"),
            World.Yaml("b", "priority: 10", "{ beta: {} }")
        );

        decision.Of("b").State.ShouldBe(PolicyState.Active);
        decision.Of("a").State.ShouldBe(PolicyState.Conflict);
        decision
            .Of("a", "alpha")
            .Reasons[0]
            .Text.ShouldBe(
                "policy 'b' wins wherever it would apply (priority 10 over 0; beta and alpha both set TCP_CONGESTION)"
            );
        decision.Of("b", "beta").Contests.ShouldHaveSingleItem().Loser.ShouldBe("a");
        decision.Desired.Profiles.ShouldHaveSingleItem().Entries.ShouldHaveSingleItem().Feature.ShouldBe("beta");
    }

    [Fact]
    public void They_meet_only_where_their_connections_do()
    {
        var decision = Decide(
            World.Yaml("a", tuning: "{ alpha: {} }"),
            World.Yaml("b", "connections: [ { peers: [10.0.0.0/8] } ]", "{ beta: {} }")
        );

        decision.Policies.ShouldAllBe(policy => policy.State == PolicyState.Active);
        decision
            .Of("a", "alpha")
            .Contests.ShouldHaveSingleItem()
            .Rule.ShouldBe("longer prefix; beta and alpha both set TCP_CONGESTION");
        decision
            .Desired.Profiles.Select(profile => profile.Entries.ShouldHaveSingleItem().Feature)
            .Order()
            .ShouldBe(["alpha", "beta"]);
    }

    [Fact]
    public void What_lost_its_knob_takes_none_from_a_third()
    {
        var catalog = new TestCatalog(
            Owner("one", Knob.SendBuffer),
            Owner("two", Knob.SendBuffer, Knob.ReceiveBuffer),
            Owner("three", Knob.ReceiveBuffer)
        );
        var decision = World.Decide(
            World.Set(
                catalog,
                World.Yaml("a", "priority: 3", "{ one: {} }"),
                World.Yaml("b", "priority: 2", "{ two: {} }"),
                World.Yaml("c", "priority: 1", "{ three: {} }")
            ),
            catalog: catalog
        );

        decision
            .Desired.Profiles.ShouldHaveSingleItem()
            .Entries.Select(entry => entry.Feature)
            .ShouldBe(["one", "three"], ignoreOrder: true);
    }

    [Fact]
    public void A_wider_scopes_feature_returns_below_where_nothing_takes_its_knob()
    {
        var decision = Decide(
            World.Yaml("a", tuning: "{ alpha: {} }"),
            World.Yaml("b", "scope: { cgroup: /a }\nconnections: [ { ports: [80] } ]", "{ beta: {} }")
        );

        decision.Policies.ShouldAllBe(policy => policy.State == PolicyState.Active);
        var inner = decision.Desired.Chains.Single(chain => chain.Scope == "/a");
        decision
            .Desired.Profiles.Where(profile => profile.Chain == inner.Key)
            .Select(profile => profile.Entries.ShouldHaveSingleItem().Feature)
            .Order()
            .ShouldBe(["alpha", "beta"]);
    }

    [Theory]
    [InlineData("{ sized: { send: 1KiB } }", PolicyState.Active)]
    [InlineData("{ sized: { send: 1KiB, receive: 1KiB } }", PolicyState.Degraded)]
    public void A_lesser_variant_is_as_good_for_a_policy_that_gives_nothing_it_lacks(
        string tuning,
        PolicyState expected
    )
    {
        var sized = new TestFeature
        {
            Name = "sized",
            Parameters = Sizes,
            Variants =
            [
                new FeatureVariant("bpf", [CapabilityNames.StructOpsKfunc], [TestFeature.Stage("all")]),
                new FeatureVariant("no-receive", [], [TestFeature.Stage("some")]) { Without = ["receive"] },
            ],
        };
        var catalog = new TestCatalog(sized);
        var decision = World.Decide(
            World.Set(catalog, World.Yaml("p", tuning: tuning)),
            capabilities: World.Lacking(CapabilityNames.StructOpsKfunc),
            catalog: catalog
        );

        decision.Of("p").State.ShouldBe(expected);
        decision.Of("p", "sized").Variant.ShouldBe("no-receive");
    }

    [Fact]
    public void A_word_that_is_no_choice_is_refused_with_the_nearest()
    {
        var catalog = new TestCatalog(
            new TestFeature
            {
                Name = "chooser",
                Parameters = [ParameterSpec.OneOf("way", "A way.", "left", "right")],
                Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage("chooser")])],
            }
        );

        World
            .Read(World.Yaml("p", tuning: "{ chooser: { way: rigth } }"), catalog)
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("spec.tuning.chooser.way 'rigth' must be left or right; did you mean 'right'?");
        World
            .Decide(World.Set(catalog, World.Yaml("p", tuning: "{ chooser: { way: right } }")), catalog: catalog)
            .Of("p", "chooser")
            .Values.ShouldBe("way: right");
    }

    private static Decision Decide(params string[] policies) =>
        World.Decide(World.Set(Catalog, policies), catalog: Catalog);

    private static TestFeature Owner(string name, params Knob[] knobs) =>
        new()
        {
            Name = name,
            Parameters = Sizes,
            Knobs = knobs,
            Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage(name)])],
        };
}
