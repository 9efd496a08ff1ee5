using System.Collections.Immutable;
using NetEdit.Adapter.Ledger;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.KernelKit;
using NetEdit.Lab;
using NetEdit.State;
using NetEdit.Testing;
using Shouldly;
using Xunit;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection(KernelCollection.Name)]
public sealed class LedgerTests
{
    [KernelFact]
    public void A_new_process_sees_all_of_it_in_the_kernel()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty), (InitialCwnd, Segments(40)));
        var before = scene.Adapter.Observe();

        scene.Restart();

        var after = scene.Adapter.Observe();
        after.Chains.Single().ShouldBe(before.Chains.Single() with { Features = after.Chains.Single().Features });
        after.Chains.Single().Features.ShouldBe(["dctcp", "initial-cwnd"]);
        after.Algorithms.ShouldBe(before.Algorithms);
        after.Rules.Digest.ShouldBe(before.Rules.Digest);
        after.Profiles.Keys.ShouldBe(before.Profiles.Keys);
        after.Orphans.ShouldBeEmpty();
    }

    [KernelFact]
    public void A_removed_cgroup_leaves_a_link_that_is_seen_and_collected()
    {
        using var scene = new KernelScene();
        using (var child = scene.Cgroup.CreateChild())
        {
            scene.Tune(child, (InitialCwnd, Segments(40)));
        }

        SpinWait.SpinUntil(() => scene.Adapter.Observe().Chains.Single().CgroupId == 0, TimeSpan.FromSeconds(5)).ShouldBeTrue();
        scene.Uninstall();
        scene.Adapter.Observe().Chains.ShouldBeEmpty();
    }

    [KernelFact]
    public void What_an_interrupted_start_left_is_an_orphan()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty));
        var maps = Path.Combine(scene.Adapter.LedgerPath, "maps");
        var algorithms = Path.Combine(scene.Adapter.LedgerPath, "algorithms");

        File.Delete(Path.Combine(maps, "netedit_events"));
        File.Delete(Path.Combine(algorithms, "netedit_dctcp-link"));
        scene.Restart();

        var observed = scene.Adapter.Observe();
        observed.SharedMaps.ShouldBeFalse();
        observed.Algorithms.ShouldBeEmpty();
        observed.Orphans.Select(orphan => Path.GetFileName(orphan.Path)).ShouldContain("netedit_state");
        observed.Orphans.Count(orphan => orphan.Path.StartsWith(algorithms, StringComparison.Ordinal)).ShouldBe(2);
    }

    [KernelFact]
    public void A_stage_the_verifier_refuses_is_named_and_nothing_is_attached()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var bad = new ChainStage("bad", "bpf", new SockopsStage(BpfObject.Embedded(typeof(KernelScene).Assembly, "refused_stage"), SockopsOperations.Established));
        ImmutableArray<ChainStage> stages = [.. scene.Chain(scene.Cgroup, [InitialCwnd]).Stages, bad];
        var before = scene.Adapter.Observe();
        var chain = scene.Chain(scene.Cgroup, []) with { Stages = stages, Key = Identity.ChainKey(scene.Cgroup.Path, stages) };

        var result = scene.Adapter.Execute(new Plan("test", [new UpdateChain(chain, "test")]));

        result.Success.ShouldBeFalse();
        var refusal = result.Refusals.Single();
        refusal.Feature.ShouldBe("bad");
        refusal.Reason.ShouldContain("EACCES");
        refusal.Reason.ShouldContain("invalid mem access");
        Attached(scene.Adapter.Observe()).ShouldBe(Attached(before));
    }

    [KernelTheory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(3000)]
    public void A_damaged_object_is_an_error_and_leaves_nothing(int keep)
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var image = InitialCwnd.Variants[0].Stage!.Object.Image[..keep].ToArray();
        ImmutableArray<ChainStage> stages = [new ChainStage("initial-cwnd", "bpf", new SockopsStage(new BpfObject("cut", () => image), SockopsOperations.Established))];
        var before = scene.Adapter.Observe();

        var result = scene.Adapter.Execute(new Plan("test", [new UpdateChain(scene.Chain(scene.Cgroup, [InitialCwnd]) with { Stages = stages }, "test")]));

        result.Success.ShouldBeFalse();
        result.Refusals.Single().Reason.ShouldContain("damaged");
        Attached(scene.Adapter.Observe()).ShouldBe(Attached(before));
    }

    [KernelFact]
    public void A_name_that_is_taken_is_refused_with_advice_and_leaves_nothing()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty));
        using var second = BpfAdapter.Open(new AdapterOptions { Ledger = scene.Ledger + "-2" });
        var algorithm = new DesiredAlgorithm("dctcp", "bpf", Dctcp.Variants[0].CongestionControls.Single());

        var result = second.Execute(new Plan("test", [new RegisterAlgorithm(algorithm, null, "test")]));

        result.Refusals.Single().Reason.ShouldContain("EEXIST");
        result.Refusals.Single().Reason.ShouldContain("another program or ledger");
        second.Observe().Orphans.ShouldBeEmpty();
    }

    [KernelFact]
    public void Rules_come_back_as_they_were_written()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var random = new Random(1);
        var table = new RuleTable(
            [new PortRange(1, 0, 1023, 1), new PortRange(1, 1024, 65535, 2), new PortRange(2, 443, 443, 9)],
            Enumerable.Range(0, 2000).Select(_ => new PrefixRule(1, (Direction)random.Next(2), (ushort)random.Next(3), Prefix(random), (ulong)random.NextInt64(1, long.MaxValue))).DistinctBy(rule => (rule.Direction, rule.PortClass, rule.Peers)));

        scene.Execute(new SwitchRules(table, "test"));
        scene.Adapter.Observe().Rules.Digest.ShouldBe(table.Digest);
        scene.Restart();
        scene.Adapter.Observe().Rules.Digest.ShouldBe(table.Digest);
        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));
        scene.Adapter.Observe().Rules.IsEmpty.ShouldBeTrue();
    }

    internal static IEnumerable<(uint Link, uint Program)> Attached(ObservedState state) => state.Chains.Select(chain => (chain.LinkId, chain.ProgramId));

    private static IpPrefix Prefix(Random random) =>
        IpPrefix.TryParse($"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.0/24", out var prefix, out var error) ? prefix : throw new InvalidOperationException(error);
}
