using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Control;

public sealed class PolicyUsesTests
{
    [Fact]
    public void Counters_of_all_profiles_of_a_policy_are_added_up_by_feature()
    {
        var desired = new DesiredState(
            "r",
            [new DesiredChain("/a", 1, 11, []), new DesiredChain("/a/b", 2, 12, [])],
            [],
            [
                new DesiredProfile(11, [Entry(0, "initial-cwnd", "web"), Entry(1, "pacing", "other")]) { Id = 1 },
                new DesiredProfile(11, [Entry(0, "initial-cwnd", "web")]) { Id = 2 },
                new DesiredProfile(12, [Entry(0, "initial-cwnd", "inner"), Entry(2, "dctcp", "web")]) { Id = 3 },
            ],
            RuleTable.Empty
        );
        TuningCounter[] counters =
        [
            new(1, 0, CounterKind.Tuned, "", 5),
            new(2, 0, CounterKind.Tuned, "", 2),
            new(3, 0, CounterKind.Tuned, "", 100),
            new(1, 1, CounterKind.Tuned, "", 100),
            new(2, 0, CounterKind.Failed, "EINVAL", 1),
            new(1, 0, CounterKind.Failed, "EINVAL", 3),
            new(1, 0, CounterKind.Failed, "ENOENT", 1),
            new(2, 0, CounterKind.Conflict, "", 4),
        ];

        var uses = PolicyUses.Of("web", desired, counters);

        uses.Select(use => use.Feature).ShouldBe(["dctcp", "initial-cwnd"]);
        (uses[0].Tuned, uses[0].Profiles, string.Join(' ', uses[0].Scopes)).ShouldBe((0UL, 1, "/a/b"));
        (uses[1].Tuned, uses[1].Profiles, string.Join(' ', uses[1].Scopes), uses[1].Conflicts).ShouldBe(
            (7UL, 2, "/a", 4UL)
        );
        uses[1]
            .Failed.ShouldBe(
                ImmutableSortedDictionary.CreateRange(
                    StringComparer.Ordinal,
                    [KeyValuePair.Create("EINVAL", 4UL), KeyValuePair.Create("ENOENT", 1UL)]
                )
            );
        PolicyUses.Of("nobody", desired, counters).ShouldBeEmpty();
    }

    [Fact]
    public void The_ports_whose_listeners_get_a_feature_are_named()
    {
        var entry = Entry(0, "keepalive", "web") with { ListenerSettings = [new(Knob.KeepaliveCount, 3)] };
        var desired = new DesiredState(
            "1",
            [new DesiredChain("/a", 1, 11, [])],
            [],
            [
                new DesiredProfile(11, [entry, Entry(1, "pacing", "web")]) { Id = 1 },
                new DesiredProfile(11, new ProfileListeners(0, [entry])),
                new DesiredProfile(11, new ProfileListeners(2, [entry])),
            ],
            new RuleTable([new PortRange(11, 80, 80, 1), new PortRange(11, 90, 99, 2), new PortRange(12, 1, 1, 2)], [])
        );

        var uses = PolicyUses.Of("web", desired, []);

        uses[0].Listeners!.Value.ShouldBe(["all other ports", "ports 90-99"]);
        uses[1].Listeners.ShouldBeNull("no listener passes it on");
        var split = desired with { Profiles = desired.Profiles[..1] };
        PolicyUses.Of("web", split, [])[0].Listeners!.Value.ShouldBeEmpty();
    }

    private static ProfileEntry Entry(int slot, string feature, string policy) => new(slot, feature, policy, []);
}
