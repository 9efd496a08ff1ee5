using System.Net.Sockets;
using System.Text.Json;

namespace NetEdit.Agent.Control;

/// <summary>Asks a running agent.</summary>
internal static class ControlClient
{
    private const int MaximumResponseBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    /// <summary>Whether anybody listens on a socket.</summary>
    public static bool Answers(string path)
    {
        using var socket = Connect(path);
        return socket is not null;
    }

    /// <summary>Sends a request.</summary>
    /// <returns>The answer; null when no agent listens on the socket.</returns>
    /// <exception cref="CliException">The agent refuses the request, or hangs up.</exception>
    public static StatusReport? Ask(string path, string command)
    {
        using var socket = Connect(path);
        if (socket is null)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var stream = new NetworkStream(socket);
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(new ControlRequest(command), AgentJson.Default.ControlRequest));
            stream.Write("\n"u8);
            var line = ControlLine.ReadAsync(stream, MaximumResponseBytes, patience.Token).GetAwaiter().GetResult();
            var response = line is null ? null : JsonSerializer.Deserialize(line, AgentJson.Default.ControlResponse);
            return response?.Status ?? throw new CliException(ExitCode.AgentUnreachable, $"the agent on {path} refused: {response?.Error ?? "it hung up"}");
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
