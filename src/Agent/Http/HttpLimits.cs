namespace NetEdit.Agent.Http;

/// <summary>How much the responder gives to clients.</summary>
internal sealed record HttpLimits
{
    /// <summary>Connections at once; others are refused with 503.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>Size of a request without its body, in bytes.</summary>
    public int HeadBytes { get; init; } = 8192;

    /// <summary>Time a client has to send a request.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time until an answer is sent, and time a client has to take it.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time a client has to close the connection after the answer; what it sends meanwhile is ignored.
    /// </summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(1);
}
