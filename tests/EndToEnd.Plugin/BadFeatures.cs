using NetEdit.Bpf;
using NetEdit.EndToEnd.Plugin;
using NetEdit.Features;

[assembly: TuningFeature("refused", typeof(RefusedFeature))]
[assembly: TuningFeature("damaged", typeof(DamagedFeature))]
[assembly: TuningFeature("throwing", typeof(ThrowingFeature))]

namespace NetEdit.EndToEnd.Plugin;

/// <summary>A feature without parameters whose one program is a stage.</summary>
public abstract class StageFeature : ITuningFeature
{
    protected static readonly BpfObject Refused = BpfObject.Embedded(typeof(StageFeature).Assembly, "refused_stage");

    protected StageFeature(string name, BpfObject stage)
    {
        Name = name;
        Variants = [new("bpf", [], [new SockopsStage(stage, SockopsOperations.Established)])];
    }

    public string Name { get; }

    public string Summary => "made to fail";

    public IReadOnlyList<ParameterSpec> Parameters => [];

    public IReadOnlyList<FeatureVariant> Variants { get; }

    public virtual void Encode(ParameterValues values, Span<byte> block)
    {
    }
}

/// <summary>Compiles, and no verifier lets it pass.</summary>
public sealed class RefusedFeature() : StageFeature("refused", Refused);

/// <summary>The first half of an object file.</summary>
public sealed class DamagedFeature() : StageFeature("damaged", new BpfObject("damaged", () => Refused.Image[..(Refused.Image.Length / 2)].ToArray()));

/// <summary>Has a defect in its C#.</summary>
public sealed class ThrowingFeature() : StageFeature("throwing", Refused)
{
    public override void Encode(ParameterValues values, Span<byte> block) => throw new NotSupportedException("made to throw");
}
