using System.Net;
using System.Net.Sockets;
using System.Text;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Http;

/// <summary>What the server answers with.</summary>
/// <param name="Metrics">Writes all metrics.</param>
/// <param name="NotReady">Why the agent is not ready, or null when it is.</param>
/// <param name="Detail">What readiness says of the agent besides: that the last good policies are kept, for example.</param>
internal sealed record StatusContent(Func<ExpositionFormat, string> Metrics, Func<string?> NotReady, Func<string> Detail);

/// <summary>Serves <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> on loopback.</summary>
internal sealed class StatusServer : IDisposable
{
    private const int MaximumRequests = 8;
    private readonly HttpListener _listener = new();
    private readonly StatusContent _content;
    private readonly Task _accepting;
    private int _requests;

    /// <summary>Starts to serve.</summary>
    /// <exception cref="CliException">The address cannot be listened on.</exception>
    public StatusServer(IPEndPoint address, StatusContent content)
    {
        _content = content;
        _listener.Prefixes.Add($"http://{address}/");
        _listener.Prefixes.Add($"http://localhost:{address.Port}/");
        try
        {
            _listener.Start();
        }
        catch (Exception exception) when (exception is HttpListenerException or SocketException)
        {
            throw new CliException(ExitCode.Failed, $"cannot listen on {address}: {exception.Message}; use another --listen, or --no-http");
        }

        _accepting = AcceptAsync();
    }

    /// <summary>Reads <c>127.0.0.1:9417</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    /// <param name="error">Why it is none; empty on success.</param>
    public static bool TryParse(string text, out IPEndPoint address, out string error)
    {
        if (!IPEndPoint.TryParse(text, out address!) || address.Port == 0)
        {
            error = $"'{text}' is not an address and port, such as 127.0.0.1:9417.";
            return false;
        }

        error = IPAddress.IsLoopback(address.Address) ? "" : $"'{text}' is not on loopback; the agent speaks HTTP in clear and does so only on loopback.";
        return error.Length == 0;
    }

    public void Dispose()
    {
        _listener.Close();
        _accepting.Wait();
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => Serve(context));
        }
    }

    private void Serve(HttpListenerContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _requests) > MaximumRequests)
            {
                Respond(context, HttpStatusCode.ServiceUnavailable, "too many requests at once\n");
            }
            else if (context.Request.HttpMethod is not ("GET" or "HEAD"))
            {
                context.Response.AddHeader("Allow", "GET, HEAD");
                Respond(context, HttpStatusCode.MethodNotAllowed, "only GET and HEAD\n");
            }
            else
            {
                Route(context);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or InvalidOperationException)
        {
            // The client went away.
            context.Response.Abort();
        }
#pragma warning disable CA1031 // A scrape also asks plugins, which may throw anything; the scraper must not be left waiting.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Respond(context, HttpStatusCode.InternalServerError, exception.Message + "\n");
        }
        finally
        {
            Interlocked.Decrement(ref _requests);
        }
    }

    private void Route(HttpListenerContext context)
    {
        switch (context.Request.Url?.AbsolutePath)
        {
            case "/metrics":
                var format = Exposition.Negotiate(context.Request.Headers["Accept"]);
                Respond(context, HttpStatusCode.OK, _content.Metrics(format), Exposition.ContentType(format));
                break;
            case "/healthz":
                Respond(context, HttpStatusCode.OK, "ok\n");
                break;
            case "/readyz":
                var reason = _content.NotReady();
                Respond(context, reason is null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, reason is null ? $"ready\n{_content.Detail()}" : $"not ready: {reason}\n");
                break;
            case "/":
                Respond(context, HttpStatusCode.OK, "netedit: /metrics /healthz /readyz\n");
                break;
            default:
                Respond(context, HttpStatusCode.NotFound, "not found; there are /metrics, /healthz and /readyz\n");
                break;
        }
    }

    private static void Respond(HttpListenerContext context, HttpStatusCode status, string text, string contentType = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        var response = context.Response;
        response.StatusCode = (int)status;
        response.ContentType = contentType;
        response.ContentLength64 = body.Length;
        response.AddHeader("Cache-Control", "no-store");
        response.AddHeader("X-Content-Type-Options", "nosniff");
        if (context.Request.HttpMethod != "HEAD")
        {
            response.OutputStream.Write(body);
        }

        response.Close();
    }
}
