using System.Buffers.Binary;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.TestPlugin;

[assembly: TuningFeature("clamp-of-yesterday", typeof(PassingFeature))]

namespace NetEdit.TestPlugin;

/// <summary>Works, on new connections and on open ones; its plugin is deleted while it is in force.</summary>
public sealed class PassingFeature : ITuningFeature
{
    public const int Clamp = 32 * 1024;

    private static readonly BpfObject Stage = BpfObject.Embedded(typeof(PassingFeature).Assembly, "receive_window");
    private static readonly BpfObject Live = BpfObject.Embedded(typeof(PassingFeature).Assembly, "receive_window_live");

    public string Name => "clamp-of-yesterday";

    public string Summary => "a clamp of the receive window, from a plugin";

    public IReadOnlyList<ParameterSpec> Parameters => [];

    public IReadOnlyList<Knob> Knobs { get; } = [Knob.ReceiveWindowClamp, Knob.ReceiveBuffer];

    public IReadOnlyList<FeatureVariant> Variants { get; } =
    [
        new(
            "bpf",
            [],
            [
                new SockopsStage(
                    Stage,
                    SockopsOperations.Connect | SockopsOperations.Established | SockopsOperations.HeaderOptionLength
                )
                {
                    Live = Live,
                },
            ]
        ),
    ];

    public void Encode(ParameterValues values, Span<byte> block) =>
        BinaryPrimitives.WriteInt32LittleEndian(block[sizeof(int)..], Clamp);
}
