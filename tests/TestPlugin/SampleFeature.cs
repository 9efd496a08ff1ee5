using System.Buffers.Binary;
using NetEdit.Features;

[assembly: TuningFeature("sample", typeof(NetEdit.TestPlugin.SampleFeature))]
[assembly: TuningFeature("sample-broken", typeof(NetEdit.TestPlugin.BrokenFeature))]

namespace NetEdit.TestPlugin;

/// <summary>The smallest feature there can be: one number, and no program.</summary>
public sealed class SampleFeature : ITuningFeature
{
    public string Name => "sample";

    public string Summary => "does nothing, with a number";

    public IReadOnlyList<ParameterSpec> Parameters { get; } =
    [new("number", ParameterKind.Count, 1, 100, "The number.", Required: true)];

    public IReadOnlyList<FeatureVariant> Variants { get; } = [new("plain", [], [])];

    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteInt64LittleEndian(block, values.Number("number") ?? 0);
}

/// <summary>A feature that cannot be made.</summary>
public sealed class BrokenFeature : ITuningFeature
{
    public BrokenFeature() => throw new InvalidOperationException("made to fail");

    public string Name => "sample-broken";

    public string Summary => "";

    public IReadOnlyList<ParameterSpec> Parameters => [];

    public IReadOnlyList<FeatureVariant> Variants => [];

    public void Encode(ParameterValues values, Span<byte> block) { }
}
