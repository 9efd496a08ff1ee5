using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Metrics;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class PolicyMemoryTests
{
    private static readonly MapUsage[] Maps =
    [
        new("a", 900, MapEntries.Profiles),
        new("b", 300, MapEntries.Profiles),
        new("c", 400, MapEntries.Rules),
        new("d", 100, MapEntries.Shared),
    ];

    [Fact]
    public void EntriesAreDividedAmongThePoliciesOfTheirProfileAndTheRestEvenly()
    {
        var desired = DesiredState.Empty with
        {
            Profiles = [Profile(1, "a"), Profile(2, "a", "b"), Profile(3, "b", "b")],
            Rules = new RuleTable([], [Rule(1, 1), Rule(2, 1), Rule(3, 1), Rule(4, 2)]),
        };

        var bytes = PolicyMemory.Divide(desired, Maps, []);

        bytes["a"].ShouldBe(300 + 150 + 100 + 50 + 300 + 50 + 50);
        bytes["b"].ShouldBe(300 + 150 + 100 + 50 + 50 + 50);
        bytes.Values.Sum().ShouldBe(Maps.Sum(map => map.MemoryBytes), "nothing is counted twice or forgotten");
    }

    [Fact]
    public void AProgramIsOfThePolicyThatGivesItsParameters()
    {
        var attachment = new DesiredAttachment(
            "guard",
            "bpf",
            new AttachedProgram(new BpfObject("g", () => [1]), Hook.SetSocketOption),
            "/",
            1,
            "a",
            []
        );

        var bytes = PolicyMemory.Divide(
            DesiredState.Empty with
            {
                Attachments = [attachment],
            },
            Maps,
            [new AttachmentUsage(attachment.Key, 1, 0, 0, 70, ImmutableSortedDictionary<string, ulong>.Empty)]
        );

        bytes.ShouldBe([KeyValuePair.Create("a", 70.0)]);
    }

    [Fact]
    public void WithoutTuningNoPolicyHasMemory() => PolicyMemory.Divide(DesiredState.Empty, [], []).ShouldBeEmpty();

    private static DesiredProfile Profile(ulong id, params string[] policies) =>
        new(
            1,
            [
                .. policies.Select(
                    (policy, slot) => new ProfileEntry(slot, "f" + slot, policy, ImmutableArray<byte>.Empty)
                ),
            ]
        )
        {
            Id = id,
        };

    private static PrefixRule Rule(int network, ulong profile) =>
        new(
            1,
            Direction.Outbound,
            0,
            IpPrefix.TryParse($"10.0.{network}.0/24", out var prefix, out _) ? prefix : default,
            profile
        );
}
