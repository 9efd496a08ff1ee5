using System.Net.Sockets;
using System.Text.Json;

namespace NetEdit.Agent.Control;

/// <summary>Asks a running agent.</summary>
internal static class ControlClient
{
    private const int MaximumResponseBytes = 64 * 1024 * 1024;

    // A little longer than an agent takes to give up.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5.5);

    /// <summary>Whether anybody listens on a socket.</summary>
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
            : throw new CliException(ExitCode.AgentUnreachable, $"the agent on {path} refused: {response.Error ?? "it hung up"}");

    /// <summary>Has the agent do something.</summary>
    /// <returns>The answer; null when no agent listens on the socket.</returns>
    /// <exception cref="CliException">The agent refuses, or hangs up.</exception>
    public static ControlResponse? Send(string path, ControlRequest request)
    {
        var response = Exchange(path, request);
        return response?.Error is { } error ? throw new CliException(ExitCode.Failed, error) : response;
    }

    private static ControlResponse? Exchange(string path, ControlRequest request)
    {
        using var socket = Connect(path);
        if (socket is null)
        {
            return null;
        }

        using var timeout = new CancellationTokenSource(AnswerTimeout);
        try
        {
            using var stream = new NetworkStream(socket);
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(request, AgentJson.Default.ControlRequest));
            stream.Write("\n"u8);
            var line = ControlLine.ReadAsync(stream, MaximumResponseBytes, timeout.Token).GetAwaiter().GetResult();
            return (line is null ? null : JsonSerializer.Deserialize(line, AgentJson.Default.ControlResponse)) ?? throw new IOException("it hung up");
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or JsonException)
        {
            throw new CliException(ExitCode.AgentUnreachable, $"the agent on {path} does not answer: {exception.Message}");
        }
    }

    private static Socket? Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }
}
