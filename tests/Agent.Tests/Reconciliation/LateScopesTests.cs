using System.Collections.Immutable;
using System.Net;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Reconciliation;

/// <summary>Which connections escaped a chain whose cgroup came later than its policy.</summary>
public sealed class LateScopesTests
{
    private const ulong Cgroup = 5;
    private static readonly FeatureCatalog Catalog = new([FeatureCatalog.BuiltInDirectory]);
    private static readonly PolicySet Set = Read("{ initial-cwnd: { segments: 40 } }");
    private static readonly PolicySet Live = Read("{ pacing: { rate: 1Gbit } }");

    [Fact]
    public void An_open_connection_that_no_handshake_met_has_escaped()
    {
        Count(Set, [Open(null)]).ShouldBe((1, 0));
        Count(Live, [Open(null)]).ShouldBe((1, 1), "the walk gives it all");
        Count(Set, [Open(Tuned(99, 0b1))]).ShouldBe((1, 0), "a chain around gave it something else");
    }

    [Fact]
    public void One_that_the_chain_met_that_is_closing_elsewhere_or_whose_initiator_is_not_known_has_not()
    {
        Count(Set, [Open(Tuned(Attach(Set).Chain.Key, 0b1))]).ShouldBe((0, 0));
        Count(Set, [Open(null) with { State = TcpState.FinWait1 }]).ShouldBe((0, 0));
        Count(Set, [Open(null) with { CgroupId = 6 }]).ShouldBe((0, 0));
        Count(Set, [Open(null) with { Direction = null }]).ShouldBe((0, 0));
        Count(Set, [Open(null)], PauseTarget.Policy("web")).ShouldBe((0, 0), "paused, it would not have got it");
    }

    [Fact]
    public void A_cgroup_as_old_as_the_policy_or_a_policy_that_came_with_it_is_not_late()
    {
        Find(Set, Set, isNew: true).IsEmpty.ShouldBeFalse();
        Find(Set, Set, isNew: false).IsEmpty.ShouldBeTrue();
        Find(Set, null, isNew: true).IsEmpty.ShouldBeTrue();
        Find(Set, Read("{ initial-cwnd: { segments: 40 } }", scope: "/other"), isNew: true)
            .IsEmpty.ShouldBeTrue("it was for another scope");
    }

    private static (long, long) Count(PolicySet set, OpenConnection[] connections, params string[] pauses)
    {
        var late = Find(set, set, isNew: true);
        var paths = new Dictionary<ulong, string> { [Cgroup] = "/late", [6] = "/other" };
        return late.Count(connections.Where(late.MayHaveEscaped), paths, Explain(set), [.. pauses])
            .GetValueOrDefault("/late");
    }

    private static LateScopes Find(PolicySet now, PolicySet? before, bool isNew) =>
        LateScopes.Find(new Plan("", [Attach(now)]), now, before, (_, _) => isNew);

    private static AttachChain Attach(PolicySet set) => new(Explain(set).Decision.Desired.Chains.Single(), "test");

    private static RememberedTuning Tuned(uint chain, ushort applied) =>
        new(1, chain, 1, chain, applied, 1, Walked: false, Adopted: false, Skipped: false, []);

    private static OpenConnection Open(RememberedTuning? tuning) =>
        new(
            IPEndPoint.Parse("10.0.0.1:40000"),
            IPEndPoint.Parse("10.0.0.2:443"),
            TcpState.Established,
            Direction.Outbound,
            1,
            Cgroup,
            1,
            0,
            "eth0",
            tuning,
            null!
        );

    private static PolicySet Read(string tuning, string scope = "/late")
    {
        var text =
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  scope: {{ "
            + $"cgroup: {scope} }}\n  tuning: {tuning}\n";
        return PolicyReader
            .Read([("p.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))], Catalog)
            .Set.ShouldNotBeNull();
    }

    private static ConnectionExplainer Explain(PolicySet set)
    {
        var host = new HostFacts
        {
            KernelRelease = "6.1.9-test",
            Cgroups = ImmutableSortedDictionary<string, ulong>.Empty.Add("/", 1).Add("/late", Cgroup),
        };
        ImmutableArray<Capability> all =
        [
            .. Catalog
                .Names.SelectMany(name => Catalog.Find(name)!.Variants)
                .SelectMany(variant => variant.AllRequirements)
                .Append(CapabilityNames.IterTcpSetsockopt)
                .Distinct(StringComparer.Ordinal)
                .Select(name => new Capability(name, true, "it works")),
        ];
        return Decider.Explain(set, host, new CapabilityReport("6.1.9-test", all), Catalog, []);
    }
}
