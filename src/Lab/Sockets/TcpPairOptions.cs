using System.Net;
using System.Net.Sockets;

namespace NetEdit.Lab;

/// <summary>How a <see cref="TcpPair"/> is made.</summary>
public sealed record TcpPairOptions
{
    /// <summary>IPv4 or IPv6; only used where <see cref="ServerAddress"/> is null.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.InterNetwork;

    /// <summary>The server's address, or null for the network's of <see cref="Family"/>.</summary>
    public IPAddress? ServerAddress { get; init; }

    /// <summary>The server's port, or 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The client's address, or null for what routing gives.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>The client socket's cgroup, or null for that of this process.</summary>
    public LabCgroup? ClientCgroup { get; init; }

    /// <summary>The cgroup of the listener, and so of the accepted socket, or null for that of this process.</summary>
    public LabCgroup? ServerCgroup { get; init; }

    /// <summary>Called with the client's socket before it connects.</summary>
    public Action<Socket>? ClientSetup { get; init; }

    /// <summary>Called with the listener before it listens; the accepted socket inherits most options.</summary>
    public Action<Socket>? ServerSetup { get; init; }

    /// <summary>Bound of each step.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
