using System.Text;

namespace NetEdit.Bench.Kernel;

/// <summary>An option of a socket, as setsockopt takes it.</summary>
internal sealed record SocketOption(int Level, int Name, byte[] Value)
{
    internal SocketOption(int level, int name, int value)
        : this(level, name, BitConverter.GetBytes(value)) { }

    internal SocketOption(int level, int name, string value)
        : this(level, name, Encoding.ASCII.GetBytes(value)) { }
}

/// <summary>What a process sets on its sockets: on its listener, on a client before it connects, on what it accepted.</summary>
internal sealed record SocketOptions(SocketOption[] Listener, SocketOption[] Client, SocketOption[] Accepted)
{
    internal static readonly SocketOptions None = new([], [], []);
}
