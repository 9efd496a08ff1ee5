using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Control;

/// <summary>
/// Answers on the control socket: one JSON line in, one out. The socket is for root and the agent's own user; the kernel vouches for
/// who asks (SO_PEERCRED). A client has 30 s to send its request and 30 s to take the answer; making the answer, which may be a whole pass,
/// may take 5 min.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaximumRequestBytes = 64 * 1024;
    private const int MaximumClients = 8;
    private static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(30);

    // A pass with all features took more than 30 s on an emulated processor of a busy host, and its client got no answer.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    private readonly string _path;
    private readonly Func<ControlRequest, CancellationToken, Task<ControlResponse>> _answer;
    private readonly TimeProvider _time;
    private readonly Socket _socket;
    private readonly SemaphoreSlim _clients = new(MaximumClients);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <summary>Starts to answer.</summary>
    /// <param name="path">The socket. One that nobody answers on is left over from a crash, and replaced.</param>
    /// <param name="answer">Answers a request.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="CliException">The socket cannot be made.</exception>
    public ControlServer(string path, Func<ControlRequest, CancellationToken, Task<ControlResponse>> answer, TimeProvider time)
    {
        (_path, _answer, _time) = (path, answer, time);
        RuntimePaths.MakeDirectoryOf(path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // We hold the ledger's lock, so whatever is there belongs to nobody alive, unless it answers.
            if (File.Exists(path) && ControlClient.Answers(path))
            {
                throw new CliException(ExitCode.Failed, $"another agent answers on {path}; use another --socket");
            }

            File.Delete(path);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _socket.Listen(MaximumClients);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            _socket.Dispose();
            throw new CliException(ExitCode.Failed, $"cannot make the control socket {path}: {exception.Message}");
        }

        _accepting = AcceptAsync();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _accepting.Wait();
        File.Delete(_path);
        _stop.Dispose();
        _clients.Dispose();
    }

    /// <summary>Whether the kernel says that a peer may ask.</summary>
    private static bool MayAsk(Socket client)
    {
        const int solSocket = 1;
        const int soPeerCredentials = 17;
        Span<byte> credentials = stackalloc byte[12];
        client.GetRawSocketOption(solSocket, soPeerCredentials, credentials);
        var user = BitConverter.ToUInt32(credentials[4..]);
        return user == 0 || user == Libc.EffectiveUserId();
    }

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _clients.WaitAsync(stop);
                var client = await _socket.AcceptAsync(stop);
                _ = ServeAsync(client, stop);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                _clients.Release();
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        ControlResponse? response = null;
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            response = MayAsk(client)
                ? await AnswerAsync(await ReadAsync(stream, stop), stop)
                : new ControlResponse(null, "only root and the agent's user may ask");
            using var sending = new Deadline(TransferTimeout, _time, stop);
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(response, AgentJson.Default.ControlResponse), sending.Token);
            await stream.WriteAsync("\n"u8.ToArray(), sending.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client went away, or took too long.
        }
        finally
        {
            response?.WhenSent?.Invoke();
            if (!stop.IsCancellationRequested)
            {
                _clients.Release();
            }
        }
    }

    private async Task<string?> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        using var reading = new Deadline(TransferTimeout, _time, stop);
        return await ControlLine.ReadAsync(stream, MaximumRequestBytes, reading.Token);
    }

    private async Task<ControlResponse> AnswerAsync(string? line, CancellationToken stop)
    {
        if (line is null)
        {
            return new ControlResponse(null, $"a request is one line of at most {MaximumRequestBytes / 1024} KiB");
        }

        try
        {
            if (JsonSerializer.Deserialize(line, AgentJson.Default.ControlRequest) is not { Command: not null } request)
            {
                return new ControlResponse(null, "a request is a JSON object with a command");
            }

            using var waiting = new Deadline(AnswerTimeout, _time, stop);
            return await _answer(request, waiting.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ControlResponse(null, $"there is no answer yet after {AnswerTimeout.TotalMinutes} min; the agent goes on with it");
        }
        catch (JsonException exception)
        {
            return new ControlResponse(null, $"the request is not valid: {exception.Message}");
        }
    }
}

/// <summary>Lines on a stream.</summary>
internal static class ControlLine
{
    /// <summary>Reads up to a line feed; null when the stream ends or the line is too long.</summary>
    public static async Task<string?> ReadAsync(Stream stream, int maximum, CancellationToken stop)
    {
        var line = new MemoryStream();
        var buffer = new byte[4096];
        while (line.Length <= maximum)
        {
            var count = await stream.ReadAsync(buffer, stop);
            if (count == 0)
            {
                return null;
            }

            var end = Array.IndexOf(buffer, (byte)'\n', 0, count);
            line.Write(buffer, 0, end < 0 ? count : end);
            if (end >= 0)
            {
                return line.Length <= maximum ? Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length) : null;
            }
        }

        return null;
    }
}
