using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Bpf;

/// <summary>A program of a feature, and the hookpoint it runs at.</summary>
/// <param name="Object">The compiled program.</param>
public abstract record HookProgram(BpfObject Object)
{
    /// <summary>Capabilities without which this hookpoint cannot be used on a host.</summary>
    public abstract ImmutableArray<string> Requires { get; }
}

/// <summary>
/// A stage of the sockops chain. The object defines the function <c>netedit_stage_XX</c> with the macro
/// <c>NETEDIT_STAGE</c> of <c>netedit/stage.h</c>; the adapter gives it a slot when it fuses a chain.
/// </summary>
/// <param name="Object">The compiled stage.</param>
/// <param name="Operations">The sockops operations the stage is called for.</param>
public sealed record SockopsStage(BpfObject Object, SockopsOperations Operations) : HookProgram(Object)
{
    /// <summary>
    /// The same for connections that are open already, and back: an object that defines <c>netedit_live_XX</c> with the macro
    /// <c>NETEDIT_LIVE_STAGE</c> of <c>netedit/live.h</c>. Null when nothing of it can be changed on an open connection. Used where
    /// the host has <see cref="CapabilityNames.IterTcpSetsockopt"/>; without, the feature tunes new connections only.
    /// </summary>
    public BpfObject? Live { get; init; }

    /// <inheritdoc/>
    public override ImmutableArray<string> Requires =>
        [
            CapabilityNames.Cgroup2,
            CapabilityNames.BpfFileSystem,
            CapabilityNames.Btf,
            CapabilityNames.Sockops,
            CapabilityNames.SocketStorage,
            CapabilityNames.CgroupLink,
        ];
}

/// <summary>A congestion control (struct_ops <c>tcp_congestion_ops</c>) that is registered while any policy needs its feature.</summary>
/// <param name="Object">The compiled object, with exactly one <c>tcp_congestion_ops</c> map.</param>
/// <param name="Algorithm">The algorithm's name in the kernel, at most 15 characters.</param>
public sealed record CongestionControl(BpfObject Object, string Algorithm) : HookProgram(Object)
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Requires =>
        [CapabilityNames.BpfFileSystem, CapabilityNames.Btf, CapabilityNames.StructOps];
}

/// <summary>
/// A program that is attached by itself, with parameters of its own. The object includes <c>netedit/program.h</c>, which has the map
/// the adapter writes them to. Where several policies give the feature to one target, the strongest gives the parameters.
/// </summary>
/// <param name="Object">The compiled object, with one program, or one per mechanism of the hook, or one per hook in sections of the hooks' names.</param>
/// <param name="Hook">Where it runs. A variant has at most one program for each.</param>
public sealed record AttachedProgram(BpfObject Object, Hook Hook) : HookProgram(Object)
{
    /// <summary>Where among programs of others.</summary>
    public HookPlace Place { get; init; }

    /// <summary>How often a second it runs on a busy processor, for hooks of processors; 1 to 1000.</summary>
    public int Hertz { get; init; } = 49;

    /// <inheritdoc/>
    public override ImmutableArray<string> Requires => [CapabilityNames.BpfFileSystem, .. Hook.Requires];
}

/// <summary>Operations of the kernel's sockops hook; bit n stands for operation n of <c>enum bpf_sock_ops</c> (linux/bpf.h).</summary>
[Flags]
public enum SockopsOperations : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A query: the timeout of a SYN or SYN-ACK, in jiffies.</summary>
    TimeoutInit = 1u << 1,

    /// <summary>A query: the initial receive window, in segments.</summary>
    ReceiveWindowInit = 1u << 2,

    /// <summary>Before the SYN of an outbound connection.</summary>
    Connect = 1u << 3,

    /// <summary>An outbound connection is established.</summary>
    ActiveEstablished = 1u << 4,

    /// <summary>An inbound connection is established.</summary>
    PassiveEstablished = 1u << 5,

    /// <summary>A query: whether to ask for ECN.</summary>
    NeedsEcn = 1u << 6,

    /// <summary>A query: the base round-trip time, in microseconds.</summary>
    BaseRtt = 1u << 7,

    /// <summary>A retransmission timeout; comes only when a stage asked for it.</summary>
    RetransmissionTimeout = 1u << 8,

    /// <summary>A retransmission; comes only when a stage asked for it.</summary>
    Retransmission = 1u << 9,

    /// <summary>A change of TCP state; comes only when a stage asked for it.</summary>
    StateChange = 1u << 10,

    /// <summary>A socket listens.</summary>
    Listen = 1u << 11,

    /// <summary>A round-trip time was sampled; comes only when a stage asked for it.</summary>
    RoundTrip = 1u << 12,

    /// <summary>A segment came with an option that the kernel does not know; comes only when a stage asked for it.</summary>
    HeaderOptionParsing = 1u << 13,

    /// <summary>Before the header of each outgoing segment; comes only when a stage asked for it.</summary>
    HeaderOptionLength = 1u << 14,

    /// <summary>An outgoing segment has room for an option; comes only when a stage reserved it.</summary>
    HeaderOptionWriting = 1u << 15,

    /// <summary>Both kinds of establishment.</summary>
    Established = ActiveEstablished | PassiveEstablished,
}
