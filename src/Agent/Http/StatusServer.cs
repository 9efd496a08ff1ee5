using System.Net;
using System.Net.Sockets;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Http;

/// <summary>What the server answers with.</summary>
/// <param name="Metrics">Writes all metrics.</param>
/// <param name="NotReady">Why the agent is not ready, or null when it is.</param>
/// <param name="Detail">
/// What readiness says of the agent besides: that the last good policies are kept, for example.
/// </param>
internal sealed record StatusContent(
    Func<MetricsFormat, CancellationToken, Task<ReadOnlyMemory<byte>>> Metrics,
    Func<string?> NotReady,
    Func<string> Detail
);

/// <summary>Serves <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> on loopback.</summary>
internal sealed class StatusServer : IDisposable
{
    private readonly HttpResponder _responder;
    private readonly StatusContent _content;

    /// <summary>Starts to serve.</summary>
    /// <exception cref="CliException">The address cannot be listened on.</exception>
    public StatusServer(IPEndPoint address, StatusContent content, HttpLimits limits, TimeProvider time)
    {
        _content = content;
        try
        {
            _responder = new HttpResponder(address, limits, time, RouteAsync);
        }
        catch (SocketException exception)
        {
            throw new CliException(
                ExitCode.Failed,
                $"cannot listen on {address}: {exception.Message}; use another --listen, or --no-http"
            );
        }
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

        error = IPAddress.IsLoopback(address.Address)
            ? ""
            : $"'{text}' is not on loopback; the agent speaks HTTP in clear and does so only on loopback.";
        return error.Length == 0;
    }

    public void Dispose() => _responder.Dispose();

    private async Task<HttpAnswer> RouteAsync(RequestHead request, CancellationToken cancel)
    {
        switch (request.Path)
        {
            case "/metrics":
                var format = MetricsFormats.Negotiate(request.Accept);
                var text = await _content.Metrics(format, cancel);
                return new HttpAnswer(HttpStatusCode.OK, text, MetricsFormats.ContentType(format));
            case "/healthz":
                return HttpAnswer.Text(HttpStatusCode.OK, "ok\n");
            case "/readyz":
                return _content.NotReady() is { } reason
                    ? HttpAnswer.Text(HttpStatusCode.ServiceUnavailable, $"not ready: {reason}\n")
                    : HttpAnswer.Text(HttpStatusCode.OK, $"ready\n{_content.Detail()}");
            case "/":
                return HttpAnswer.Text(HttpStatusCode.OK, "netedit: /metrics /healthz /readyz\n");
            default:
                return HttpAnswer.Text(HttpStatusCode.NotFound, "not found; try /metrics, /healthz or /readyz\n");
        }
    }
}
