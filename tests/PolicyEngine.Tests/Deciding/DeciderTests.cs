using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class DeciderTests
{
    [Fact]
    public void APolicyInForceAsWrittenIsActive()
    {
        var decision = World.Decide(World.Yaml("a", "", "{ receive-window: { clamp: 4096KiB, initial: 256KiB } }"));

        decision
            .Of("a")
            .ShouldSatisfyAllConditions(
                policy => policy.State.ShouldBe(PolicyState.Active),
                policy => policy.Reason.Code.ShouldBe(ReasonCodes.None),
                policy => policy.Scope.ShouldBe("/"),
                policy => policy.Source.ShouldBe("p.yaml:2")
            );
        decision
            .Of("a", "receive-window")
            .ShouldSatisfyAllConditions(
                feature => feature.Variant.ShouldBe("bpf"),
                feature => feature.Values.ShouldBe("initial: 256KiB, clamp: 4MiB"),
                feature => feature.Reasons.ShouldBeEmpty(),
                feature => feature.Contests.ShouldBeEmpty()
            );
        var chain = decision.Desired.Chains.Single();
        chain.Scope.ShouldBe("/");
        chain.CgroupId.ShouldBe(World.Host.Cgroups["/"]);
        chain.Key.ShouldBe(Identity.ChainKey("/", chain.Stages));
        var profile = decision.Desired.Profiles.Single();
        profile.Id.ShouldBe(Identity.ProfileId(profile));
        profile.Entries.Single().Parameters.Length.ShouldBe(FeatureLimits.ParameterBytes);
        BitConverter.ToInt64([.. profile.Entries.Single().Parameters.AsSpan(8, 8)]).ShouldBe(4 << 20);
        decision.Desired.Rules.Prefixes.ShouldBe([
            new PrefixRule(chain.Key, Direction.Outbound, 0, IpPrefix.Any, profile.Id),
            new PrefixRule(chain.Key, Direction.Inbound, 0, IpPrefix.Any, profile.Id),
        ]);
        decision.Desired.Revision.ShouldNotBeEmpty();
    }

    /// <summary>A file of 1 MiB with a port per entry took 147 s: each port was a class, and all classes had one hash.</summary>
    [Fact]
    public void PortsOfOnePolicyThatDifferInNothingElseAreOneClass()
    {
        const int Entries = 45_000;
        var yaml = new StringBuilder(
            "apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: { name: a }\nspec:\n  connections:\n"
        );
        for (var number = 0; number < Entries; number++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{ports: [{1 + number}]}}\n");
        }

        var text = yaml.Append("  tuning: { initial-cwnd: { segments: 40 } }\n").ToString();
        text.Length.ShouldBeLessThan(PolicyLimits.FileBytes);

        var decision = World.Decide(text);

        decision.Of("a").State.ShouldBe(PolicyState.Active);
        decision
            .Desired.Rules.Ports.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                range => range.First.ShouldBe((ushort)1),
                range => range.Last.ShouldBe((ushort)Entries)
            );
        decision.Desired.Rules.Prefixes.Length.ShouldBe(2);
    }

    [Fact]
    public void NoPoliciesDesireNothing()
    {
        var desired = World.Decide(World.Set("")).Desired;

        desired.Chains.ShouldBeEmpty();
        desired.Profiles.ShouldBeEmpty();
        desired.Rules.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void APolicyWaitsForItsCgroup()
    {
        var set = World.Set(World.Yaml("a", "scope: { cgroup: /later }"));
        var before = World.Decide(set);
        var after = World.Decide(set, World.Host with { Cgroups = World.Cgroups("/", "/later") });

        before.Of("a").State.ShouldBe(PolicyState.Waiting);
        before.Of("a").Reason.ShouldBe(new Reason(ReasonCodes.ScopeAbsent, "cgroup /later does not exist yet"));
        before.Of("a", "initial-cwnd").State.ShouldBe(PolicyState.Waiting);
        before.Desired.Chains.ShouldBeEmpty();
        after.Of("a").State.ShouldBe(PolicyState.Active);
        after
            .Desired.Chains.Single()
            .ShouldSatisfyAllConditions(chain => chain.Scope.ShouldBe("/later"), chain => chain.CgroupId.ShouldBe(2ul));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    public void WithoutCgroup2NothingIsSupported(string scope)
    {
        var set = World.Set(World.Yaml("a", $"scope: {{ cgroup: {scope} }}"));
        var host = World.Host with { Cgroups = ImmutableSortedDictionary<string, ulong>.Empty };
        var missing = World.Decide(set, host, World.Lacking(CapabilityNames.Cgroup2)).Of("a");
        var unfound = World.Decide(set, host).Of("a");

        missing.State.ShouldBe(PolicyState.Unsupported);
        missing.Reason.Code.ShouldBe(ReasonCodes.CapabilityMissing);
        missing.Reason.Text.ShouldEndWith("needs cgroup2: the probe of cgroup2 failed");
        unfound.State.ShouldBe(PolicyState.Unsupported);
        unfound.Reason.Code.ShouldBe(ReasonCodes.CapabilityUnknown);
        unfound.Reason.Text.ShouldEndWith("needs cgroup2: the root of its hierarchy was not found");
    }

    [Fact]
    public void AFeatureThatIsNotInstalledLeavesTheOthersInForce()
    {
        var decision = World.Decide(
            World.Yaml("a", "", "{ initial-cwnd: { segments: 3 }, initial-cwmd: {}, warp-drive: {} }")
        );

        decision.Of("a").State.ShouldBe(PolicyState.PartiallyActive);
        decision
            .Of("a")
            .Reason.ShouldBe(
                new Reason(
                    ReasonCodes.FeatureNotInstalled,
                    "initial-cwmd: no feature 'initial-cwmd' is installed; did you mean 'initial-cwnd'?"
                )
            );
        decision.Of("a", "initial-cwnd").State.ShouldBe(PolicyState.Active);
        decision
            .Of("a", "warp-drive")
            .ShouldSatisfyAllConditions(
                feature => feature.State.ShouldBe(PolicyState.Unsupported),
                feature =>
                    feature
                        .Reasons.Single()
                        .Text.ShouldBe("no feature 'warp-drive' is installed; netedit features lists those that are")
            );
        decision.Desired.Chains.Single().Stages.Select(stage => stage.Feature).ShouldBe(["initial-cwnd"]);
    }

    [Fact]
    public void ALesserVariantMakesAPolicyDegraded()
    {
        var decision = World.Decide(
            World.Set(World.Yaml("a", "", "{ receive-window: {} }")),
            capabilities: World.Lacking(CapabilityNames.StructOpsKfunc)
        );

        decision.Of("a").State.ShouldBe(PolicyState.Degraded);
        decision
            .Of("a", "receive-window")
            .ShouldSatisfyAllConditions(
                feature => feature.Variant.ShouldBe("no-clamp"),
                feature =>
                    feature.Reasons.ShouldBe([
                        new Reason(ReasonCodes.LesserVariant, "uses variant 'no-clamp' instead of 'bpf'"),
                        new Reason(
                            ReasonCodes.CapabilityMissing,
                            "variant 'bpf' needs kfunc-in-struct-ops: the probe of kfunc-in-struct-ops failed"
                        ),
                    ])
            );
    }

    [Fact]
    public void WithNoVariantLeftAFeatureIsUnsupported()
    {
        var decision = World.Decide(
            World.Set(World.Yaml("a", "", "{ dctcp: {}, initial-cwnd: { segments: 1 } }")),
            capabilities: World.Lacking(CapabilityNames.StructOps)
        );

        decision.Of("a").State.ShouldBe(PolicyState.PartiallyActive);
        decision
            .Of("a", "dctcp")
            .ShouldSatisfyAllConditions(
                feature => feature.State.ShouldBe(PolicyState.Unsupported),
                feature => feature.Variant.ShouldBeNull(),
                feature =>
                    feature
                        .Reasons.Select(reason => reason.Code)
                        .ShouldBe([ReasonCodes.CapabilityMissing, ReasonCodes.CapabilityMissing]),
                feature =>
                    feature.Reasons[0].Text.ShouldBe("variant 'kfunc' needs struct-ops: the probe of struct-ops failed")
            );
        decision.Desired.Algorithms.ShouldBeEmpty();
    }

    [Fact]
    public void ACapabilityThatWasNotProbedIsMissing()
    {
        var decision = World.Decide(World.Set(World.Yaml("a")), capabilities: new CapabilityReport("", []));

        decision.Of("a").State.ShouldBe(PolicyState.Unsupported);
        decision.Of("a").Reason.Text.ShouldContain("needs cgroup2, which was not probed");
    }

    [Fact]
    public void ARefusedProgramIsNotTriedAgain()
    {
        var set = World.Set(World.Yaml("a", "", "{ dctcp: {} }"));
        var kfunc = new Rejection(
            "dctcp",
            "kfunc",
            TestFeature.Control("ne_dctcp", "dctcp-kfunc").Object.Digest,
            "load: EINVAL"
        );
        var portable = new Rejection(
            "dctcp",
            "portable",
            TestFeature.Control("ne_dctcp", "dctcp-portable").Object.Digest,
            "load: E2BIG"
        );
        var older = kfunc with { Digest = TestFeature.Control("ne_dctcp", "an older build").Object.Digest };

        World.Decide(set, rejections: older).Of("a").State.ShouldBe(PolicyState.Active);
        var lesser = World.Decide(set, rejections: kfunc).Of("a", "dctcp");
        lesser.State.ShouldBe(PolicyState.Degraded);
        lesser.Variant.ShouldBe("portable");
        lesser
            .Reasons[1]
            .ShouldBe(new Reason(ReasonCodes.KernelRefused, "variant 'kfunc' was refused before: load: EINVAL"));
        var failed = World.Decide(set, rejections: [kfunc, portable]);
        failed.Of("a").State.ShouldBe(PolicyState.Failed);
        failed.Of("a").Reason.Code.ShouldBe(ReasonCodes.KernelRefused);
        failed.Desired.Chains.ShouldBeEmpty();
        World
            .Decide(set, capabilities: World.Lacking(CapabilityNames.StructOpsKfunc), rejections: portable)
            .Of("a")
            .State.ShouldBe(PolicyState.Failed);
    }

    [Fact]
    public void WhatFailedInAnEarlierPassIsQuarantined()
    {
        var set = World.Set(World.Yaml("a", "", "{ dctcp: {} }"));
        var kfunc = new Rejection(
            "dctcp",
            "kfunc",
            TestFeature.Control("ne_dctcp", "dctcp-kfunc").Object.Digest,
            "load: EINVAL"
        )
        {
            Remembered = true,
        };
        var portable = new Rejection(
            "dctcp",
            "portable",
            TestFeature.Control("ne_dctcp", "dctcp-portable").Object.Digest,
            "load: E2BIG"
        )
        {
            Remembered = true,
        };

        var lesser = World.Decide(set, rejections: kfunc).Of("a", "dctcp");
        lesser.State.ShouldBe(PolicyState.Degraded);
        lesser
            .Reasons[1]
            .ShouldBe(
                new Reason(
                    ReasonCodes.Quarantined,
                    "variant 'kfunc' is not tried again until it or the kernel changes, or by: netedit retry "
                        + "dctcp; load: EINVAL"
                )
            );
        var quarantined = World.Decide(set, rejections: [kfunc, portable]);
        quarantined.Of("a").State.ShouldBe(PolicyState.Quarantined);
        quarantined.Of("a").Reason.Code.ShouldBe(ReasonCodes.Quarantined);
        quarantined.Desired.Chains.ShouldBeEmpty();

        // One that is refused right now is told first.
        World
            .Decide(set, rejections: [kfunc, portable with { Remembered = false }])
            .Of("a")
            .State.ShouldBe(PolicyState.Failed);
    }

    [Fact]
    public void AValueTheHostCapsMakesAPolicyDegraded()
    {
        var host = World.Host with
        {
            Limits = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("net.core.rmem_max", 212_992L)]),
        };
        var feature = World
            .Decide(World.Set(World.Yaml("a", "", "{ receive-window: { buffer: 8MiB } }")), host)
            .Of("a", "receive-window");

        feature.State.ShouldBe(PolicyState.Degraded);
        feature.Variant.ShouldBe("bpf");
        feature.Reasons.ShouldBe([new Reason(ReasonCodes.ValueCapped, "buffer is capped by net.core.rmem_max")]);
    }

    [Fact]
    public void AValueThatCostsSomethingMakesAPolicyDegradedAndIsAWarningWithoutAHost()
    {
        var feature = new TestFeature
        {
            Name = "keepalive",
            Parameters = [new ParameterSpec("timeout", ParameterKind.Count, 1, 100, "A timeout.")],
            Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage("k")])],
            Cautioner = (values, beside) =>
                values.Number("timeout") < 10 ? [$"it is short, beside {string.Join(", ", beside.Keys)}"] : [],
        };
        var catalog = TestCatalog.Standard.With(feature);
        var set = World.Set(
            catalog,
            World.Yaml("a", "", "{ keepalive: { timeout: 5 }, initial-cwnd: { segments: 10 } }"),
            World.Yaml("b", "", "{ keepalive: { timeout: 50 } }")
        );

        PolicyCautions
            .Of(set, catalog)
            .ShouldBe([new PolicyCaution("p.yaml:6:13", "a", "keepalive", "it is short, beside initial-cwnd")]);
        var decision = World.Decide(set, catalog: catalog);
        decision.Of("a").State.ShouldBe(PolicyState.Degraded);
        decision
            .Of("a", "keepalive")
            .Reasons.ShouldBe([new Reason(ReasonCodes.ValueHarms, "it is short, beside initial-cwnd")]);
        decision.Of("b", "keepalive").Reasons.ShouldNotContain(reason => reason.Code == ReasonCodes.ValueHarms);
    }

    [Fact]
    public void AValueThatIsWorseThanNoneOnThisHostIsNotInTheProfile()
    {
        var feature = new TestFeature
        {
            Name = "buffers",
            Parameters =
            [
                new ParameterSpec("send", ParameterKind.Count, 1, 100, "One."),
                new ParameterSpec("receive", ParameterKind.Count, 1, 100, "The other."),
            ],
            Variants = [new FeatureVariant("bpf", [], [TestFeature.Stage("b")])],
            Fitter = (values, host) => host.Limits.ContainsKey("cap") ? values.Except("receive") : values,
            Reviewer = (_, host) => host.Limits.ContainsKey("cap") ? ["receive is left out"] : [],
        };
        var catalog = TestCatalog.Standard.With(feature);
        var set = World.Set(catalog, World.Yaml("a", "", "{ buffers: { send: 7, receive: 9 } }"));
        var capped = World.Decide(
            set,
            World.Host with
            {
                Limits = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("cap", 1L)]),
            },
            catalog: catalog
        );

        Block(capped)[..16].ShouldBe([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Block(World.Decide(set, catalog: catalog))[..16].ShouldBe([7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        capped.Of("a", "buffers").Reasons.ShouldBe([new Reason(ReasonCodes.ValueCapped, "receive is left out")]);
        capped.Of("a", "buffers").Values.ShouldBe("send: 7, receive: 9");

        static byte[] Block(Decision decision) => [.. decision.Desired.Profiles.Single().Entries.Single().Parameters];
    }

    [Theory]
    [InlineData("64KiB", PolicyState.Active, "")]
    [InlineData("65KiB", PolicyState.Degraded, "of initial: 65KiB this kernel gives 64KiB")]
    public void AVariantThatGivesLessIsAsGoodForWhoAsksForNoMore(string initial, PolicyState state, string lost)
    {
        var feature = new TestFeature
        {
            Name = "window",
            Parameters = [new ParameterSpec("initial", ParameterKind.Bytes, 1, 1 << 20, "The first window.")],
            Variants =
            [
                new FeatureVariant("bpf", [CapabilityNames.StructOpsKfunc], [TestFeature.Stage("w")]),
                new FeatureVariant("small", [], [TestFeature.Stage("w")])
                {
                    AtMost = ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("initial", 64L << 10)]),
                },
            ],
        };
        var catalog = TestCatalog.Standard.With(feature);
        var set = World.Set(catalog, World.Yaml("a", "", $"{{ window: {{ initial: {initial} }} }}"));

        var decided = World
            .Decide(set, capabilities: World.Lacking(CapabilityNames.StructOpsKfunc), catalog: catalog)
            .Of("a", "window");
        (decided.State, decided.Variant).ShouldBe((state, "small"));
        decided
            .Reasons.Select(reason => reason.Code)
            .ShouldBe(
                lost.Length == 0
                    ? []
                    : [ReasonCodes.ValueCapped, ReasonCodes.LesserVariant, ReasonCodes.CapabilityMissing]
            );
        decided.Reasons.Select(reason => reason.Text).FirstOrDefault("").ShouldBe(lost);
        World.Decide(set, catalog: catalog).Of("a", "window").State.ShouldBe(PolicyState.Active);
    }

    [Fact]
    public void AlgorithmsOfUsedFeaturesAreDesiredOnce()
    {
        var decision = World.Decide(
            World.Yaml("a", "", "{ dctcp: {}, algorithm-only: {} }"),
            World.Yaml("b", "priority: 2", "{ dctcp: {} }"),
            World.Yaml("c", "hosts: { labels: { role: db } }", "{ dctcp: {} }")
        );

        decision
            .Desired.Algorithms.Select(algorithm =>
                $"{algorithm.Feature} {algorithm.Variant} {algorithm.Program.Algorithm}"
            )
            .ShouldBe(["dctcp kfunc ne_dctcp", "algorithm-only bpf ne_only"]);
        decision.Of("a", "algorithm-only").State.ShouldBe(PolicyState.Active);
        decision.Desired.Profiles.SelectMany(profile => profile.Entries).ShouldAllBe(entry => entry.Feature == "dctcp");
    }

    [Fact]
    public void AFeatureThatIsAnAlgorithmAloneNeedsNoChain()
    {
        var desired = World.Decide(World.Yaml("a", "", "{ algorithm-only: {} }")).Desired;

        desired.Chains.ShouldBeEmpty();
        desired.Algorithms.ShouldHaveSingleItem();
    }

    [Fact]
    public void ANestedScopeMergesThePoliciesOfTheScopesAbove()
    {
        var decision = World.Decide(
            World.Yaml("host", "", "{ initial-cwnd: { segments: 10 } }"),
            World.Yaml("nested", "scope: { cgroup: /a/b }", "{ pacing: { burst: 1 } }"),
            World.Yaml("sibling", "scope: { cgroup: /ab }", "{ dctcp: {} }")
        );

        decision
            .Desired.Chains.Select(chain =>
                $"{chain.Scope}: {string.Join(' ', chain.Stages.Select(stage => stage.Feature))}"
            )
            .ShouldBe(["/: initial-cwnd", "/a/b: initial-cwnd pacing", "/ab: dctcp initial-cwnd"]);
    }

    [Fact]
    public void TheRulesOfPrecedenceAreTriedInOrder()
    {
        Rule("priority: 2", "scope: { cgroup: /a }\npriority: 1").ShouldBe("priority 2 over 1");
        Rule("scope: { cgroup: /a }", "connections: [ { peers: [10.1.2.3], ports: [80] } ]").ShouldBe("narrower scope");
        Rule("connections: [ { peers: [10.0.0.0/8] } ]", "connections: [ { peers: [\"::/0\"], ports: [80] } ]")
            .ShouldBe("longer prefix");
        Rule("connections: [ { ports: [80] } ]", "connections: [ { ports: [80-81] } ]").ShouldBe("narrower port range");
        Rule("connections: [ { ports: [1-65535] } ]", "").ShouldBe("narrower port range");
        Rule("", "").ShouldBe("name");
    }

    // The winner's name comes first only where nothing else decides.
    private static string Rule(string winner, string loser)
    {
        var name = winner.Length == 0 ? "a" : "z";
        var decision = World.Decide(World.Yaml(name, winner), World.Yaml("m", loser));
        var contest = decision.Of("m", "initial-cwnd").Contests.First();
        contest.Winner.ShouldBe(name);
        contest.Loser.ShouldBe("m");
        decision.Of(name, "initial-cwnd").Contests.ShouldContain(contest);
        return contest.Rule;
    }

    [Fact]
    public void AContestSaysWhere()
    {
        var decision = World.Decide(
            World.Yaml(
                "a",
                "scope: { cgroup: /a }\nconnections: [ { peers: [10.0.0.0/8], ports: [443, 8000-8999, 9100, "
                    + "9200] } ]\npriority: 1"
            ),
            World.Yaml("b", "connections: [ { peers: [10.1.0.0/16] } ]"),
            World.Yaml("c", "connections: [ { peers: [10.1.0.0/16] } ]")
        );

        decision
            .Of("b", "initial-cwnd")
            .Contests.ShouldBe([
                new Contest("a", "b", "priority 1 over 0", "scope /a, peers 10.1.0.0/16, ports 443, 8000-8999, 9100 …"),
                new Contest("b", "c", "name", "the whole host, peers 10.1.0.0/16"),
            ]);
    }

    [Fact]
    public void APolicyThatLosesEverywhereIsInConflict()
    {
        var decision = World.Decide(
            World.Yaml("a", "priority: 1"),
            World.Yaml("b", "connections: [ { ports: [80] } ]", "{ initial-cwnd: { segments: 5 } }")
        );

        decision.Of("a").State.ShouldBe(PolicyState.Active);
        decision.Of("b").State.ShouldBe(PolicyState.Conflict);
        decision
            .Of("b")
            .Reason.ShouldBe(
                new Reason(
                    ReasonCodes.Shadowed,
                    "initial-cwnd: policy 'a' wins wherever it would apply (priority 1 over 0)"
                )
            );
    }

    [Fact]
    public void APolicyIsInConflictWhenLongerPrefixesLeaveItNothing()
    {
        var decision = World.Decide(
            World.Yaml("all", "connections: [ { peers: [10.0.0.0/8] } ]"),
            World.Yaml("halves", "connections: [ { peers: [10.0.0.0/9, 10.128.0.0/9] } ]")
        );

        decision.Of("all").State.ShouldBe(PolicyState.Conflict);
        decision.Desired.Rules.Prefixes.ShouldAllBe(rule => rule.Peers.Length == 105);
    }

    [Fact]
    public void PortsTreatedAlikeShareAClass()
    {
        var rules = World.Decide(World.Yaml("a", "connections: [ { ports: [443, 8000-8999] } ]")).Desired.Rules;

        rules
            .Ports.Select(range => (range.First, range.Last, range.Class))
            .ShouldBe([((ushort)443, (ushort)443, (ushort)1), ((ushort)8000, (ushort)8999, (ushort)1)]);
        rules.Prefixes.Select(rule => rule.PortClass).ShouldBe([1, 1]);
    }

    [Fact]
    public void PortsWhereNarrownessTurnsAroundAreTwoClasses()
    {
        var decision = World.Decide(
            World.Yaml("a", "connections: [ { ports: [443, 8000-8999] } ]"),
            World.Yaml("b", "connections: [ { ports: [400-500, 8080] } ]")
        );

        Winner(443).ShouldBe("a");
        Winner(8080).ShouldBe("b");

        string Winner(ushort port) =>
            Lookup.Find(decision.Desired, new Connection("/", Generators.Prefix("10.0.0.1"), port, Direction.Inbound))[
                "initial-cwnd"
            ];
    }

    [Fact]
    public void AClassLeftWithoutPortsHasNoRules() =>
        World
            .Decide(World.Yaml("a", "connections: [ { ports: [1-65535] } ]"), World.Yaml("b"))
            .Desired.Rules.Prefixes.ShouldAllBe(rule => rule.PortClass == 1);

    [Fact]
    public void FeaturesBeyondTheSlotsOfAChainFail()
    {
        var names = Enumerable.Range(10, 17).Select(i => $"f{i}").ToArray();
        var catalog = new TestCatalog(names.Select(name => TestFeature.WithStage(name)));
        var set = World.Set(
            catalog,
            World.Yaml("most", "priority: 1", $"{{ {string.Join(": {}, ", names[1..])}: {{}} }}"),
            World.Yaml("last", "", "{ f10: {}, f11: {} }"),
            World.Yaml("elsewhere", "scope: { cgroup: /c }", "{ f10: {} }")
        );
        var decision = World.Decide(set, catalog: catalog);

        decision.Desired.Chains.ShouldAllBe(chain => chain.Stages.Length == DesiredChain.MostStages);
        decision.Of("most").State.ShouldBe(PolicyState.Active);
        decision.Of("last", "f10").State.ShouldBe(PolicyState.Failed);
        decision.Of("last", "f10").Reasons[0].Code.ShouldBe(ReasonCodes.TooLarge);
        decision
            .Of("last", "f10")
            .Reasons[0]
            .Text.ShouldBe("no slot: scope / (and 1 more) has 16 features of policies before it in precedence");
        decision.Of("last").State.ShouldBe(PolicyState.Failed);
        decision.Of("elsewhere").State.ShouldBe(PolicyState.Failed);
    }

    [Fact]
    public void AFeatureWithoutASlotInOneOfItsScopesIsPartlyInForce()
    {
        var names = Enumerable.Range(10, 16).Select(i => $"f{i}").ToArray();
        var catalog = new TestCatalog([
            .. names.Select(name => TestFeature.WithStage(name)),
            TestFeature.WithStage("extra"),
        ]);
        var set = World.Set(
            catalog,
            World.Yaml("full", "scope: { cgroup: /c }", $"{{ {string.Join(": {}, ", names)}: {{}} }}"),
            World.Yaml("host", "", "{ extra: {} }")
        );
        var decision = World.Decide(set, catalog: catalog);

        decision.Of("host").State.ShouldBe(PolicyState.PartiallyActive);
        decision
            .Of("host")
            .Reason.Text.ShouldBe("extra: no slot: scope /c has 16 features of policies before it in precedence");
        decision.Desired.Chains[0].Stages.Single().Feature.ShouldBe("extra");
    }

    [Fact]
    public void PoliciesBeyondTheRulesThatFitFailTheWeakestFirst()
    {
        // Every policy has a port of its own and 40 prefixes; the last two are for any port, so their prefixes count in each class.
        var policies = Enumerable
            .Range(0, 400)
            .Select(i =>
                World.Yaml(
                    $"p{i:d3}",
                    $"priority: {1000 - i}\nconnections: [ {{ peers: "
                        + $"[{string.Join(", ", Enumerable.Range(0, 100).Select(k => $"10.{i % 256}.{k}.0/24"))}], "
                        + $"ports: [{i + 1}] }} ]"
                )
            );
        var set = World.Set([
            .. policies,
            World.Yaml(
                "any",
                $"priority: -1\nconnections: [ {{ peers: "
                    + $"[{string.Join(", ", Enumerable.Range(0, 100).Select(k => $"172.16.{k}.0/24"))}] }} ]",
                "{ pacing: {} }"
            ),
        ]);
        var decision = World.Decide(set);

        decision.Desired.Rules.Prefixes.Length.ShouldBeInRange(60_000, PolicyLimits.Rules);
        var failed = decision.Policies.Where(policy => policy.State == PolicyState.Failed).ToList();
        failed.ShouldAllBe(policy => policy.Reason.Code == ReasonCodes.TooLarge);
        failed.Count.ShouldBe(401 - (PolicyLimits.Rules / 200));
        failed.ShouldContain(policy => policy.Policy == "any");
        failed
            .Select(policy => policy.Policy)
            .Order(StringComparer.Ordinal)
            .Skip(1)
            .ShouldBe(
                Enumerable.Range(PolicyLimits.Rules / 200, 400 - (PolicyLimits.Rules / 200)).Select(i => $"p{i:d3}")
            );
    }

    [Fact]
    public void ContestsOfOneFeatureAreBounded()
    {
        var decision = World.Decide([
            World.Yaml("winner", "priority: 1"),
            .. Enumerable.Range(0, 100).Select(i => World.Yaml($"p{i:d3}")),
        ]);
        var feature = decision.Of("winner", "initial-cwnd");

        feature.State.ShouldBe(PolicyState.Active);
        feature.Contests.Length.ShouldBe(PolicyLimits.Contests);
        feature.Reasons.Single().Text.ShouldBe("36 more contests are not listed");
        decision.Of("p099", "initial-cwnd").Contests.ShouldHaveSingleItem().Winner.ShouldBe("winner");
    }

    [Fact]
    public void AChangedValueKeepsTheIdsOfProfiles()
    {
        var one = World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 10 } }")).Desired;
        var other = World.Decide(World.Yaml("a", "", "{ initial-cwnd: { segments: 20 } }")).Desired;

        other.Profiles.Single().Id.ShouldBe(one.Profiles.Single().Id);
        other.Rules.Digest.ShouldBe(one.Rules.Digest);
        other.Revision.ShouldNotBe(one.Revision);
    }

    [Fact]
    public void TheOrderOfFilesNeverMatters() =>
        Prop.ForAll(
                (
                    from set in Generators.Sets(8)
                    from seed in Gen.Choose(0, int.MaxValue)
                    select (set, seed)
                ).ToArbitrary(),
                sample =>
                {
                    var texts = sample
                        .set.Select(policy => PolicyPrinter.Print(policy, TestCatalog.Standard))
                        .ToArray();
                    var shuffled = texts.ToArray();
                    new Random(sample.seed).Shuffle(shuffled);
                    var one = World.Read(texts.Index().Select(text => ($"{text.Index}.yaml", text.Item))).Set!;
                    var other = World.Read(shuffled.Index().Select(text => ($"{text.Index}.yaml", text.Item))).Set!;
                    var (left, right) = (World.Decide(one).Desired, World.Decide(other).Desired);

                    other.Revision.ShouldBe(one.Revision);
                    right.Rules.Digest.ShouldBe(left.Rules.Digest);
                    right
                        .Chains.Select(chain => DesiredDigest.OfChain(chain, ""))
                        .ShouldBe(left.Chains.Select(chain => DesiredDigest.OfChain(chain, "")));
                    right
                        .Profiles.Select(profile => profile.Value)
                        .ShouldBe(left.Profiles.Select(profile => profile.Value));
                }
            )
            .Check(Samples.UpTo(200));
}
