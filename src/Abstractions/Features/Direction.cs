namespace NetEdit.Features;

/// <summary>Who opened a connection. The programs in the kernel use the same numbers.</summary>
public enum Direction : byte
{
    /// <summary>This host connected. The server's port is the remote port.</summary>
    Outbound = 0,

    /// <summary>This host accepted. The server's port is the local port.</summary>
    Inbound = 1,
}
