using System.Net;
using System.Net.Sockets;
using System.Text;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Http;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Http;

public sealed class StatusServerTests : IDisposable
{
    private readonly HttpClient _client = new();
    private readonly IPEndPoint _address = FreeAddress();
    private readonly StatusServer _server;
    private string? _notReady;

    public StatusServerTests() =>
        _server = new StatusServer(
            _address,
            new StatusContent(
                (format, _) => Task.FromResult(Bytes(format.ToString())),
                () => _notReady,
                () => "revision x\n"
            ),
            new HttpLimits(),
            TimeProvider.System
        );

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Metrics_come_in_the_format_asked_for()
    {
        using var text = await Send(HttpMethod.Get, "/metrics");
        (await text.Content.ReadAsStringAsync()).ShouldBe("Text");
        text.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");

        using var open = await Send(HttpMethod.Get, "/metrics", "application/openmetrics-text; version=1.0.0");
        (await open.Content.ReadAsStringAsync()).ShouldBe("OpenMetrics");
        open.Content.Headers.ContentType!.ToString()
            .ShouldBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    }

    [Fact]
    public async Task Readiness_is_refused_with_its_reason_until_it_is_there()
    {
        _notReady = "the first reconcile is not done";
        using var before = await Send(HttpMethod.Get, "/readyz");
        before.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await before.Content.ReadAsStringAsync()).ShouldBe("not ready: the first reconcile is not done\n");

        _notReady = null;
        using var after = await Send(HttpMethod.Get, "/readyz");
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await after.Content.ReadAsStringAsync()).ShouldBe("ready\nrevision x\n");
    }

    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("HEAD", "/metrics", HttpStatusCode.OK)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/healthz", HttpStatusCode.MethodNotAllowed)]
    public async Task Only_reading_is_allowed(string method, string path, HttpStatusCode expected)
    {
        using var response = await Send(new HttpMethod(method), path);

        response.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task It_answers_to_localhost_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_address}/healthz");
        request.Headers.Host = $"localhost:{_address.Port}";
        using var response = await _client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void An_address_in_use_is_an_error_that_says_what_to_do()
    {
        var content = new StatusContent((_, _) => Task.FromResult(Bytes("")), () => null, () => "");

        var error = Should.Throw<CliException>(() =>
            new StatusServer(_address, content, new HttpLimits(), TimeProvider.System)
        );

        error.Message.ShouldContain("--listen");
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static IPEndPoint FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(method, $"http://{_address}{path}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _client.SendAsync(request);
    }
}
