using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Bench.Kernel;

/// <summary>A stage of <c>bench/bpf</c>: one setting, with one number for a parameter.</summary>
internal sealed record BenchStage(string Name, SockopsOperations Operations, uint Parameter)
{
    private const SockopsOperations ConnectAndAccept = SockopsOperations.Connect | SockopsOperations.PassiveEstablished;

    /// <summary>Eight settings, in the order of the slots in <c>bench_hand.bpf.c</c>.</summary>
    internal static IReadOnlyList<BenchStage> Eight { get; } =
    [
        new("bench_cwnd", SockopsOperations.Established, 40),
        new("bench_rwnd", SockopsOperations.ReceiveWindowInit, 20),
        new("bench_ecn", SockopsOperations.NeedsEcn, 1),
        new("bench_timeout", SockopsOperations.TimeoutInit, 200),
        new("bench_pacing", SockopsOperations.Established, 1_250_000_000),
        new("bench_lowat", SockopsOperations.Established, 131_072),
        new("bench_user_timeout", ConnectAndAccept, 30_000),
        new("bench_cwnd_clamp", SockopsOperations.Established, 1000),
    ];

    internal ChainStage Stage { get; } =
        new(Name, "bench", new SockopsStage(BpfObject.Embedded(typeof(BenchStage).Assembly, Name), Operations));

    internal static DesiredProfile Profile(DesiredChain chain, params IReadOnlyList<BenchStage> stages)
    {
        ProfileEntry[] entries =
        [
            .. stages.Select((stage, slot) => new ProfileEntry(slot, stage.Name, "bench", [.. stage.Block()])),
        ];
        return new DesiredProfile(chain.Key, [.. entries]);
    }

    private byte[] Block()
    {
        var block = new byte[FeatureLimits.ParameterBytes];
        BitConverter.TryWriteBytes(block, Parameter);
        return block;
    }
}
