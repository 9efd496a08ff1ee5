using System.Net.Sockets;
using System.Text.Json;

namespace NetEdit.Agent.Control;

/// <summary>Asks a running agent.</summary>
internal static class ControlClient
{
    private const int MaximumResponseBytes = 64 * 1024 * 1024;

    // A pass of an emulated processor with all features took longer than 30 s.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    // What an agent knows it says at once; one that is stopped or stuck says nothing.
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(10);

    // The agent has this long to say that a request has expired.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SendTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether anybody listens on a socket.</summary>
    /// <exception cref="CliException">It is another user.</exception>
    public static bool Answers(string path)
    {
        using var socket = Connect(path);
        return socket is not null;
    }

    /// <summary>Sends a request.</summary>
    /// <returns>The answer; null when no agent listens on the socket.</returns>
    /// <exception cref="CliException">The agent refuses the request, or hangs up.</exception>
    public static StatusReport? Ask(string path, string command) => Ask(path, new ControlRequest(command))?.Status;

    /// <summary>Sends a request for the status and more.</summary>
    /// <returns>The answer, which has a status; null when no agent listens on the socket.</returns>
    /// <exception cref="CliException">The agent refuses the request, or hangs up.</exception>
    public static ControlResponse? Ask(string path, ControlRequest request) =>
        Exchange(path, request) is not { } response ? null
        : response.Status is not null ? response
        : throw new CliException(
            ExitCode.AgentUnreachable,
            $"the agent on {path} refused: {response.Error ?? "it hung up"}"
        );

    /// <summary>Has the agent do something.</summary>
    /// <returns>The answer; null when no agent listens on the socket.</returns>
    /// <exception cref="CliException">The agent refuses, or hangs up.</exception>
    public static ControlResponse? Send(string path, ControlRequest request)
    {
        var response = Exchange(path, request);
        return response?.Error is { } error ? throw new CliException(ExitCode.Failed, error) : response;
    }

    /// <summary>Tells the agent something, if one listens and takes it. What it is told it would find out by itself, later.</summary>
    /// <exception cref="CliException">Another user listens.</exception>
    public static void Tell(string path, ControlRequest request)
    {
        var line = Line(request);
        using var socket = Connect(path);
        if (socket is null)
        {
            return;
        }

        try
        {
            socket.Send(line);
        }
        catch (SocketException)
        {
            // It is stopped, or ends.
        }
    }

    private static ControlResponse? Exchange(string path, ControlRequest request)
    {
        // Without an agent nothing is written: what writes a request takes 15 ms to get ready.
        if (!File.Exists(path))
        {
            return null;
        }

        var patience = request.Command is "status" or "explain" or "counters" ? StatusTimeout : AnswerTimeout;

        // Made before it connects: an agent waits 5 s for a request, and a busy or emulated processor took longer to compile what writes it.
        var sent = Line(request with { Expires = Environment.TickCount64 + (long)patience.TotalMilliseconds });
        using var socket = Connect(path);
        if (socket is null)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(patience + Grace);
        try
        {
            using var stream = new NetworkStream(socket);
            TryWrite(stream, sent);
            var line = ControlLine.ReadAsync(stream, MaximumResponseBytes, timeout.Token).GetAwaiter().GetResult();
            return (line is null ? null : JsonSerializer.Deserialize(line, AgentJson.Default.ControlResponse))
                ?? throw new IOException("it hung up");
        }
        catch (OperationCanceledException)
        {
            throw new CliException(
                ExitCode.AgentUnreachable,
                $"the agent on {path} has not answered for {(patience + Grace).TotalSeconds:F0} s: it is "
                    + $"stopped or stuck; what it was asked has expired and will not be done"
            );
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw new CliException(
                ExitCode.AgentUnreachable,
                $"the agent on {path} does not answer: {exception.Message}"
            );
        }
    }

    private static byte[] Line(ControlRequest request) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(request, AgentJson.Default.ControlRequest), (byte)'\n'];

    /// <summary>Sends a request. An agent that hangs up has said why, and that is read next.</summary>
    private static void TryWrite(NetworkStream stream, byte[] line)
    {
        try
        {
            stream.Write(line);
        }
        catch (IOException exception)
            when (exception.InnerException
                    is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset }
            )
        {
            // Its answer is in the socket already.
        }
    }

    private static Socket? Connect(string path)
    {
        // An agent that is stopped, or whose queue of clients is full, accepts nobody: SO_SNDTIMEO bounds connect() too.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            SendTimeout = (int)SendTimeout.TotalMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }

        if (PeerUser.IsOurs(socket))
        {
            return socket;
        }

        var user = PeerUser.Of(socket);
        socket.Dispose();
        throw new CliException(
            ExitCode.AgentUnreachable,
            $"user {user} listens on {path}, not an agent of root or of the current user: nothing was asked"
        );
    }
}
