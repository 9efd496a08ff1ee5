using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>What another version of netedit left is taken over: one link update per scope, counts and pauses carried over.</summary>
[Collection<KernelCollection>]
public sealed class UpgradeTests
{
    [KernelFact]
    public void Another_version_with_maps_of_another_layout_takes_over_by_one_link_update()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        scene.Connect().Dispose();
        scene.Execute(new SetPauses(["policy/other"], "test"));
        var before = scene.Adapter.Observe().Chains.Single();
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40)));

        scene.RestartAsAnotherVersion();
        var former = scene.Adapter.Observe();
        former.SharedMaps.ShouldBeFalse();
        former.FormerMaps.Length.ShouldBe(1);
        former.Pauses.ShouldBe(["policy/other"]);
        former
            .Chains.Single()
            .ShouldSatisfyAllConditions(
                seen => seen.LinkId.ShouldBe(before.LinkId),
                seen => seen.UsesSharedMaps.ShouldBeFalse()
            );
        scene.Execute(
            new CreateSharedMaps(TableRoom.Least, former.Pauses, "test"),
            new WriteProfile(profile, false, "test"),
            new SwitchRules(KernelScene.Everything(chain, profile), "test"),
            new UpdateChain(chain, "test")
        );
        scene.Connect().Dispose();
        scene.Execute(new RemoveFormerMaps(former.FormerMaps.Single(), "test"));

        var after = scene.Adapter.Observe();
        after
            .Chains.Single()
            .ShouldSatisfyAllConditions(
                seen => seen.LinkId.ShouldBe(before.LinkId),
                seen => seen.ProgramId.ShouldNotBe(before.ProgramId),
                seen => seen.Generation.ShouldBe(2),
                seen => seen.UsesSharedMaps.ShouldBeTrue()
            );
        after.FormerMaps.ShouldBeEmpty();
        after.Orphans.ShouldBeEmpty();
        after.Pauses.ShouldBe(["policy/other"]);
        scene
            .Adapter.ReadUsage()
            .Counters.Single()
            .Count.ShouldBe(4ul, "two ends of a connection before, and two of one after");
    }

    [KernelFact]
    public void What_format_1_left_is_found_and_replaced_without_a_gap()
    {
        using var scene = new KernelScene();
        var ledger = new LedgerDirectory(scene.Adapter.LedgerPath);
        const ulong Counted = 77;
        LeaveFormat1(scene, ledger, Counted);
        Window(scene).ShouldBe(33u);

        var observed = scene.Adapter.Observe();
        var old = observed.Chains.Single();
        old.Scope.ShouldBe(scene.Cgroup.Path);
        old.Digest.ShouldBe("", "only the version that made it could tell");
        observed.Paused.ShouldBeFalse();
        observed.FormerMaps.ShouldBe([ledger.Maps]);
        observed.Orphans.ShouldBeEmpty();

        var chain = scene.Chain(scene.Cgroup, [InitialCwnd]);
        var profile = new DesiredProfile(chain.Key, KernelScene.Profile(chain, (InitialCwnd, Segments(40))).Entries)
        {
            Id = Counted,
        };
        scene.Execute([
            .. observed.Misplaced.Select(pin => new MovePin(pin.From, pin.To, "test")),
            new CreateSharedMaps(TableRoom.Least, observed.Pauses, "test"),
            new WriteProfile(profile, false, "test"),
            new SwitchRules(KernelScene.Everything(chain, profile), "test"),
        ]);
        Window(scene).ShouldBe(33u, "the former program tunes until it is replaced");
        scene.Execute(new UpdateChain(chain, "test"));
        Window(scene).ShouldBe(40u);
        scene.Execute(new RemoveFormerMaps(ledger.Maps, "test"));

        var after = scene.Adapter.Observe();
        after.Chains.Single().LinkId.ShouldBe(old.LinkId);
        after.Misplaced.ShouldBeEmpty();
        after.FormerMaps.ShouldBeEmpty();
        after.SharedMaps.ShouldBeTrue();
        after.Orphans.ShouldBeEmpty();
        scene
            .Adapter.ReadUsage()
            .Counters.Single()
            .Count.ShouldBe(5ul + 1ul, "what format 1 had counted, and a connection since");
    }

    [KernelFact]
    public void A_move_from_format_1_that_was_interrupted_goes_on()
    {
        using var scene = new KernelScene();
        var ledger = new LedgerDirectory(scene.Adapter.LedgerPath);
        LeaveFormat1(scene, ledger, 77);
        var directory = ledger.ChainDirectory(scene.Cgroup.Path);
        Directory.CreateDirectory(directory + "-new");
        File.Move(directory, Path.Combine(directory + "-new", "link"));

        var observed = scene.Adapter.Observe();

        observed.Chains.Single().Scope.ShouldBe(scene.Cgroup.Path);
        scene.Execute([.. observed.Misplaced.Select(pin => new MovePin(pin.From, pin.To, "test"))]);
        scene.Adapter.Observe().Misplaced.ShouldBeEmpty();
        File.Exists(ledger.ChainLinkPin(scene.Cgroup.Path)).ShouldBeTrue();
        Window(scene).ShouldBe(33u);
        scene.Execute(new RemoveFormerMaps(ledger.Maps, "test"));
    }

    [KernelFact]
    public void A_congestion_control_of_format_1_is_taken_over_untouched()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty));
        var ledger = new LedgerDirectory(scene.Adapter.LedgerPath);
        var before = scene.Adapter.Observe().Algorithms.Single();
        var directory = ledger.AlgorithmDirectory(before.Algorithm);
        foreach (var pin in GenerationPin.In(directory))
        {
            File.Move(pin.Path, Path.Combine(ledger.Algorithms, $"{before.Algorithm}-{pin.Kind}-{pin.Digest}"));
        }

        File.Move(Path.Combine(directory, "link"), Path.Combine(ledger.Algorithms, before.Algorithm + "-link"));

        var observed = scene.Adapter.Observe();
        observed.Algorithms.ShouldBe([before]);
        observed.Misplaced.Length.ShouldBe(3);
        observed.Orphans.ShouldBeEmpty();
        scene.Execute([.. observed.Misplaced.Select(pin => new MovePin(pin.From, pin.To, "test"))]);

        var after = scene.Adapter.Observe();
        after.Algorithms.ShouldBe([before]);
        after.Misplaced.ShouldBeEmpty();
        after.Orphans.ShouldBeEmpty();
    }

    private static uint Window(KernelScene scene)
    {
        using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
        return TcpInfo.Read(pair.Client).CongestionWindow;
    }

    private static unsafe void LeaveFormat1(KernelScene scene, LedgerDirectory ledger, ulong counted)
    {
        using var loaded = LoadedObject.Open(
            "format 1",
            BpfObject.Embedded(typeof(KernelScene).Assembly, "sockops_format1").Image.ToArray()
        );
        loaded.Load();
        using var cgroup = KernelHandle.Of(LibC.open(scene.Cgroup.FullPath, LibC.OpenDirectory), "open the cgroup");
        using var link = KernelHandle.Of(
            LibBpf.bpf_link_create(loaded.ProgramFd(), cgroup.Fd, Adapter.Interop.Bpf.AttachCgroupSockOps, null),
            "attach"
        );
        LedgerDirectory.Pin(link.Fd, ledger.ChainDirectory(scene.Cgroup.Path));
        foreach (var name in new[] { "netedit_state", "netedit_counters", "netedit_events" })
        {
            LedgerDirectory.Pin(LibBpf.bpf_map__fd(loaded.Map(name)), Path.Combine(ledger.Maps, name));
        }

        var perCpu = new byte[Maps.PossibleCpus.Count * Maps.Abi.Counters.Size];
        BitConverter.TryWriteBytes(perCpu, 5ul);
        fixed (byte* value = perCpu)
        {
            LibBpf
                .bpf_map_update_elem(LibBpf.bpf_map__fd(loaded.Map("netedit_counters")), &counted, value, 0)
                .ShouldBe(0);
        }
    }
}
