using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Maps;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

/// <summary>What a chain says of itself and of the chains before it.</summary>
public sealed class ChainRecordTests
{
    private static readonly BpfObject Object = new("o", () => [1]);

    [Fact]
    public void The_chains_before_are_read_back_by_the_features_they_share_with_it()
    {
        var former = new[] { new FormerChain(3, ["initial-cwnd", "mss"]), new FormerChain(2, ["mss", "dscp"]) };

        var attached = Attached(Chain(4, "dscp", "mss"), former);

        attached
            .Former.Select(chain => (chain.Key, string.Join(' ', chain.Features.Take(3).Select(name => name ?? "-"))))
            .ShouldBe([(3u, "- mss -"), (2u, "mss dscp -")]);
        Attached(Chain(5, "mss"), attached.AsFormer).Former.Select(chain => chain.Key).ShouldBe([4u, 3u, 2u]);
    }

    [Fact]
    public void As_many_are_kept_as_there_is_room_for_each_once_and_never_the_chain_itself()
    {
        var former = Enumerable
            .Range(1, 20)
            .SelectMany(key => new[] { new FormerChain((uint)key, ["mss"]), new FormerChain((uint)key, ["mss"]) });

        Attached(Chain(2, "mss"), former).Former.Select(chain => chain.Key).ShouldBe([1u, 3u, 4u, 5u, 6u, 7u, 8u, 9u]);
    }

    [Fact]
    public void A_version_before_says_all_that_it_knows()
    {
        var bytes = ChainRecord.Encode(Chain(4, "mss"), "digest", 9);

        var record = ChainRecord.Decode(bytes.AsSpan(0, Abi.Chain.Program)).ShouldNotBeNull();

        (record.Key, record.Scope, record.Ledger, record.Program).ShouldBe((4u, "/a", 9ul, 0ul));
        ChainRecord.Decode(bytes.AsSpan(0, Abi.Chain.LeastSize)).ShouldNotBeNull().Ledger.ShouldBe(0ul);
    }

    [Fact]
    public void A_program_that_scopes_share_says_what_they_have_in_common_and_no_scope()
    {
        var record = ChainRecord.Decode(ChainRecord.EncodeShared(Chain(4, "mss"), "digest", 9)).ShouldNotBeNull();

        (record.IsShared, record.Scope, record.Depth, record.Ledger).ShouldBe((true, "", 1u, 9ul));
        (record.Digest, record.Program).ShouldBe(("digest", Identity.ProgramId(Chain(5, "mss").Stages)));
    }

    [Fact]
    public void While_its_chain_is_replaced_a_scope_knows_the_keys_of_both_programs()
    {
        var (one, other) = (Chain(4, "mss"), Chain(5, "dscp", "mss"));
        var first = ScopeRecord.Encode(one, [], before: null);

        var both = ScopeRecord.Encode(other, [new FormerChain(4, ["mss"])], (first, Identity.ProgramId(one.Stages)));

        ScopeRecord.PathOf(both).ShouldBe("/a");
        ScopeRecord.ChainOf(both, Shared(one)).Key.ShouldBe(4u);
        var (key, former) = ScopeRecord.ChainOf(both, Shared(other));
        (key, former.Single().Key, former.Single().Features[0]).ShouldBe((5u, 4u, "mss"));
        ScopeRecord.ChainOf(first, Shared(other)).Key.ShouldBe(0u);
    }

    [Fact]
    public void The_longest_name_that_a_feature_may_have_fits()
    {
        var name = new string('a', FeatureLimits.NameLength);

        Shared(Chain(4, name)).Features.ShouldBe([name]);
    }

    private static AttachedChain Attached(DesiredChain chain, IEnumerable<FormerChain> former)
    {
        var (key, before) = ScopeRecord.ChainOf(ScopeRecord.Encode(chain, former, before: null), Shared(chain));
        return new AttachedChain(Shared(chain), chain.Scope, key, before);
    }

    private static ChainRecord Shared(DesiredChain chain) =>
        ChainRecord.Decode(ChainRecord.EncodeShared(chain, "digest", 1)).ShouldNotBeNull();

    private static DesiredChain Chain(uint key, params string[] features) =>
        new(
            "/a",
            1,
            key,
            [
                .. features.Select(feature => new ChainStage(
                    feature,
                    "bpf",
                    new SockopsStage(Object, SockopsOperations.Established)
                )),
            ]
        );
}
