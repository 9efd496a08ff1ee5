using NetEdit.Adapter.Interop;
using NetEdit.KernelKit;
using NetEdit.Lab;
using NetEdit.State;
using NetEdit.Testing;
using Shouldly;
using Xunit;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection(KernelCollection.Name)]
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

    [KernelFact]
    public void A_chain_of_ours_without_pins_is_no_foreign_one_and_gets_none_beside_it()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((ReceiveWindow, Initial(14600)));
        using (var link = KernelHandle.Of(LibBpf.bpf_obj_get(Directory.GetFiles(scene.Adapter.LedgerPath, "link", SearchOption.AllDirectories).Single()), "open the link"))
        {
            Directory.GetFiles(scene.Adapter.LedgerPath, "*", SearchOption.AllDirectories).ToList().ForEach(File.Delete);
            scene.Restart();
            scene.Adapter.Observe().Chains.ShouldBeEmpty();

            scene.Execute(new CreateSharedMaps(TableRoom.Least, [], "test"));
            var result = scene.Adapter.Execute(new Plan("test", [new AttachChain(chain, "test")]));

            result.Error.ShouldNotBeNull().ShouldContain($"a chain of netedit is attached to {chain.Scope} already");
            KernelResidue.LinksOf(scene.Cgroup).Length.ShouldBe(1);
        }

        Eventually(() => KernelResidue.LinksOf(scene.Cgroup).IsEmpty);
        scene.Execute(new AttachChain(chain, "test"));
    }

    private static void Eventually(Func<bool> condition) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)).ShouldBeTrue();

    [KernelFact]
    public void An_answer_that_is_there_already_is_respected_and_counted_as_a_conflict()
    {
        using var scene = new KernelScene();
        using var foreign = new ForeignSockops(scene.Cgroup, answer: 5);
        scene.Tune((ReceiveWindow, Initial(14600)));

        ChainTests.Syn(scene, out var pair).Window.ShouldBe(5 * 1460);
        pair.Dispose();

        scene.Adapter.Observe().Foreign.Single().RunsAfterOurs.ShouldBe(false);
        scene.Adapter.ReadUsage().Counters.ShouldContain(counter => counter.Kind == CounterKind.Conflict && counter.Count == 2);
    }
}
