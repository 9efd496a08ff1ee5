using NetEdit.Adapter;
using NetEdit.Bpf;

namespace NetEdit.Features.Tests;

/// <summary>What features declare is what the instructions of their programs do.</summary>
public sealed class KnobTests
{
    public static TheoryData<string> Names => [.. Features.Select(feature => feature.Name)];

    private static readonly IReadOnlyList<ITuningFeature> Features =
    [
        .. typeof(InitialCwndFeature)
            .Assembly.GetCustomAttributes(typeof(TuningFeatureAttribute), inherit: false)
            .Cast<TuningFeatureAttribute>()
            .Select(announced => (ITuningFeature)Activator.CreateInstance(announced.Type)!),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_feature_sets_is_declared_and_the_other_way_round(string name)
    {
        var feature = Features.Single(feature => feature.Name == name);
        KnobCheck.Undeclared(feature).ShouldBeEmpty();
        KnobCheck.Unused(feature).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_declared_is_named() =>
        KnobCheck
            .Undeclared(new Silent(new KeepaliveFeature()))
            .ShouldBe([
                "sets option 18 of level 6, for which it declares no knob",
                "sets option 4 of level 6, for which it declares no knob",
                "sets option 5 of level 6, for which it declares no knob",
                "sets option 6 of level 6, for which it declares no knob",
                "sets option 9 of level 1, for which it declares no knob",
            ]);

    [Fact]
    public void So_is_an_answer() =>
        KnobCheck
            .Undeclared(new Silent(new EcnFeature()))
            .ShouldBe(["answers NeedsEcn, for which it declares no knob"]);

    [Fact]
    public void So_are_callbacks_whose_operations_the_stage_is_not_called_for()
    {
        var clamp = new ReceiveWindowFeature();
        var stage = clamp.Variants[0].Stage!;
        var deaf = clamp.Variants[0] with
        {
            Programs = [stage with { Operations = stage.Operations & ~SockopsOperations.HeaderOptionLength }],
        };

        KnobCheck
            .Undeclared(new Silent(clamp) { Knobs = clamp.Knobs, Variants = [deaf] })
            .ShouldBe(["requests callback flags 0x40, but its stage declares none of their operations"]);
    }

    [Fact]
    public void A_knob_that_nothing_sets_is_named() =>
        KnobCheck
            .Unused(new Silent(new EcnFeature()) { Knobs = [Knob.Ecn, Knob.PacingRate, Knob.HandshakeTimeout] })
            .ShouldBe(["SO_MAX_PACING_RATE", "reply to TIMEOUT_INIT"]);

    /// <summary>A feature that says nothing of what it sets.</summary>
    private sealed class Silent(ITuningFeature feature) : ITuningFeature
    {
        public string Name => feature.Name;

        public string Summary => feature.Summary;

        public IReadOnlyList<ParameterSpec> Parameters => feature.Parameters;

        public IReadOnlyList<Knob> Knobs { get; init; } = [];

        public IReadOnlyList<FeatureVariant> Variants { get; init; } = feature.Variants;

        public void Encode(ParameterValues values, Span<byte> block) => feature.Encode(values, block);
    }
}
