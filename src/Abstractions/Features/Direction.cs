namespace NetEdit.Features;

/// <summary>Who opened a connection. The values are those of the kernel side.</summary>
public enum Direction : byte
{
    /// <summary>This host connected; the server's port is the remote one.</summary>
    Outbound = 0,

    /// <summary>This host accepted; the server's port is the local one.</summary>
    Inbound = 1,
}
