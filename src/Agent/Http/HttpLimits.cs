namespace NetEdit.Agent.Http;

/// <summary>How much the responder gives to clients.</summary>
internal sealed record HttpLimits
{
    /// <summary>
    /// Requests that are answered at once; others are refused with 503. As many more connections may wait for the requests of their
    /// clients, and as many for clients to take their answers; when another one comes, the one that has waited longest has to go.
    /// </summary>
    public int Connections { get; init; } = 16;

    /// <summary>Connections that are open at once, with those that are being closed; others wait in the kernel.</summary>
    public int Open => 4 * Connections;

    /// <summary>Connections that the kernel keeps until they are accepted.</summary>
    public int Backlog { get; init; } = 128;

    /// <summary>Size of a request without its body, in bytes.</summary>
    public int HeadBytes { get; init; } = 8192;

    /// <summary>Time a client has to send a request.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time until an answer is made, and time a client has to take it.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time a client has to close the connection after the answer; what it sends meanwhile is ignored.
    /// </summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(1);
}
