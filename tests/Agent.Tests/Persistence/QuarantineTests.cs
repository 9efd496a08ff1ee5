using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Persistence;

public sealed class QuarantineTests
{
    private static readonly Rejection Refused = new("dctcp", "bpf", "digest", "could not load: EINVAL (invalid)");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_refused_program_stays_until_the_kernel_changes()
    {
        var quarantine = Make("6.18 #1");
        quarantine.Add(Refused);
        quarantine.Add(Refused with { Reason = "again" });

        Make("6.18 #1", quarantine)
            .Rejections(new FeatureCatalog([]), new HashSet<string>())
            .ShouldBe([Refused with { Remembered = true }]);
        Make("6.18 #2", quarantine).Entries.ShouldBeEmpty();
        Make("6.19 #1", quarantine).Entries.ShouldBeEmpty();
    }

    [Fact]
    public void It_is_let_go_when_its_digest_changes_and_on_request()
    {
        var quarantine = Make("k");
        quarantine.Add(Refused);
        quarantine.Add(Refused with { Feature = "other" });

        quarantine.ReleaseChanged(_ => null).ShouldBeEmpty();
        quarantine.ReleaseChanged(_ => ["digest", "more"]).ShouldBeEmpty();
        quarantine.Release("nothing").ShouldBeEmpty();
        quarantine.Release("dctcp").Single().Feature.ShouldBe("dctcp");
        quarantine.ReleaseChanged(_ => ["another"]).Single().Feature.ShouldBe("other");
        quarantine.Add(Refused);
        quarantine.Release(null).Length.ShouldBe(1);
        quarantine.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void A_feature_that_flaps_is_refused_as_a_whole_when_a_policy_names_it()
    {
        var quarantine = Make("k");
        quarantine.Add("fake", "basis", "6 times", [new QuarantineEvent(_time.GetUtcNow(), "lost")]);

        quarantine
            .Rejections(new FakeCatalog(), new HashSet<string> { "fake" })
            .Select(rejection => (rejection.Variant, rejection.Digest, rejection.Remembered))
            .ShouldBe([("best", FakeCatalog.Object.Digest, true), ("lesser", FakeCatalog.Object.Digest, true)]);
        quarantine.Rejections(new FakeCatalog(), new HashSet<string>()).ShouldBeEmpty();
        quarantine.Entries.Single().History.Single().What.ShouldBe("lost");
    }

    [Fact]
    public void It_is_bounded()
    {
        var quarantine = Make("k");
        for (var i = 0; i < Quarantine.MostEntries + 10; i++)
        {
            quarantine.Add(Refused with { Digest = $"{i}", Reason = new string('x', 100_000) });
        }

        quarantine.Entries.Length.ShouldBe(Quarantine.MostEntries);
        quarantine.Entries[0].Digest.ShouldBe("10");
        quarantine.Entries.ShouldAllBe(entry => entry.Reason.Length < 5000);
    }

    private Quarantine Make(string kernel, Quarantine? before = null) => new(before?.Entries ?? [], kernel, _time);

    private sealed class FakeCatalog : IFeatureCatalog, ITuningFeature
    {
        public static readonly BpfObject Object = new("o", () => [1, 2, 3]);

        public IReadOnlyList<string> Names => [Name];

        public string Name => "fake";

        public string Summary => "";

        public IReadOnlyList<ParameterSpec> Parameters => [];

        public IReadOnlyList<FeatureVariant> Variants { get; } =
        [
            new("best", [], [new SockopsStage(Object, SockopsOperations.Established)]),
            new("lesser", [], [new SockopsStage(Object, SockopsOperations.Established)]),
        ];

        public ITuningFeature? Find(string name) => name == Name ? this : null;

        public void Encode(ParameterValues values, Span<byte> block) { }
    }
}
