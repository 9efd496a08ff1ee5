using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.TestPlugin;

[assembly: TuningFeature("refused", typeof(RefusedFeature))]
[assembly: TuningFeature("damaged", typeof(DamagedFeature))]
[assembly: TuningFeature("throwing", typeof(ThrowingFeature))]
[assembly: TuningFeature("indescribable", typeof(IndescribableFeature))]
[assembly: TuningFeature("undeclared", typeof(UndeclaredFeature))]
[assembly: TuningFeature("unchecked", typeof(UncheckedFeature))]

namespace NetEdit.TestPlugin;

/// <summary>A feature without parameters whose one program is a stage.</summary>
public abstract class StageFeature : ITuningFeature
{
    protected static readonly BpfObject Refused = BpfObject.Embedded(typeof(StageFeature).Assembly, "refused_stage");

    private readonly IReadOnlyList<FeatureVariant> _variants;

    protected StageFeature(string name, BpfObject stage)
    {
        Name = name;
        _variants = [new("bpf", [], [new SockopsStage(stage, SockopsOperations.Established)])];
    }

    public string Name { get; }

    public string Summary => "made to fail";

    public IReadOnlyList<ParameterSpec> Parameters => [];

    public virtual IReadOnlyList<FeatureVariant> Variants => _variants;

    public virtual IEnumerable<string> Validate(ParameterValues values) => [];

    public virtual void Encode(ParameterValues values, Span<byte> block) { }
}

/// <summary>Compiles, and no verifier lets it pass.</summary>
public sealed class RefusedFeature() : StageFeature("refused", Refused);

/// <summary>The first half of an object file.</summary>
public sealed class DamagedFeature()
    : StageFeature("damaged", new BpfObject("damaged", () => Refused.Image[..(Refused.Image.Length / 2)].ToArray()));

/// <summary>Has a defect in its C#.</summary>
public sealed class ThrowingFeature() : StageFeature("throwing", Refused)
{
    public override void Encode(ParameterValues values, Span<byte> block) =>
        throw new NotSupportedException("made to throw");
}

/// <summary>Sets a buffer and a clamp, and says nothing of it.</summary>
public sealed class UndeclaredFeature()
    : StageFeature("undeclared", BpfObject.Embedded(typeof(StageFeature).Assembly, "receive_window"));

/// <summary>Cannot say what it consists of.</summary>
public sealed class IndescribableFeature() : StageFeature("indescribable", Refused)
{
    public override IReadOnlyList<FeatureVariant> Variants => throw new NotSupportedException("made to throw");
}

/// <summary>Cannot check its values.</summary>
public sealed class UncheckedFeature() : StageFeature("unchecked", Refused)
{
    public override IEnumerable<string> Validate(ParameterValues values) =>
        throw new NotSupportedException("made to throw");
}
