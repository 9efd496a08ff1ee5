using System.Collections.Immutable;
using NetEdit.Agent.Demo;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Demo;

public sealed class DeclaredKnobsTests
{
    [Fact]
    public void A_knob_is_declared_where_its_parameter_is_given()
    {
        Declared("full", PolicyState.Active, "idle").ShouldBe(["TCP_KEEPIDLE", "TCP_MAXSEG"], ignoreOrder: true);
        Declared("full", PolicyState.Degraded).ShouldBe(["TCP_MAXSEG"]);
    }

    [Fact]
    public void What_the_variant_cannot_give_is_not_declared() =>
        Declared("lesser", PolicyState.Degraded, "idle").ShouldBe(["TCP_MAXSEG"]);

    [Fact]
    public void A_feature_that_is_not_in_force_declares_nothing() =>
        Declared("full", PolicyState.Conflict, "idle").ShouldBeEmpty();

    [Theory]
    [InlineData(DemoEnds.Client, "TCP_MAXSEG", true)]
    [InlineData(DemoEnds.Either, "TCP_MAXSEG", true)]
    [InlineData(DemoEnds.Server, "TCP_MAXSEG", false)]
    [InlineData(DemoEnds.Client, "SO_SNDBUF", false)]
    internal void A_reading_is_of_the_policys_end_and_knob(DemoEnds ends, string declared, bool expected) =>
        new DemoReading("MSS", DemoEnds.None, "1", "", DemoEnds.Client, ["TCP_MAXSEG"])
            .IsSetBy(ImmutableHashSet.Create<string>(StringComparer.Ordinal, declared), ends)
            .ShouldBe(expected);

    private static ImmutableHashSet<string> Declared(string variant, PolicyState state, params string[] parameters)
    {
        var values = new ParameterValues(parameters.Select(name => KeyValuePair.Create(name, 1L)));
        var policy = new Policy
        {
            Name = "web",
            Source = "",
            Tuning = ImmutableSortedDictionary<string, ParameterValues?>.Empty.Add("sample", values),
        };
        var feature = new FeatureDecision("sample", state, variant, "", [], []);
        var decision = new PolicyDecision("web", "", "/", state, new Reason(ReasonCodes.None, ""), [feature]);
        return DeclaredKnobs.Of(policy, decision, new Catalog());
    }

    private sealed class Catalog : IFeatureCatalog
    {
        public IReadOnlyList<string> Names => ["sample"];

        public ITuningFeature? Find(string name) => new Sample();
    }

    private sealed class Sample : ITuningFeature
    {
        public string Name => "sample";

        public string Summary => "";

        public IReadOnlyList<ParameterSpec> Parameters => [];

        public IReadOnlyList<Knob> Knobs => [Knob.MaximumSegment, Knob.KeepaliveIdle.For("idle")];

        public IReadOnlyList<FeatureVariant> Variants =>
            [new("full", [], []), new("lesser", [], []) { Without = ["idle"] }];

        public void Encode(ParameterValues values, Span<byte> block) { }
    }
}
