using NetEdit.KernelKit;
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
