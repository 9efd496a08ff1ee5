using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Control;

/// <summary>
/// Answers on the control socket: one JSON line in, one out. The socket is for root and the agent's own user; the kernel vouches for
/// who asks (SO_PEERCRED). A client has 5 s to send its request and 30 s to take the answer; making the answer, which may be a whole pass,
/// may take 5 min. Clients that say nothing keep nobody out: when too many do, the one that has waited longest is dropped.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaximumRequestBytes = 64 * 1024;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    // A pass with all features took more than 30 s on an emulated processor of a busy host, and its client got no answer.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Clients that may be sending a request at once.</summary>
    internal const int MostWaiting = 32;

    /// <summary>Requests that may be answered at once.</summary>
    internal const int MostAnswers = 32;

    private const int Backlog = 128;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SafeFileHandle _directory;
    private readonly string _own;
    private readonly FileIdentity? _identity;
    private readonly Func<ControlRequest, CancellationToken, Task<ControlResponse>> _answer;
    private readonly TimeProvider _time;
    private readonly Action? _answered;
    private readonly Socket _socket;
    private readonly WaitingClients _waiting = new(MostWaiting);
    private readonly SemaphoreSlim _answers = new(MostAnswers);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <summary>Starts to answer.</summary>
    /// <param name="path">The socket. One of ours that nobody answers on is left over from a crash, and replaced; nothing else ever is.</param>
    /// <param name="answer">Answers a request.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <param name="answered">Called after each answer, from any thread, when the answer is not held any more; may be null.</param>
    /// <exception cref="CliException">The socket cannot be made.</exception>
    public ControlServer(
        string path,
        Func<ControlRequest, CancellationToken, Task<ControlResponse>> answer,
        TimeProvider time,
        Action? answered = null
    )
    {
        (_answer, _time, _answered) = (answer, time, answered);
        _directory = RuntimePaths.OpenDirectoryOf(path);
        _own = $"{TrustedPath.PathOf(_directory)}/{Path.GetFileName(path)}";
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            RemoveLeftOver(path);

            // The file has the mode of the socket that it is made for: nobody else can connect, at no moment.
            _ = SystemCalls.ChangeMode(_socket.SafeHandle, (int)OwnerOnly);
            _socket.Bind(new UnixDomainSocketEndPoint(_own));
            _identity = SystemCalls.IdentityOf(_own);
            _socket.Listen(Backlog);
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or CliException
            )
        {
            // Its directory goes first: .NET would remove the file of a socket that it closes, whoever's it is by then.
            _directory.Dispose();
            _socket.Dispose();
            throw exception as CliException
                ?? new CliException(ExitCode.Failed, $"cannot make the control socket {path}: {exception.Message}");
        }

        _accepting = AcceptAsync();
    }

    public void Dispose()
    {
        _stop.Cancel();
        if (_identity is not null && SystemCalls.IdentityOf(_own) == _identity)
        {
            File.Delete(_own);
        }

        _directory.Dispose();
        _socket.Dispose();
        _accepting.Wait();
        _stop.Dispose();
    }

    /// <summary>Removes the socket of an agent that is no more. We hold the ledger's lock, so it belongs to nobody alive, unless it answers.</summary>
    private void RemoveLeftOver(string path)
    {
        if (SystemCalls.IdentityOf(_own) is not { } there)
        {
            return;
        }

        if (!there.IsSocket || there.Permissions != OwnerOnly || there.Owner != SystemCalls.EffectiveUserId())
        {
            throw new CliException(
                ExitCode.Failed,
                $"{path} is not a socket of netedit's; remove it yourself, or use another --socket"
            );
        }

        if (ControlClient.Answers(_own))
        {
            throw new CliException(ExitCode.Failed, $"another agent answers on {path}; use another --socket");
        }

        File.Delete(_own);
    }

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _socket.AcceptAsync(stop), stop);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Too many open files: it waits in the kernel.
                await Task.Delay(RetryDelay, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        ControlResponse? response = null;
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            response = PeerUser.IsOurs(client)
                ? await ReadAsync(stream, stop) is { IsLate: false, Line: var line }
                    ? await AnswerAsync(line, stop)
                    : ControlResponse.Refuse($"no request came within {RequestTimeout.TotalSeconds} s")
                : new ControlResponse(null, "only root and the agent's user may ask");
            using var sending = new Deadline(SendTimeout, _time, stop);
            await JsonSerializer.SerializeAsync(stream, response, AgentJson.Default.ControlResponse, sending.Token);
            await stream.WriteAsync("\n"u8.ToArray(), sending.Token);
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client went away, took too long, or had to make room.
        }
        finally
        {
            var whenSent = response?.WhenSent;
            response = null; // the list of all connections of a host takes 100 MiB
            whenSent?.Invoke();
            _answered?.Invoke();
        }
    }

    private async Task<(string? Line, bool IsLate)> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        using var seat = _waiting.Enter();
        using var reading = new Deadline(RequestTimeout, _time, stop, seat.Left);
        try
        {
            return (await ControlLine.ReadAsync(stream, MaximumRequestBytes, reading.Token), false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && !seat.Left.IsCancellationRequested)
        {
            return (null, true);
        }
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

            if (!await _answers.WaitAsync(TimeSpan.Zero, stop))
            {
                return new ControlResponse(
                    null,
                    $"{MostAnswers} requests are being answered, more than that at once are not; try again"
                );
            }

            try
            {
                using var waiting = new Deadline(AnswerTimeout, _time, stop);
                return await _answer(request, waiting.Token);
            }
            finally
            {
                _answers.Release();
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ControlResponse(
                null,
                $"there is no answer yet after {AnswerTimeout.TotalMinutes} min; the agent goes on with it"
            );
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
