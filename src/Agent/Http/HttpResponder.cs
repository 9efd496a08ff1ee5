using System.Net;
using System.Net.Sockets;

namespace NetEdit.Agent.Http;

/// <summary>
/// Answers one GET or HEAD per connection on a loopback address. Everything a client can use up is bounded by
/// <see cref="HttpLimits"/>: when too many connections wait for their clients, the one that has waited longest is closed, so that
/// silent clients keep nobody out. A request for another host is refused, since a web page may have a name of its own
/// resolve to loopback.
/// </summary>
internal sealed class HttpResponder : IDisposable
{
    private const int IgnoredBytes = 1 << 20;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly IPEndPoint _address;
    private readonly HttpLimits _limits;
    private readonly TimeProvider _time;
    private readonly Func<RequestHead, CancellationToken, Task<HttpAnswer>> _answer;
    private readonly Socket _listener;
    private readonly WaitingClients _waiting;
    private readonly WaitingClients _taking;
    private readonly SemaphoreSlim _answers;
    private readonly SemaphoreSlim _open;
    private readonly CancellationTokenSource _stop = new();
    private readonly RequestReader _requests;
    private readonly Task _accepting;

    /// <summary>Starts to answer.</summary>
    /// <param name="address">The address to listen on.</param>
    /// <param name="limits">How much is given to clients.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <param name="answer">Answers a request; what it throws is answered with 500.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public HttpResponder(
        IPEndPoint address,
        HttpLimits limits,
        TimeProvider time,
        Func<RequestHead, CancellationToken, Task<HttpAnswer>> answer
    )
    {
        (_address, _limits, _time, _answer) = (address, limits, time, answer);
        _waiting = new WaitingClients(limits.Connections);
        _taking = new WaitingClients(limits.Connections);
        _answers = new SemaphoreSlim(limits.Connections);
        _open = new SemaphoreSlim(limits.Open);
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(address);
            _listener.Listen(limits.Backlog);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        _requests = new RequestReader(limits, time, _stop.Token);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Stops, and waits until every connection is closed.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        _listener.Dispose();
        _accepting.Wait();
        for (var connection = 0; connection < _limits.Open; connection++)
        {
            _open.Wait();
        }

        _open.Dispose();
        _answers.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            // When as many are open as may be, others wait in the kernel.
            await _open.WaitAsync();
            try
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                var seat = _waiting.Enter();
                _ = Task.Factory.StartNew(
                    () => ServeAsync(connection, seat),
                    CancellationToken.None,
                    TaskCreationOptions.PreferFairness,
                    TaskScheduler.Default
                );
                continue;
            }
            catch (SocketException exception)
            {
                // A client that went away is nothing to wait for; too many open files are.
                if (exception.SocketErrorCode is not (SocketError.ConnectionAborted or SocketError.ConnectionReset))
                {
                    await Task.Delay(RetryDelay, _time, _stop.Token)
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // It stops.
            }

            _open.Release();
        }
    }

    private async Task ServeAsync(Socket connection, WaitingClients.Seat seat)
    {
        try
        {
            using (connection)
            {
                await ConverseAsync(connection, seat);
            }
        }
        finally
        {
            _open.Release();
        }
    }

    private async Task ConverseAsync(Socket connection, WaitingClients.Seat seat)
    {
        var buffer = new byte[_limits.HeadBytes];
        try
        {
            var (request, answer) = await _requests.ReadAsync(connection, seat, buffer);
            if (request is null && seat.Left.IsCancellationRequested)
            {
                Refuse(connection, buffer);
                return;
            }

            answer ??= request is null ? null : await TryAnswerAsync(request);
            if (answer is not null)
            {
                await SendAsync(connection, answer.Encode(_time.GetUtcNow(), withBody: request?.Method != "HEAD"));
            }

            await CloseAsync(connection, buffer);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The client went away or is too slow: what is still in the kernel for it is dropped.
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    /// <summary>Answers a request; or says that too many are being answered, or that it takes too long.</summary>
    private async Task<HttpAnswer> TryAnswerAsync(RequestHead request)
    {
        if (!await _answers.WaitAsync(TimeSpan.Zero))
        {
            return Crowded();
        }

        try
        {
            using var deadline = new Deadline(_limits.Answer, _time, _stop.Token);
            return await AnswerAsync(request, deadline.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return HttpAnswer.Text(
                HttpStatusCode.ServiceUnavailable,
                $"no answer within {_limits.Answer.TotalSeconds:0.#} s\n"
            );
        }
        finally
        {
            _answers.Release();
        }
    }

    private static HttpAnswer Crowded() =>
        HttpAnswer.Text(HttpStatusCode.ServiceUnavailable, "too many connections at once\n");

    /// <summary>
    /// Tells a client that it has to make room, and waits for it no more: that would take the room of the next one. The text fits into the kernel's
    /// buffer; what was received and not read would have closing take it back.
    /// </summary>
    private void Refuse(Socket connection, byte[] buffer)
    {
        connection.Send(Crowded().Encode(_time.GetUtcNow(), withBody: true));
        if (connection.Available > 0)
        {
            _ = connection.Receive(buffer);
        }
    }

    private async Task<HttpAnswer> AnswerAsync(RequestHead request, CancellationToken cancel)
    {
        if (request.AnswerIfUnserved(_address.Address) is { } unserved)
        {
            return unserved;
        }

        try
        {
            return await _answer(request, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A scrape also asks plugins, which may throw anything; the scraper needs an answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return HttpAnswer.Text(HttpStatusCode.InternalServerError, exception.Message + "\n");
        }
    }

    /// <summary>Sends an answer, which waits for the client when it does not fit into the kernel's buffers.</summary>
    private async Task SendAsync(Socket connection, ReadOnlyMemory<byte> bytes)
    {
        using var seat = _taking.Enter();
        using var deadline = new Deadline(_limits.Answer, _time, _stop.Token, seat.Left);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await connection.SendAsync(bytes, SocketFlags.None, deadline.Token)..];
        }
    }

    /// <summary>
    /// Waits until the client closes: closing with something unread would reset the connection, and take the answer
    /// back. Who has to make room is closed all the same: the kernel delivers what was sent.
    /// </summary>
    private async Task CloseAsync(Socket connection, byte[] buffer)
    {
        connection.Shutdown(SocketShutdown.Send);
        using var seat = _taking.Enter();
        using var deadline = new Deadline(_limits.Close, _time, _stop.Token, seat.Left);
        try
        {
            for (int ignored = 0, received = 1; received > 0 && ignored < IgnoredBytes; ignored += received)
            {
                received = await connection.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (seat.Left.IsCancellationRequested)
        {
            // Closed as if the client had.
        }
    }
}
