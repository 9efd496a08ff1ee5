using System.Collections.Immutable;
using NetEdit.Host;

namespace NetEdit.Bpf;

/// <summary>A program of a feature, and the hookpoint where it runs.</summary>
/// <param name="Object">The compiled program.</param>
public abstract record HookProgram(BpfObject Object)
{
    /// <summary>The capabilities that a host must have so that this hookpoint can be used.</summary>
    public abstract ImmutableArray<string> Requires { get; }
}

/// <summary>
/// A stage of the sockops chain. The object defines the function <c>netedit_stage_XX</c> with the macro
/// <c>NETEDIT_STAGE</c> of <c>netedit/stage.h</c>. The adapter assigns a slot to the stage when it links a chain.
/// </summary>
/// <param name="Object">The compiled stage.</param>
/// <param name="Operations">The sockops operations for which the stage is called.</param>
public sealed record SockopsStage(BpfObject Object, SockopsOperations Operations) : HookProgram(Object)
{
    /// <summary>
    /// The live stage, which makes the settings of this stage on connections that are already open, and takes them
    /// back. The object defines <c>netedit_live_XX</c> with the macro <c>NETEDIT_LIVE_STAGE</c> of
    /// <c>netedit/live.h</c>. The property is null if none of the settings can be changed on an open connection. The
    /// live stage is used if the host has <see cref="CapabilityNames.IterTcpSetsockopt"/>. On other hosts the feature
    /// tunes new connections only.
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

/// <summary>
/// A congestion control (struct_ops <c>tcp_congestion_ops</c>). It is registered as long as any policy needs its
/// feature.
/// </summary>
/// <param name="Object">The compiled object, with exactly one <c>tcp_congestion_ops</c> map.</param>
/// <param name="Algorithm">The algorithm's name in the kernel, at most 15 characters.</param>
public sealed record CongestionControl(BpfObject Object, string Algorithm) : HookProgram(Object)
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Requires =>
        [CapabilityNames.BpfFileSystem, CapabilityNames.Btf, CapabilityNames.StructOps];
}

/// <summary>
/// A standalone program, which is attached at a hook of its own and has its own parameters. The object includes
/// <c>netedit/program.h</c>, which defines the map to which the adapter writes the parameters. If several policies give
/// the feature to one target, the parameters of the strongest policy apply.
/// </summary>
/// <param name="Object">
/// The compiled object. It contains one program, or one program for each mechanism of the hook, or one program for each
/// hook, in sections with the hooks' names.
/// </param>
/// <param name="Hook">The hook where the program runs. A variant has at most one program for each hook.</param>
public sealed record AttachedProgram(BpfObject Object, Hook Hook) : HookProgram(Object)
{
    /// <summary>Where the program runs among the programs of others.</summary>
    public HookPlace Place { get; init; }

    /// <summary>
    /// The number of times a second that the program runs on a busy processor, 1 to 1000. It applies only to hooks of
    /// processors.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1 or more than 1000.</exception>
    public int Hertz
    {
        get;
        init =>
            field = value is >= 1 and <= 1000
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(value),
                    $"a program of a processor runs 1 to 1000 times a second, not {value} times"
                );
    } = 49;

    /// <inheritdoc/>
    public override ImmutableArray<string> Requires => [CapabilityNames.BpfFileSystem, .. Hook.Requires];
}

/// <summary>
/// Operations of the kernel's sockops hook. Bit n stands for operation n of the enumeration <c>BPF_SOCK_OPS_*</c>
/// (linux/bpf.h). The kernel reports some operations only on request. A stage requests them by their
/// <c>BPF_SOCK_OPS_*_CB_FLAG</c> in the field <c>callbacks</c> of its call (<c>netedit/stage.h</c>).
/// </summary>
[Flags]
public enum SockopsOperations : uint
{
    /// <summary>No operation.</summary>
    None = 0,

    /// <summary>A query for the timeout of a SYN or SYN-ACK, in jiffies.</summary>
    TimeoutInit = 1u << 1,

    /// <summary>A query for the initial receive window, in segments.</summary>
    ReceiveWindowInit = 1u << 2,

    /// <summary>The SYN of an outbound connection is about to be sent.</summary>
    Connect = 1u << 3,

    /// <summary>An outbound connection is established.</summary>
    ActiveEstablished = 1u << 4,

    /// <summary>An inbound connection is established.</summary>
    PassiveEstablished = 1u << 5,

    /// <summary>A query about whether the connection asks for ECN.</summary>
    NeedsEcn = 1u << 6,

    /// <summary>A query for the base round-trip time, in microseconds.</summary>
    BaseRtt = 1u << 7,

    /// <summary>A retransmission timeout has expired. The kernel reports it only if a stage asked for it.</summary>
    RetransmissionTimeout = 1u << 8,

    /// <summary>A segment is retransmitted. The kernel reports it only if a stage asked for it.</summary>
    Retransmission = 1u << 9,

    /// <summary>The TCP state of a connection changes. The kernel reports it only if a stage asked for it.</summary>
    StateChange = 1u << 10,

    /// <summary>A socket starts to listen.</summary>
    Listen = 1u << 11,

    /// <summary>A round-trip time was sampled. The kernel reports it only if a stage asked for it.</summary>
    RoundTrip = 1u << 12,

    /// <summary>
    /// A segment arrived with an option that the kernel does not know. The kernel reports it only if a stage asked for
    /// it.
    /// </summary>
    HeaderOptionParsing = 1u << 13,

    /// <summary>
    /// The header of an outgoing segment is about to be made, and a stage can reserve room for an option in it. The
    /// kernel reports it only if a stage asked for it.
    /// </summary>
    HeaderOptionLength = 1u << 14,

    /// <summary>
    /// An outgoing segment has room for an option. The kernel reports it only if a stage reserved the room.
    /// </summary>
    HeaderOptionWriting = 1u << 15,

    /// <summary>An outbound or an inbound connection is established.</summary>
    Established = ActiveEstablished | PassiveEstablished,
}
