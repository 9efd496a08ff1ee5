using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Lab;
using NetEdit.Model;
using NetEdit.TestPlugin;

namespace NetEdit.Adapter.Tests;

/// <summary>Standalone programs, at every hookpoint, over loopback in the network namespace of the tests.</summary>
[Collection<KernelCollection>]
public sealed class AttachmentTests
{
    private const int First = 0x60; // also a type of service
    private const int Second = 0x80;
    private const int Other = 0x40;

    private static readonly ImmutableArray<HookFeature> Features =
    [
        new AddressFeature(),
        new OptionFeature(),
        new SocketIngressFeature(),
        new SocketEgressFeature(),
        new TrafficIngressFeature(),
        new TrafficEgressFeature(),
        new XdpFeature(),
        new LookupFeature(),
        new IteratorFeature(),
        new TracepointFeature(),
        new RawTracepointFeature(),
        new FunctionFeature(),
        new FunctionProbeFeature(),
        new ProcessorFeature(),
        new ProcessorInCgroupFeature(),
    ];

    private static readonly string[] Directions = ["ingress", "egress"];

    public static TheoryData<string> Names => [.. Features.Select(feature => feature.Name)];

    [KernelTheory]
    [MemberData(nameof(Names))]
    public void A_program_at_a_hookpoint_acts_takes_other_values_is_paused_adopted_replaced_and_goes(string name)
    {
        using var scene = new KernelScene();
        var feature = Features.Single(candidate => candidate.Name == name);
        if (Lacks(scene, feature) is { } lack)
        {
            Refused(scene, feature).ShouldNotBeNullOrEmpty(lack);
            return;
        }

        var effects = scene.Effects();
        effects.Acts(name, First, Other).ShouldBeFalse("nothing is attached yet");

        scene.Execute([
            .. scene
                .Attachments(feature, Values(First))
                .Select(attachment => new AttachProgram(attachment, false, "test")),
        ]);
        effects.Acts(name, First, Other).ShouldBeTrue("it is attached");

        var attached = scene.Adapter.Observe().Attachments;
        scene.Execute([
            .. scene
                .Attachments(feature, Values(Second))
                .Select(attachment => new WriteParameters(attachment, false, "test")),
        ]);
        effects.Acts(name, Second, Other).ShouldBeTrue("its values are others");
        scene
            .Adapter.Observe()
            .Attachments.Select(Ids)
            .ShouldBe(attached.Select(Ids), "a value loads and attaches nothing");

        scene.Execute([.. attached.Select(attachment => new PauseProgram(attachment.Key, true, "test"))]);
        effects.Acts(name, Second, Other).ShouldBeFalse("it is paused");
        scene.Restart();
        scene.Adapter.Observe().Attachments.ShouldAllBe(attachment => attachment.Paused);
        scene.Execute([.. attached.Select(attachment => new PauseProgram(attachment.Key, false, "test"))]);
        scene
            .Adapter.Observe()
            .Attachments.Select(Ids)
            .ShouldBe(attached.Select(Ids), "a restart finds what was there");
        effects = scene.Effects();
        effects.Acts(name, Second, Other).ShouldBeTrue("it is resumed");

        scene.Execute([
            .. scene
                .Attachments(Another(feature), Values(First))
                .Select(attachment => new UpdateProgram(attachment, false, "test")),
        ]);
        effects.Acts(name, First, Other).ShouldBeTrue("another program took its place");
        var replaced = scene.Adapter.Observe();
        replaced
            .Attachments.Select(attachment => attachment.Key)
            .ShouldBe(attached.Select(attachment => attachment.Key));
        replaced
            .Attachments.Zip(
                attached,
                (after, before) => after.ProgramId != before.ProgramId && after.Digest != before.Digest
            )
            .ShouldAllBe(changed => changed);
        replaced.Orphans.ShouldBeEmpty();

        scene.Execute([.. attached.Select(attachment => new DetachProgram(attachment.Key, "test"))]);
        effects.Acts(name, First, Other).ShouldBeFalse("it is detached");
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
    }

    /// <summary>What this kernel does by TCX, older ones do by netlink; this one still knows it.</summary>
    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_tcx_a_filter_holds_the_program_and_the_queue_goes_with_the_last_of_ours(bool queueIsThere)
    {
        using var scene = new KernelScene();
        using var link = new VethPair();
        if (queueIsThere)
        {
            Command.Run("tc", ["qdisc", "add", "dev", link.Name, "clsact"]);
        }

        using (var old = WithoutTcx(scene))
        {
            var attachments = new HookFeature[] { new TrafficIngressFeature(), new TrafficEgressFeature() }
                .SelectMany(feature => scene.Attachments(feature, Values(First), link.Name))
                .ToList();
            foreach (var attachment in attachments)
            {
                Execute(old, new AttachProgram(attachment, false, "test"));
            }

            var observed = old.Observe().Attachments;
            observed.Length.ShouldBe(2);
            observed.ShouldAllBe(attachment =>
                attachment.Mechanism == "clsact" && attachment.TargetId == attachments[0].TargetId
            );
            Filters(link.Name).ShouldBe(2);

            Execute(
                old,
                new UpdateProgram(
                    scene.Attachments(Another(new TrafficIngressFeature()), Values(Second), link.Name).Single(),
                    false,
                    "test"
                )
            );
            old.Observe()
                .Attachments.Select(attachment => attachment.ProgramId)
                .Intersect(observed.Select(attachment => attachment.ProgramId))
                .Count()
                .ShouldBe(1);
            old.Observe().Orphans.ShouldBeEmpty();

            Execute(old, new DetachProgram(attachments[0].Key, "test"));
            Filters(link.Name).ShouldBe(1);
            Execute(old, new DetachProgram(attachments[1].Key, "test"));
        }

        Command
            .Run("tc", ["qdisc", "show", "dev", link.Name])
            .Contains("clsact", StringComparison.Ordinal)
            .ShouldBe(queueIsThere);
    }

    [KernelFact]
    public void Xdp_runs_in_the_driver_where_it_can_and_says_how()
    {
        using var scene = new KernelScene();
        using var link = new VethPair();
        scene.Execute([
            .. scene
                .Attachments(new XdpFeature(), Values(First), link.Name)
                .Select(attachment => new AttachProgram(attachment, false, "test")),
        ]);
        scene.Adapter.Observe().Attachments.Single().Mechanism.ShouldBe("native");
        scene.Execute(new DetachProgram(scene.Adapter.Observe().Attachments.Single().Key, "test"));

        scene.Execute([
            .. scene
                .Attachments(new XdpFeature(), Values(First))
                .Select(attachment => new AttachProgram(attachment, false, "test")),
        ]);
        scene.Adapter.Observe().Attachments.Single().Mechanism.ShouldBe("generic", "loopback has no driver");
    }

    [KernelFact]
    public void A_foreign_XDP_program_is_never_replaced()
    {
        using var scene = new KernelScene();
        using var link = new VethPair();
        using var theirs = new OtherLedger(scene);
        theirs.Attach(scene.Attachments(new XdpFeature(), Values(Second), link.Name));
        var before = Ids(theirs.Adapter.Observe().Attachments.Single());

        var result = scene.Adapter.Execute(
            new Plan(
                "test",
                [
                    .. scene
                        .Attachments(new XdpFeature(), Values(First), link.Name)
                        .Select(attachment => new AttachProgram(attachment, false, "test")),
                ]
            )
        );

        result.Error.ShouldNotBeNull().ShouldContain("EBUSY");
        result.Error.ShouldContain("an interface has one XDP program");
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
        Ids(theirs.Adapter.Observe().Attachments.Single()).ShouldBe(before);
    }

    [KernelFact]
    public void An_interface_that_went_takes_its_program_along_and_the_ledger_says_so()
    {
        using var scene = new KernelScene();
        using (var link = new VethPair())
        {
            scene.Execute([
                .. new HookFeature[] { new XdpFeature(), new TrafficEgressFeature() }
                    .SelectMany(feature => scene.Attachments(feature, Values(First), link.Name))
                    .Select(attachment => new AttachProgram(attachment, false, "test")),
            ]);
        }

        scene.Adapter.Observe().Attachments.Select(attachment => attachment.TargetId).ShouldBe([0UL, 0UL]);
    }

    [KernelTheory]
    [InlineData(HookPlace.First, true)]
    [InlineData(HookPlace.Last, false)]
    public void Order_among_programs_of_others_is_kept_at_a_cgroup_and_at_an_interface(
        HookPlace place,
        bool isBeforeTheirs
    )
    {
        using var scene = new KernelScene();
        using var theirs = new OtherLedger(scene);
        HookFeature[] features = [new SocketEgressFeature(), new TrafficEgressFeature()];
        foreach (var feature in features)
        {
            theirs.Attach(scene.Attachments(feature, Values(Second)));
            scene.Execute([
                .. scene
                    .Attachments(feature, Values(First))
                    .Select(attachment => new AttachProgram(
                        attachment with
                        {
                            Program = attachment.Program with { Place = place },
                        },
                        false,
                        "test"
                    )),
            ]);
        }

        var foreign = scene.Adapter.Observe().Foreign;

        foreign.Select(program => program.Hook).ShouldBe(["cgroup_skb/egress", "tc/egress"], ignoreOrder: true);
        foreign.ShouldAllBe(program => program.RunsAfterOurs == isBeforeTheirs);
    }

    [KernelFact]
    public void A_link_whose_pin_is_gone_is_missed_and_what_is_left_of_it_is_an_orphan()
    {
        using var scene = new KernelScene();
        var attachment = scene.Attachments(new LookupFeature(), Values(First)).Single();
        scene.Execute(new AttachProgram(attachment, false, "test"));

        File.Delete(Directory.GetFiles(scene.Adapter.LedgerPath, "link-*", SearchOption.AllDirectories).Single());

        var observed = scene.Adapter.Observe();
        observed.Attachments.ShouldBeEmpty();
        observed.Orphans.Single().Path.ShouldContain("/program-g1-");
    }

    [KernelFact]
    public void A_program_whose_pin_is_gone_is_found_by_its_link_and_pinned_again()
    {
        using var scene = new KernelScene();
        foreach (var feature in new HookFeature[] { new LookupFeature(), new TracepointFeature(), new XdpFeature() })
        {
            var attachment = scene.Attachments(feature, Values(First)).Single();
            scene.Execute(new AttachProgram(attachment, false, "test"));
            File.Delete(
                Directory.GetFiles(scene.Adapter.LedgerPath, "program-*", SearchOption.AllDirectories).Single()
            );
            scene.Adapter.Observe().Attachments.Single().Pinned.ShouldBeFalse();

            scene.Execute(new UpdateProgram(attachment, false, "test"));

            scene.Adapter.Observe().Attachments.Single().Pinned.ShouldBeTrue();
            scene.Adapter.Observe().Orphans.ShouldBeEmpty();
            scene.Execute(new DetachProgram(attachment.Key, "test"));
        }
    }

    private static ParameterValues Values(int port) => new([new("port", port), new("other", Other)]);

    private static string Ids(ObservedAttachment attachment) =>
        $"{attachment.Key} program {attachment.ProgramId} links {string.Join(",", attachment.LinkIds)}";

    /// <summary>The same feature in a later version: it has other code, or at least other digests.</summary>
    private static LaterVersion Another(HookFeature feature) => new(feature);

    private static string? Lacks(KernelScene scene, HookFeature feature) =>
        feature.Variants[0].AllRequirements.FirstOrDefault(name => !scene.Adapter.Capabilities.Has(name));

    private static string? Refused(KernelScene scene, HookFeature feature)
    {
        var result = scene.Adapter.Execute(
            new Plan(
                "test",
                [
                    .. scene
                        .Attachments(feature, Values(First))
                        .Select(attachment => new AttachProgram(attachment, false, "test")),
                ]
            )
        );
        Directory.Exists(scene.Adapter.LedgerPath).ShouldBeFalse();
        return result.Error;
    }

    private static void Execute(BpfAdapter adapter, PlanAction action) =>
        adapter.Execute(new Plan("test", [action])).Error.ShouldBeNull();

    /// <summary>An adapter that believes a report of this host that lacks TCX.</summary>
    private static BpfAdapter WithoutTcx(KernelScene scene)
    {
        var cache = Path.Combine(Directory.CreateTempSubdirectory("netedit-").FullName, "capabilities.json");
        using (var probing = BpfAdapter.Open(new AdapterOptions { Ledger = scene.Ledger, CapabilityCache = cache }))
        {
            probing.Capabilities.Has(CapabilityNames.Clsact).ShouldBeTrue();
        }

        var report = JsonNode.Parse(File.ReadAllText(cache))!;
        report["Capabilities"]!.AsArray().Single(capability => (string?)capability!["Name"] == CapabilityNames.Tcx)![
            "Available"
        ] = false;
        File.WriteAllText(cache, report.ToJsonString());
        var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = scene.Ledger, CapabilityCache = cache });
        adapter.Capabilities.Has(CapabilityNames.Tcx).ShouldBeFalse();
        Directory.Delete(Path.GetDirectoryName(cache)!, recursive: true);
        return adapter;
    }

    private static int Filters(string name) =>
        Directions.Sum(direction =>
            Command.Run("tc", ["filter", "show", "dev", name, direction]).Split("bpf chain 0 handle").Length - 1
        );

    private sealed class LaterVersion(HookFeature feature) : ITuningFeature
    {
        public string Name => feature.Name;

        public string Summary => feature.Summary;

        public IReadOnlyList<ParameterSpec> Parameters => feature.Parameters;

        // Read at attachment only, but a part of the digest.
        public IReadOnlyList<FeatureVariant> Variants { get; } =
        [
            feature.Variants[0] with
            {
                Programs =
                [
                    .. feature.Variants[0].Attached.Select(program => program with { Hertz = program.Hertz + 1 }),
                ],
            },
        ];

        public void Encode(ParameterValues values, Span<byte> block) => feature.Encode(values, block);
    }

    /// <summary>Somebody else on this host.</summary>
    private sealed class OtherLedger(KernelScene scene) : IDisposable
    {
        public BpfAdapter Adapter { get; } = BpfAdapter.Open(new AdapterOptions { Ledger = scene.Ledger + "-other" });

        public void Attach(IEnumerable<DesiredAttachment> attachments)
        {
            foreach (var attachment in attachments)
            {
                Execute(Adapter, new AttachProgram(attachment, false, "test"));
            }
        }

        public void Dispose()
        {
            foreach (var attachment in Adapter.Observe().Attachments)
            {
                Execute(Adapter, new DetachProgram(attachment.Key, "test"));
            }

            Adapter.Dispose();
        }
    }

    /// <summary>Two interfaces in this network namespace that are each other's other end.</summary>
    private sealed class VethPair : IDisposable
    {
        public VethPair() => Command.Run("ip", ["link", "add", Name, "type", "veth", "peer", "name", Name + "p"]);

        public string Name { get; } = "ne" + Guid.NewGuid().ToString("N")[..8];

        public void Dispose() => Command.Run("ip", ["link", "delete", Name]);
    }
}
