using System.Collections.Immutable;
using System.Net;
using NetEdit.Features;

namespace NetEdit.Adapter;

/// <summary>State of a TCP connection; the values are the kernel's.</summary>
public enum TcpState
{
    /// <summary>Open.</summary>
    Established = 1,

    /// <summary>This end asked for it; the other has not answered.</summary>
    SynSent = 2,

    /// <summary>The other end asked for it.</summary>
    SynReceived = 3,

    /// <summary>This end closed, and the other has not acknowledged that.</summary>
    FinWait1 = 4,

    /// <summary>This end closed; the other may still send.</summary>
    FinWait2 = 5,

    /// <summary>It waits for segments that are late.</summary>
    TimeWait = 6,

    /// <summary>Closed.</summary>
    Closed = 7,

    /// <summary>The other end closed; this one may still send.</summary>
    CloseWait = 8,

    /// <summary>Both ends closed; this one waits for the last acknowledgement.</summary>
    LastAck = 9,

    /// <summary>It waits for connections.</summary>
    Listening = 10,

    /// <summary>Both ends closed at once.</summary>
    Closing = 11,
}

/// <summary>One end of a TCP connection that is open, or being opened or closed, as the kernel has it.</summary>
/// <param name="Local">Address and port of this end; IPv4 as such also for IPv6 sockets.</param>
/// <param name="Peer">Address and port of the other end.</param>
/// <param name="State">Its state.</param>
/// <param name="Direction">Who opened it; null when nothing tells.</param>
/// <param name="Network">Inode of its network namespace.</param>
/// <param name="CgroupId">The cgroup of its socket, which is the one its creator was in; 0 when the kernel does not tell, or it is the root.</param>
/// <param name="Inode">Inode of its socket; 0 when no process has it any more.</param>
/// <param name="User">Number of the user who made its socket, for an accepted one its listener.</param>
/// <param name="Interface">Name of the interface by which its route leads; empty while it has none.</param>
/// <param name="Tuning">What NetEdit remembers of it; null when nothing.</param>
/// <param name="Now">What it has now.</param>
public sealed record OpenConnection(
    IPEndPoint Local,
    IPEndPoint Peer,
    TcpState State,
    Direction? Direction,
    ulong Network,
    ulong CgroupId,
    ulong Inode,
    uint User,
    string Interface,
    RememberedTuning? Tuning,
    SocketValues Now
);

/// <summary>What the socket's storage remembers.</summary>
/// <param name="Profile">Profile it was classified to; 0 when its rules give nothing.</param>
/// <param name="Chain">Key of the chain that handles it.</param>
/// <param name="AppliedProfile">Profile whose values were applied.</param>
/// <param name="AppliedChain">Key of the chain whose slots <paramref name="Applied"/> speaks of.</param>
/// <param name="Applied">Bit n: the stage in slot n made its settings.</param>
/// <param name="Generation">Generation of the rules it was classified by.</param>
/// <param name="Walked">Whether a walk over open connections met it.</param>
/// <param name="Adopted">Whether a walk was the first to tune it: it had been opened before there was anything to tune it.</param>
/// <param name="Skipped">Whether the last walk found a stage that cannot act on it.</param>
/// <param name="Errors">The errno of the first setting that a stage was refused, by slot of <paramref name="Chain"/>; null for none.</param>
public sealed record RememberedTuning(
    ulong Profile,
    uint Chain,
    ulong AppliedProfile,
    uint AppliedChain,
    ushort Applied,
    uint Generation,
    bool Walked,
    bool Adopted,
    bool Skipped,
    ImmutableArray<RefusedSetting?> Errors
)
{
    /// <summary>Bit n: the stage in slot n of <see cref="AppliedChain"/> made its settings when the connection was established, by the values of a profile before <see cref="AppliedProfile"/>.</summary>
    public ushort Earlier { get; init; }

    /// <summary>Whether something was applied that no chain of then has a slot for, so that it is not known any more what.</summary>
    public bool Forgot { get; init; }
}

/// <summary>Why the kernel refused a setting.</summary>
/// <param name="Errno">Name of the errno, or its number.</param>
/// <param name="Meaning">What it means, for a person; empty when that is not known.</param>
public sealed record RefusedSetting(string Errno, string Meaning);
