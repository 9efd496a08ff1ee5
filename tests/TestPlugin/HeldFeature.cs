using NetEdit.Features;
using NetEdit.TestPlugin;

[assembly: TuningFeature("held", typeof(HeldFeature))]

namespace NetEdit.TestPlugin;

/// <summary>Takes as long to construct as the file that <c>NETEDIT_TEST_HOLD</c> names exists; it writes into it that it has begun.</summary>
public sealed class HeldFeature : ITuningFeature
{
    public HeldFeature()
    {
        if (Environment.GetEnvironmentVariable("NETEDIT_TEST_HOLD") is not { } file || !File.Exists(file))
        {
            return;
        }

        File.AppendAllText(file, "begun");
        while (File.Exists(file))
        {
            Thread.Sleep(10);
        }
    }

    public string Name => "held";

    public string Summary => "made to be slow";

    public IReadOnlyList<ParameterSpec> Parameters => [];

    public IReadOnlyList<FeatureVariant> Variants { get; } = [new("none", ["no-such-capability"], [])];

    public void Encode(ParameterValues values, Span<byte> block) { }
}
