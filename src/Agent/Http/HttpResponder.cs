using System.Net;
using System.Net.Sockets;

namespace NetEdit.Agent.Http;

/// <summary>
/// Answers one GET or HEAD per connection on a loopback address. Everything a client can use up is bounded by
/// <see cref="HttpLimits"/>; a request for another host is refused, since a web page may have a name of its own resolve
/// to loopback.
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
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _stop = new();
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
        Func<RequestHead, CancellationToken, Task<HttpAnswer>> answer)
    {
        (_address, _limits, _time, _answer) = (address, limits, time, answer);
        _free = new SemaphoreSlim(limits.Connections);
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(address);
            _listener.Listen(limits.Connections);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

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
        for (var connection = 0; connection < _limits.Connections; connection++)
        {
            _free.Wait();
        }

        _free.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                if (await _free.WaitAsync(TimeSpan.Zero))
                {
                    _ = Task.Run(() => ServeAsync(connection));
                }
                else
                {
                    Refuse(connection);
                }
            }
            catch (SocketException)
            {
                // The client went away, or too many files are open.
                await Task.Delay(RetryDelay, _time);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Answers at once, without reading; never waits for the client.</summary>
    private void Refuse(Socket connection)
    {
        using (connection)
        {
            var answer = HttpAnswer.Text(HttpStatusCode.ServiceUnavailable, "too many connections at once\n");
            connection.Blocking = false;
            connection.Send(answer.Encode(_time.GetUtcNow(), withBody: true), SocketFlags.None, out _);
            connection.Shutdown(SocketShutdown.Send);

            // Closing with something unread would reset the connection, and take the answer back.
            connection.Receive(new byte[_limits.HeadBytes], SocketFlags.None, out _);
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            using (connection)
            {
                await ConverseAsync(connection);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task ConverseAsync(Socket connection)
    {
        var buffer = new byte[_limits.HeadBytes];
        try
        {
            var (request, answer) = await ReceiveAsync(connection, buffer);
            using (var deadline = Within(_limits.Answer))
            {
                answer ??= request is null ? null : await AnswerAsync(request, deadline.Token);
                if (answer is null)
                {
                    return;
                }

                var bytes = answer.Encode(_time.GetUtcNow(), withBody: request?.Method != "HEAD");
                await SendAsync(connection, bytes, deadline.Token);
            }

            await CloseAsync(connection, buffer);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The client went away or is too slow: what is still in the kernel for it is dropped.
            connection.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    /// <summary>Receives a request, or the answer to what is none; neither when the client says nothing.</summary>
    private async Task<(RequestHead? Request, HttpAnswer? Answer)> ReceiveAsync(Socket connection, byte[] buffer)
    {
        using var deadline = Within(_limits.Request);
        var length = 0;
        while (length < buffer.Length)
        {
            int received;
            try
            {
                received = await connection.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, deadline.Token);
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
            {
                var late = $"no request within {_limits.Request.TotalSeconds:0.#} s\n";
                return (null, HttpAnswer.Text(HttpStatusCode.RequestTimeout, late));
            }

            length += received;
            var end = RequestHead.FindEnd(buffer.AsSpan(0, length));
            if (end > 0 && RequestHead.Parse(buffer.AsSpan(0, end)) is { } request)
            {
                return (request, null);
            }

            if (end != 0 || (received == 0 && length > 0))
            {
                return (null, HttpAnswer.Text(HttpStatusCode.BadRequest, "not a request of HTTP/1.1\n"));
            }

            if (received == 0)
            {
                return (null, null);
            }
        }

        var large = $"the request exceeds {_limits.HeadBytes} bytes\n";
        return (null, HttpAnswer.Text(HttpStatusCode.RequestHeaderFieldsTooLarge, large));
    }

    private async Task<HttpAnswer> AnswerAsync(RequestHead request, CancellationToken cancel)
    {
        if (request.Host is { } host && !IsOwn(host))
        {
            return HttpAnswer.Text(
                HttpStatusCode.MisdirectedRequest, $"the Host must be localhost or {_address.Address}\n");
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            return HttpAnswer.Text(HttpStatusCode.MethodNotAllowed, "only GET and HEAD\n") with { Allow = "GET, HEAD" };
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

    /// <summary>
    /// Whether a Host header names this host: the address or localhost, with whatever port, which a forwarded one may
    /// be.
    /// </summary>
    private bool IsOwn(string host)
    {
        var port = host.LastIndexOf(':');
        var name = port < 0 || host.EndsWith(']') ? host : host[..port];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && address.Equals(_address.Address));
    }

    private static async Task SendAsync(Socket connection, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await connection.SendAsync(bytes, SocketFlags.None, cancel)..];
        }
    }

    /// <summary>
    /// Waits until the client closes: closing with something unread would reset the connection, and take the answer
    /// back.
    /// </summary>
    private async Task CloseAsync(Socket connection, byte[] buffer)
    {
        connection.Shutdown(SocketShutdown.Send);
        using var deadline = Within(_limits.Close);
        for (var ignored = 0; ignored < IgnoredBytes;)
        {
            var received = await connection.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, deadline.Token);
            if (received == 0)
            {
                return;
            }

            ignored += received;
        }
    }

    private Deadline Within(TimeSpan time) => new(time, _time, _stop.Token);
}
