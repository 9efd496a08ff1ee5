using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using NetEdit.TestPlugin;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
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

        SpinWait
            .SpinUntil(() => scene.Adapter.Observe().Chains.Single().CgroupId == 0, TimeSpan.FromSeconds(30))
            .ShouldBeTrue();
        scene.Uninstall();
        scene.Adapter.Observe().Chains.ShouldBeEmpty();
    }

    [KernelFact]
    public void What_an_interrupted_start_left_is_an_orphan()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty));
        var chain = scene.Adapter.Observe().Chains.Single();
        var maps = Directory.GetDirectories(Path.Combine(scene.Adapter.LedgerPath, "maps")).Single();
        var algorithms = Path.Combine(scene.Adapter.LedgerPath, "algorithms");

        scene.Execute(new DetachChain(chain.Scope, "test"));
        File.Delete(Path.Combine(maps, "netedit_events"));
        File.Delete(Path.Combine(algorithms, "netedit_dctcp", "link"));
        scene.Restart();

        var observed = scene.Adapter.Observe();
        observed.SharedMaps.ShouldBeFalse();
        SpinWait
            .SpinUntil(() => (observed = scene.Adapter.Observe()).Algorithms.IsEmpty, TimeSpan.FromSeconds(30))
            .ShouldBeTrue("the kernel lets go of the link a little later");
        observed.Orphans.Select(orphan => Path.GetFileName(orphan.Path)).ShouldContain("netedit_state");
        observed.Orphans.Count(orphan => orphan.Path.StartsWith(algorithms, StringComparison.Ordinal)).ShouldBe(2);
    }

    [KernelFact]
    public void Shared_maps_whose_pins_are_gone_are_found_in_the_attached_program_and_pinned_again()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        scene.Connect().Dispose();
        Directory.Delete(Path.Combine(scene.Adapter.LedgerPath, "maps"), recursive: true);
        scene.Restart();

        scene.Adapter.Observe().SharedPinsMissing.ShouldBeTrue();
        scene.Execute(new RestoreSharedPins("test"));
        scene.Restart();

        var observed = scene.Adapter.Observe();
        observed.SharedMaps.ShouldBeTrue();
        observed.SharedPinsMissing.ShouldBeFalse();
        observed.Chains.Single().UsesSharedMaps.ShouldBeTrue();
        scene.Adapter.ReadUsage().Counters.Single().Count.ShouldBe(2ul, "what was counted is still there");
    }

    [KernelFact]
    public void A_program_whose_pin_is_gone_is_pinned_again()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var before = scene.Adapter.Observe().Chains.Single();
        File.Delete(
            Directory
                .GetFiles(Path.Combine(scene.Adapter.LedgerPath, "chains"), "program-*", SearchOption.AllDirectories)
                .Single()
        );

        scene.Adapter.Observe().Chains.Single().Generation.ShouldBe(0);
        scene.Execute(new RestoreChainPin(chain.Scope, "test"));

        var after = scene.Adapter.Observe().Chains.Single();
        after.ShouldBe(before with { Features = after.Features });
    }

    [KernelFact]
    public void A_generation_that_was_not_attached_is_an_orphan()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var attached = Directory
            .GetFiles(Path.Combine(scene.Adapter.LedgerPath, "chains"), "program-*", SearchOption.AllDirectories)
            .Single();
        using (var foreign = new ForeignSockops(scene.Cgroup, 10))
        using (var program = KernelHandle.Of(LibBpf.bpf_prog_get_fd_by_id(foreign.ProgramId), "open a program"))
        {
            LedgerDirectory.Pin(program.Fd, attached.Replace("program-g1-", "program-g2-", StringComparison.Ordinal));
        }

        var orphan = scene.Adapter.Observe().Orphans.Single();

        orphan.Reason.ShouldContain("other than the attached one");
        scene.Execute(new RemoveOrphan(orphan.Path, "test"));
        scene.Adapter.Observe().Orphans.ShouldBeEmpty();
    }

    [KernelFact]
    public void A_plan_that_fails_in_the_middle_leaves_the_kernel_as_it_was()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var before = scene.Adapter.Observe();
        var changed = scene.Chain(scene.Cgroup, [InitialCwnd, ReceiveWindow]);
        var profile = KernelScene.Profile(changed, (InitialCwnd, Segments(20)), (ReceiveWindow, Initial(20_000)));
        var written = KernelScene.Profile(chain, (InitialCwnd, Segments(10)));

        var result = scene.Adapter.Execute(
            new Plan(
                "test",
                [
                    new SetPauses(["policy/x"], "test"),
                    new RegisterAlgorithm(
                        new DesiredAlgorithm("dctcp", "bpf", Dctcp.Variants[0].CongestionControls.Single()),
                        null,
                        "test"
                    ),
                    new WriteProfile(written, true, "test"),
                    new WriteProfile(profile, false, "test"),
                    new SwitchRules(KernelScene.Everything(changed, profile), "test"),
                    new UpdateChain(changed, "test"),
                    new AttachChain(chain with { Scope = "/no-such-cgroup" }, "test"),
                ]
            )
        );

        result.Error.ShouldNotBeNull().ShouldContain("open the cgroup /no-such-cgroup: ENOENT");
        result.Undone.Length.ShouldBe(5);
        result.Done.ShouldHaveSingleItem().ShouldBeOfType<SetPauses>("what the operator paused is never taken back");
        var after = scene.Adapter.Observe();
        after.Chains.Single().ShouldBe(before.Chains.Single() with { Features = after.Chains.Single().Features });
        after.Algorithms.ShouldBeEmpty();
        after.Pauses.ShouldBe(["policy/x"]);
        after.Rules.Digest.ShouldBe(before.Rules.Digest);
        after
            .Profiles.Select(item => (item.Key, Convert.ToHexString(item.Value.AsSpan())))
            .ShouldBe(before.Profiles.Select(item => (item.Key, Convert.ToHexString(item.Value.AsSpan()))));
        after.Orphans.ShouldBeEmpty();
        using var pair = scene.Connect();
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
    }

    [KernelFact]
    public void Tables_grow_while_connections_are_opened_and_no_connection_goes_untuned_or_uncounted()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var opened = 0;
        using var stop = new CancellationTokenSource();
        var loop = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var pair = scene.Connect(new TcpPairOptions { ClientCgroup = scene.Cgroup });
                opened++;
                TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
            }
        });
        for (var room = 128; room <= 2048; room *= 2)
        {
            SpinWait
                .SpinUntil(() => Volatile.Read(ref opened) > room / 16 || loop.IsCompleted, TimeSpan.FromSeconds(30))
                .ShouldBeTrue();
            scene.Execute(new GrowTables(new TableRoom(room, room * 2), "test"));
            scene.Adapter.Observe().ProfileRoom.ShouldBe(room);
        }

        stop.Cancel();
        loop.GetAwaiter().GetResult();
        scene.Adapter.Observe().Unfinished.ShouldBeFalse();
        scene.Adapter.Observe().Profiles.ShouldContainKey(KernelScene.Profile(chain, (InitialCwnd, Segments(40))).Id);
        scene.Adapter.ReadUsage().Counters.Single().Count.ShouldBe((ulong)opened);
    }

    [KernelFact]
    public void A_stage_the_verifier_refuses_is_named_and_nothing_is_attached()
    {
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)));
        var bad = new ChainStage(
            "bad",
            "bpf",
            new SockopsStage(
                BpfObject.Embedded(typeof(RefusedFeature).Assembly, "refused_stage"),
                SockopsOperations.Established
            )
        );
        ImmutableArray<ChainStage> stages = [.. scene.Chain(scene.Cgroup, [InitialCwnd]).Stages, bad];
        var before = scene.Adapter.Observe();
        var chain = scene.Chain(scene.Cgroup, []) with
        {
            Stages = stages,
            Key = Identity.ChainKey(scene.Cgroup.Path, stages),
        };

        var result = scene.Adapter.Execute(new Plan("test", [new UpdateChain(chain, "test")]));

        result.Success.ShouldBeFalse();
        var rejection = result.Rejections.Single();
        rejection.Feature.ShouldBe("bad");
        rejection.Reason.ShouldContain("EACCES");
        rejection.Reason.ShouldContain("invalid mem access");
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
        ImmutableArray<ChainStage> stages =
        [
            new ChainStage(
                "initial-cwnd",
                "bpf",
                new SockopsStage(new BpfObject("cut", () => image), SockopsOperations.Established)
            ),
        ];
        var before = scene.Adapter.Observe();

        var result = scene.Adapter.Execute(
            new Plan(
                "test",
                [new UpdateChain(scene.Chain(scene.Cgroup, [InitialCwnd]) with { Stages = stages }, "test")]
            )
        );

        result.Success.ShouldBeFalse();
        result.Rejections.Single().Reason.ShouldContain("damaged");
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

        result.Rejections.Single().Reason.ShouldContain("EEXIST");
        result.Rejections.Single().Reason.ShouldContain("another program or ledger");
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
            Enumerable
                .Range(0, 2000)
                .Select(_ => new PrefixRule(
                    1,
                    (Direction)random.Next(2),
                    (ushort)random.Next(3),
                    Prefix(random),
                    (ulong)random.NextInt64(1, long.MaxValue)
                )
                {
                    Origin = (byte)random.Next(256),
                })
                .DistinctBy(rule => (rule.Direction, rule.PortClass, rule.Origin, rule.Peers)),
            [
                new SocketOwnerClass(1, OriginKind.User, "0", 1),
                new SocketOwnerClass(1, OriginKind.User, "4294967294", 15),
                new SocketOwnerClass(1, OriginKind.Interface, "eth0", 2),
                new SocketOwnerClass(2, OriginKind.Interface, "eth*", 3),
                new SocketOwnerClass(2, OriginKind.Interface, "fifteen-letters", 4),
            ]
        );

        scene.Execute(new SwitchRules(table, "test"));
        scene.Adapter.Observe().Rules.Digest.ShouldBe(table.Digest);
        scene.Restart();
        scene.Adapter.Observe().Rules.Digest.ShouldBe(table.Digest);
        scene.Execute(new SwitchRules(RuleTable.Empty, "test"));
        scene.Adapter.Observe().Rules.IsEmpty.ShouldBeTrue();
    }

    /// <summary>A kill right after the word that switches was written left the former rules in the kernel for good.</summary>
    [KernelFact]
    public void Rules_that_an_interrupted_switch_left_are_taken_away()
    {
        using var scene = new KernelScene();
        var chain = scene.Tune((InitialCwnd, Segments(40)));
        var profile = KernelScene.Profile(chain, (InitialCwnd, Segments(40)));
        scene.Execute(
            new SwitchRules(
                new RuleTable([new PortRange(chain.Key, 1, 2, 1)], KernelScene.Everything(chain, profile).Prefixes),
                "test"
            )
        );
        scene.Adapter.Observe().Unfinished.ShouldBeFalse();

        // As the kill left it: the word back at the former generation, so that the tables in use are those of an interrupted switch.
        scene.Adapter.Maps!.StateMap.Generation--;
        scene.Adapter.Observe().Unfinished.ShouldBeTrue();

        scene.Execute(
            new GrowTables(TableRoom.Least, "test"),
            new SwitchRules(KernelScene.Everything(chain, profile), "test")
        );

        scene.Adapter.Observe().Unfinished.ShouldBeFalse();
        using var pair = scene.Connect();
        TcpInfo.Read(pair.Client).CongestionWindow.ShouldBe(40u);
    }

    internal static IEnumerable<(uint Link, uint Program)> Attached(ObservedState state) =>
        state.Chains.Select(chain => (chain.LinkId, chain.ProgramId));

    private static IpPrefix Prefix(Random random) =>
        IpPrefix.TryParse(
            $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.0/24",
            out var prefix,
            out var error
        )
            ? prefix
            : throw new InvalidOperationException(error);
}
