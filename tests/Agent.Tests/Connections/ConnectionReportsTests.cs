using System.Collections.Immutable;
using System.Net;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Connections;

/// <summary>What follows from what the kernel says of a connection and what the policies give it.</summary>
public sealed class ConnectionReportsTests
{
    private const ushort Port = 443;
    private static readonly FeatureCatalog Catalog = new([FeatureCatalog.BuiltInDirectory]);
    private static readonly ConnectionExplainer Explainer = Explain(
        "{ initial-cwnd: { segments: 40 }, receive-window: { clamp: 48KiB } }"
    );
    private static readonly DesiredChain Chain = Explainer.Decision.Desired.Chains.Single();
    private static readonly ulong Profile = Explainer.Decision.Desired.Profiles.Single().Id;

    [Fact]
    public void Tuned_at_establishment()
    {
        var info = Of(Tuned(applied: 0b11));

        (info.Tuning, info.Why, info.Chain).ShouldBe(
            (ConnectionTuning.AtEstablishment, "when it was established", "/")
        );
        info.Features.ShouldAllBe(feature =>
            feature.State == ConnectionFeatureState.Applied && feature.Why.Length == 0
        );
        info.Features.Select(feature => $"{feature.Feature} {feature.Policy} {feature.Values}")
            .ShouldBe(["initial-cwnd web segments: 40", "receive-window web clamp: 48KiB"]);
    }

    [Fact]
    public void What_a_walk_could_not_give_is_for_new_connections()
    {
        var info = Of(Tuned(applied: 0b10) with { Walked = true, Adopted = true });

        info.Tuning.ShouldBe(ConnectionTuning.ByWalk);
        State(info, "receive-window").ShouldBe((ConnectionFeatureState.Applied, ""));
        State(info, "initial-cwnd")
            .ShouldBe((ConnectionFeatureState.NotApplied, "the connection was open before, and this is for new ones"));
    }

    [Fact]
    public void What_the_kernel_refused_has_its_errno()
    {
        var info = Of(Tuned(applied: 0) with { Errors = Errors(1, new RefusedSetting("EINVAL", "invalid")) });

        (info.Tuning, info.Why).ShouldBe((ConnectionTuning.NotApplied, "looked at, and refused by the kernel"));
        info.Features[1].Error.ShouldBe("EINVAL");
        State(info, "receive-window").ShouldBe((ConnectionFeatureState.Failed, "invalid"));
    }

    [Fact]
    public void What_was_paused_when_it_was_established_is_paused_and_what_was_applied_is_not()
    {
        var info = Of(Tuned(applied: 0b10), pauses: [PauseTarget.Policy("web")]);

        State(info, "initial-cwnd").ShouldBe((ConnectionFeatureState.Paused, "until netedit resume"));
        State(info, "receive-window").ShouldBe((ConnectionFeatureState.Applied, ""));
    }

    [Fact]
    public void What_no_policy_gives_any_more_is_left_over()
    {
        var info = Of(Tuned(applied: 0b11), Explain("{ receive-window: { clamp: 48KiB } }"));

        info.Why.ShouldBe("when it was established; has the values of an older revision; updated at the next walk");
        State(info, "initial-cwnd").ShouldBe((ConnectionFeatureState.Leftover, "no policy gives it any more"));
        State(info, "receive-window").ShouldBe((ConnectionFeatureState.Applied, "has the value of an older revision"));
    }

    [Fact]
    public void What_a_chain_before_applied_is_known_by_its_slots_and_what_nothing_names_is_unknown()
    {
        const uint Before = 7;
        ImmutableArray<ObservedChain> chains =
        [
            Chains[0] with
            {
                Former = [new FormerChain(Before, ["initial-cwnd", null])],
            },
        ];
        var known = Under(Tuned(applied: 0b01) with { AppliedChain = Before, Earlier = 0b01 }, chains);
        State(known, "initial-cwnd")
            .ShouldBe(
                (ConnectionFeatureState.Applied, "has the value that an older revision gave when it was established")
            );
        State(known, "receive-window").State.ShouldBe(ConnectionFeatureState.NotApplied);

        State(Under(Tuned(applied: 0b11) with { AppliedChain = Before }, chains), "receive-window")
            .State.ShouldBe(ConnectionFeatureState.Unknown, "the slot has no name any more");
        Under(Tuned(applied: 0b01) with { AppliedChain = Before }, Chains)
            .Features.ShouldAllBe(feature => feature.State == ConnectionFeatureState.Unknown, "nor has the chain");
        State(Under(Tuned(applied: 0b10) with { Forgot = true, Walked = true }, Chains), "initial-cwnd")
            .State.ShouldBe(ConnectionFeatureState.Unknown, "the walk found no slot for it");
    }

    [Fact]
    public void Programs_of_others_are_said_of_the_connections_they_meet()
    {
        ImmutableArray<ForeignProgram> foreign =
        [
            new("/", 1, "beside", true),
            new("/", 2, "below", false) { Below = "/a" },
            new("/", 3, "elsewhere", false) { Below = "/b" },
            new("/", 4, "other hook", null) { Hook = "tcx/ingress" },
        ];

        ConnectionReports
            .Of(
                Connection(Tuned(applied: 0b11)),
                "/a/inner",
                new ConnectionContext(Explainer, Chains, [], Remembered: true) { Foreign = foreign }
            )
            .Foreign.Select(program => program.ProgramId)
            .ShouldBe([1u, 2u]);
    }

    private static ConnectionInfo Under(RememberedTuning tuning, ImmutableArray<ObservedChain> chains) =>
        ConnectionReports.Of(Connection(tuning), "/", new ConnectionContext(Explainer, chains, [], Remembered: true));

    [Fact]
    public void Nothing_remembered_says_why()
    {
        Why(null)
            .ShouldBe(
                (ConnectionTuning.NotLookedAt, "it was open before, and no walk over open connections has met it")
            );
        Why(null, Explain("{ initial-cwnd: { segments: 40 } }"))
            .ShouldBe((ConnectionTuning.NotLookedAt, "it was open before, and what matches is for new connections"));
        Why(null, Explain("{ initial-cwnd: { segments: 40 } }", "connections: [ { ports: [80] } ]"))
            .ShouldBe((ConnectionTuning.NotMatched, "nothing matches"));
        Why(null, attached: false).ShouldBe((ConnectionTuning.NotLookedAt, "the chain of / is not attached"));
        Why(null, pauses: [PauseTarget.Everything])
            .ShouldBe(
                (
                    ConnectionTuning.NotLookedAt,
                    "tuning is paused, and open connections are looked at when it is resumed"
                )
            );
        Why(null, state: TcpState.FinWait1).Tuning.ShouldBe(ConnectionTuning.NotLookedAt);
        Why(null, direction: null).Why.ShouldContain("nothing tells who opened it");
    }

    [Fact]
    public void Without_policies_the_kernel_alone_says_what_was_applied()
    {
        var info = ConnectionReports.Of(
            Connection(Tuned(applied: 0b01)),
            "/",
            new ConnectionContext(null, Chains, [], Remembered: true)
        );

        info.Tuning.ShouldBe(ConnectionTuning.AtEstablishment);
        info.Features.ShouldHaveSingleItem()
            .ShouldBe(
                new ConnectionFeatureInfo("initial-cwnd", ConnectionFeatureState.Applied, null, "", null, "", [])
            );
    }

    [Fact]
    public void A_kernel_that_does_not_tell_what_is_remembered_leaves_what_the_policies_give()
    {
        var info = ConnectionReports.Of(
            Connection(null),
            "/",
            new ConnectionContext(Explainer, Chains, [], Remembered: false)
        );

        info.Tuning.ShouldBe(ConnectionTuning.Unknown);
        info.Features.Length.ShouldBe(2);
    }

    [Fact]
    public void A_connection_that_is_being_opened_is_not_applied_yet()
    {
        var info = Of(Tuned(applied: 0), state: TcpState.SynSent);

        info.Tuning.ShouldBe(ConnectionTuning.Opening);
        State(info, "initial-cwnd").Why.ShouldBe("it counts as applied once the connection is established");
    }

    private static ImmutableArray<ObservedChain> Chains =>
        [new ObservedChain("/", 1, Chain.Key, "", [.. Chain.Stages.Select(stage => stage.Feature)], 1, 1)];

    private static RememberedTuning Tuned(ushort applied) =>
        new(
            Profile,
            Chain.Key,
            Profile,
            Chain.Key,
            applied,
            1,
            Walked: false,
            Adopted: false,
            Skipped: false,
            Errors()
        );

    private static ImmutableArray<RefusedSetting?> Errors(int slot = -1, RefusedSetting? refused = null) =>
        [.. Enumerable.Range(0, 16).Select(index => index == slot ? refused : null)];

    private static ConnectionInfo Of(
        RememberedTuning? tuning,
        ConnectionExplainer? explainer = null,
        bool attached = true,
        string[]? pauses = null,
        TcpState state = TcpState.Established,
        Direction? direction = Direction.Outbound
    ) =>
        ConnectionReports.Of(
            Connection(tuning) with
            {
                State = state,
                Direction = direction,
            },
            "/",
            new ConnectionContext(explainer ?? Explainer, attached ? Chains : [], [.. pauses ?? []], Remembered: true)
        );

    private static (ConnectionTuning Tuning, string Why) Why(
        RememberedTuning? tuning,
        ConnectionExplainer? explainer = null,
        bool attached = true,
        string[]? pauses = null,
        TcpState state = TcpState.Established,
        Direction? direction = Direction.Outbound
    ) => Of(tuning, explainer, attached, pauses, state, direction) is var info ? (info.Tuning, info.Why) : default;

    private static (ConnectionFeatureState State, string Why) State(ConnectionInfo info, string feature) =>
        info.Features.Single(candidate => candidate.Feature == feature) is var found
            ? (found.State, found.Why)
            : default;

    private static OpenConnection Connection(RememberedTuning? tuning) =>
        new(
            IPEndPoint.Parse("10.0.0.1:40000"),
            new IPEndPoint(IPAddress.Parse("10.0.0.2"), Port),
            TcpState.Established,
            Direction.Outbound,
            1,
            1,
            1,
            0,
            "eth0",
            tuning,
            new SocketValues
            {
                CongestionControl = "cubic",
                CongestionWindow = 10,
                SegmentBytes = 1460,
                AdvertisedSegmentBytes = 1460,
                ReceiveBufferBytes = 1,
                SendBufferBytes = 1,
                WindowClampBytes = 1,
                RtoMilliseconds = 200,
                TypeOfService = 0,
                KeepAlive = false,
                Retransmits = 0,
                SentBytes = 0,
                RetransmittedBytes = 0,
                ReceivedBytes = 0,
            }
        );

    private static ConnectionExplainer Explain(string tuning, string spec = "priority: 0")
    {
        var text =
            $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  {spec}\n  "
            + $"tuning: {tuning}\n";
        var set = PolicyReader
            .Read([("p.yaml", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))], Catalog)
            .Set.ShouldNotBeNull();
        var host = new HostFacts
        {
            KernelRelease = "6.1.9-test",
            Cgroups = ImmutableSortedDictionary<string, ulong>.Empty.Add("/", 1),
        };
        return Decider.Explain(set, host, new CapabilityReport("6.1.9-test", Everything), Catalog, []);
    }

    private static ImmutableArray<Capability> Everything =>
        [
            .. Catalog
                .Names.SelectMany(name => Catalog.Find(name)!.Variants)
                .SelectMany(variant => variant.AllRequirements)
                .Append(CapabilityNames.IterTcpSetsockopt)
                .Distinct(StringComparer.Ordinal)
                .Select(name => new Capability(name, true, "it works")),
        ];
}
