namespace NetEdit.Host;

/// <summary>
/// Names of the limits in <see cref="HostFacts.Limits"/>. A limit that is a sysctl has the name of this sysctl. If the
/// sysctl has three numbers, the name also says which of them.
/// </summary>
public static class HostLimits
{
    /// <summary>Largest receive buffer that may be requested, in bytes.</summary>
    public const string ReceiveBuffer = "net.core.rmem_max";

    /// <summary>Largest send buffer that may be requested, in bytes.</summary>
    public const string SendBuffer = "net.core.wmem_max";

    /// <summary>Receive buffer with which a socket begins, in bytes.</summary>
    public const string FirstReceiveBuffer = "net.ipv4.tcp_rmem default";

    /// <summary>Largest receive buffer that autotuning gives, in bytes.</summary>
    public const string TunedReceiveBuffer = "net.ipv4.tcp_rmem max";

    /// <summary>Largest send buffer that autotuning gives, in bytes.</summary>
    public const string TunedSendBuffer = "net.ipv4.tcp_wmem max";

    /// <summary>Whether the kernel autotunes receive buffers; 0 means that it does not.</summary>
    public const string ReceiveAutotuning = "net.ipv4.tcp_moderate_rcvbuf";

    /// <summary>Ticks of the kernel per second (CONFIG_HZ), 100 to 1000. This is not a sysctl.</summary>
    public const string TicksPerSecond = "CONFIG_HZ";
}
