namespace NetEdit.Host;

/// <summary>Names in <see cref="HostFacts.Limits"/>: a sysctl, and of one with three numbers, which of them.</summary>
public static class HostLimits
{
    /// <summary>Largest receive buffer that may be asked for, bytes.</summary>
    public const string ReceiveBuffer = "net.core.rmem_max";

    /// <summary>Largest send buffer that may be asked for, bytes.</summary>
    public const string SendBuffer = "net.core.wmem_max";

    /// <summary>Receive buffer that a socket begins with, bytes.</summary>
    public const string FirstReceiveBuffer = "net.ipv4.tcp_rmem default";

    /// <summary>Receive buffer up to which autotuning goes, bytes.</summary>
    public const string TunedReceiveBuffer = "net.ipv4.tcp_rmem max";

    /// <summary>Send buffer up to which autotuning goes, bytes.</summary>
    public const string TunedSendBuffer = "net.ipv4.tcp_wmem max";

    /// <summary>Whether receive buffers are autotuned: 0 or not.</summary>
    public const string ReceiveAutotuning = "net.ipv4.tcp_moderate_rcvbuf";

    /// <summary>Ticks of the kernel in a second (CONFIG_HZ), 100 to 1000; not a sysctl.</summary>
    public const string TicksPerSecond = "CONFIG_HZ";
}
