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

        var record = Read(Chain(4, "dscp", "mss"), former);

        record.Features.ShouldBe(["dscp", "mss"]);
        record
            .Former.Select(chain => (chain.Key, string.Join(' ', chain.Features.Take(3).Select(name => name ?? "-"))))
            .ShouldBe([(3u, "- mss -"), (2u, "mss dscp -")]);
        Read(Chain(5, "mss"), record.AsFormer).Former.Select(chain => chain.Key).ShouldBe([4u, 3u, 2u]);
    }

    [Fact]
    public void As_many_are_kept_as_there_is_room_for_each_once_and_never_the_chain_itself()
    {
        var former = Enumerable
            .Range(1, 20)
            .SelectMany(key => new[] { new FormerChain((uint)key, ["mss"]), new FormerChain((uint)key, ["mss"]) });

        Read(Chain(2, "mss"), former).Former.Select(chain => chain.Key).ShouldBe([1u, 3u, 4u, 5u, 6u, 7u, 8u, 9u]);
    }

    [Fact]
    public void A_version_that_does_not_say_the_chains_before_says_all_else()
    {
        var bytes = ChainRecord.Encode(Chain(4, "mss"), "digest", 9, [new FormerChain(3, ["mss"])]);

        var record = ChainRecord.Decode(bytes.AsSpan(0, Abi.Chain.Former)).ShouldNotBeNull();

        (record.Key, record.Ledger, record.Former.Length).ShouldBe((4u, 9ul, 0));
        ChainRecord.Decode(bytes.AsSpan(0, Abi.Chain.LeastSize)).ShouldNotBeNull().Ledger.ShouldBe(0ul);
    }

    [Fact]
    public void The_longest_name_that_a_feature_may_have_fits()
    {
        var name = new string('a', FeatureLimits.NameLength);

        Read(Chain(4, name), []).Features.ShouldBe([name]);
    }

    private static ChainRecord Read(DesiredChain chain, IEnumerable<FormerChain> former) =>
        ChainRecord.Decode(ChainRecord.Encode(chain, "digest", 1, former)).ShouldNotBeNull();

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
