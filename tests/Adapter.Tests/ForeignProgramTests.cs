using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class ForeignProgramTests
{
    [KernelFact]
    public void One_that_runs_after_ours_and_erases_the_answer_is_reported_and_left_alone()
    {
        using var scene = new KernelScene();
        scene.Tune((ReceiveWindow, Initial(14600)));
        ChainTests.Syn(scene, out var tuned).Window.ShouldBe(14600);
        tuned.Dispose();

        using (var foreign = new ForeignSockops(scene.Cgroup, answer: -1))
        {
            ChainTests.Syn(scene, out var clobbered).Window.ShouldNotBe(14600);
            clobbered.Dispose();

            var seen = scene.Adapter.Observe().Foreign.Single();
            (seen.ProgramId, seen.Name, seen.RunsAfterOurs).ShouldBe((foreign.ProgramId, "foreign_sockops", true));

            scene.Uninstall();
            foreign.LinkedCgroup.ShouldNotBe(0ul);
        }
    }

    /// <summary>The kernel runs the programs of the inner cgroup first, and one that returns 0 voids what all answer: ours was attached, and in status nothing else was.</summary>
    [KernelFact]
    public void One_on_a_cgroup_below_the_scope_that_voids_our_answers_is_reported_with_its_cgroup()
    {
        using var scene = new KernelScene();
        using var inner = scene.Cgroup.CreateChild("in\u001b[31mner");
        scene.Tune((ReceiveWindow, Initial(14600)));
        var inside = new TcpPairOptions { ClientCgroup = inner };
        ChainTests.Syn(scene, out var tuned, inside).Window.ShouldBe(14600);
        tuned.Dispose();
        scene.Adapter.Observe().Foreign.ShouldBeEmpty();

        using var foreign = ForeignSockops.Voiding(inner);
        ChainTests.Syn(scene, out var voided, inside).Window.ShouldNotBe(14600);
        voided.Dispose();

        var seen = scene.Adapter.Observe().Foreign.ShouldHaveSingleItem();
        (seen.Scope, seen.ProgramId, seen.Name, seen.RunsAfterOurs, seen.Below).ShouldBe(
            (scene.Cgroup.Path, foreign.ProgramId, "foreign_sockops", false, $"{scene.Cgroup.Path}/in\\u001b[31mner")
        );
    }

    /// <summary>The kernel says EPERM and nothing else.</summary>
    [KernelTheory]
    [InlineData(false, 0u)]
    [InlineData(false, 1u)]
    [InlineData(true, 0u)]
    public void One_that_keeps_ours_out_is_named(bool around, uint flags)
    {
        using var scene = new KernelScene();
        using var inner = scene.Cgroup.CreateChild();
        using var foreign = ForeignSockops.Voiding(around ? scene.Cgroup : inner, flags);
        scene.Execute(new CreateSharedMaps(TableRoom.Least, [], "test"));

        var result = scene.Adapter.Execute(
            new Plan("test", [new AttachChain(scene.Chain(inner, [ReceiveWindow]), "test")])
        );

        result.Errno.ShouldBe(1);
        result
            .Error.ShouldNotBeNull()
            .ShouldContain(
                $"program {foreign.ProgramId} 'foreign_sockops', which is not NetEdit's, is attached to "
                    + $"{(around ? scene.Cgroup : inner).Path} with"
            );
        result.Error.ShouldContain("BPF_F_ALLOW_MULTI");
    }

    /// <summary>One that may be replaced below is no obstacle there.</summary>
    [KernelFact]
    public void One_around_that_allows_others_below_keeps_nothing_out()
    {
        using var scene = new KernelScene();
        using var inner = scene.Cgroup.CreateChild();
        using var foreign = ForeignSockops.Voiding(scene.Cgroup, flags: 1);

        scene.Tune(inner, (ReceiveWindow, Initial(14600)));

        ChainTests.Syn(scene, out var tuned, new TcpPairOptions { ClientCgroup = inner }).Window.ShouldBe(14600);
        tuned.Dispose();
    }

    [KernelFact]
    public void Cgroups_below_a_scope_are_looked_at_nearest_first_and_beyond_the_budget_counted()
    {
        using var cgroup = LabCgroup.Create();
        using var first = cgroup.CreateChild("a");
        using var deeper = first.CreateChild("deeper");
        using var second = cgroup.CreateChild("b");
        var mount = cgroup.FullPath[..^cgroup.Path.Length];
        var seen = new List<string>();

        new Cgroups(mount).ForEachBelow(cgroup.Path, 2, (path, _) => seen.Add(path)).ShouldBe((2, 1));

        seen.ShouldBe([first.Path, second.Path]);
        ForeignPrograms.MostBelow.ShouldBe(1024);
    }

    [KernelFact]
    public void A_chain_of_ours_without_pins_is_no_foreign_one_and_gets_none_beside_it()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Initial(14600)));
        using (
            var link = KernelHandle.Of(
                LibBpf.bpf_obj_get(
                    Directory.GetFiles(scene.Adapter.LedgerPath, "link", SearchOption.AllDirectories).Single()
                ),
                "open the link"
            )
        )
        {
            Directory
                .GetFiles(scene.Adapter.LedgerPath, "*", SearchOption.AllDirectories)
                .ToList()
                .ForEach(File.Delete);
            scene.Restart();
            scene.Adapter.Observe().Chains.ShouldBeEmpty();

            scene.Execute(new CreateSharedMaps(TableRoom.Least, [], "test"));
            var result = scene.Adapter.Execute(new Plan("test", [new AttachChain(chain, "test")]));

            result.Error.ShouldNotBeNull().ShouldContain($"a chain of netedit is already attached to {chain.Scope}");
            KernelResidue.LinksOf(scene.Cgroup).Length.ShouldBe(1);
        }

        Eventually(() => KernelResidue.LinksOf(scene.Cgroup).IsEmpty);
        scene.Execute(new AttachChain(chain, "test"));
    }

    private static void Eventually(Func<bool> condition) =>
        SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)).ShouldBeTrue();

    [KernelFact]
    public void An_answer_that_is_there_already_is_respected_and_counted_as_a_conflict()
    {
        using var scene = new KernelScene();
        using var foreign = new ForeignSockops(scene.Cgroup, answer: 5);
        scene.Tune((ReceiveWindow, Initial(14600)));

        ChainTests.Syn(scene, out var pair).Window.ShouldBe(5 * 1460);
        pair.Dispose();

        scene.Adapter.Observe().Foreign.Single().RunsAfterOurs.ShouldBe(false);
        scene
            .Adapter.ReadUsage()
            .Counters.ShouldContain(counter => counter.Kind == CounterKind.Conflict && counter.Count == 2);
    }
}
