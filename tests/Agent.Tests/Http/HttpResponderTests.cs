using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Http;

namespace NetEdit.Agent.Tests.Http;

public sealed class HttpResponderTests : IDisposable
{
    private static readonly HttpLimits Limits = new() { Connections = 4, HeadBytes = 2048 };

    // It stands still until a test moves it: what is answered then has waited for nobody's limit.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly IPEndPoint _address;
    private readonly HttpResponder _responder;
    private readonly List<Socket> _clients = [];
    private int _answered;

    public HttpResponderTests()
    {
        _address = FreeAddress();
        _responder = new HttpResponder(
            _address,
            Limits,
            _time,
            (request, cancel) =>
            {
                Interlocked.Increment(ref _answered);
                return request.Path switch
                {
                    "/fails" => throw new InvalidOperationException("a plugin's fault"),
                    "/slow" => SlowAsync(cancel),
                    "/large" => Task.FromResult(HttpAnswer.Text(HttpStatusCode.OK, new string('x', 64 << 20))),
                    _ => Task.FromResult(HttpAnswer.Text(HttpStatusCode.OK, $"{request.Path} {request.Accept}\n")),
                };
            }
        );
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _responder.Dispose();
    }

    [Theory]
    [InlineData("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: x\r\naccept:\ty \r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 200)]
    [InlineData("GET http://localhost:1/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 200)]
    [InlineData("GET /fails HTTP/1.1\r\nHost: localhost\r\n\r\n", 500)]
    [InlineData("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 405)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET /\r\n\r\n", 400)]
    [InlineData("G(T / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n folded: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nnothing\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\nHost: localhost\n\n", 400)]
    [InlineData("\r\n\r\n", 400)]
    [InlineData("\0\u0001\u00ff\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1:9999\r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.1\r\nHost: LOCALHOST:80\r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.1\r\nHost: attacker.example\r\n\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost.attacker.example:80\r\n\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1.nip.io\r\n\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", 421)]
    [InlineData("GET http://attacker.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 421)]
    public void A_request_has_its_status(string request, int status) => StatusOf(Ask(request)).ShouldBe(status);

    [Fact]
    public void An_answer_has_its_head_and_its_body()
    {
        var answer = Ask("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: x\r\naccept:\ty \r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 200 OK\r\nDate: ");
        answer.ShouldContain("\r\nContent-Length: 7\r\n");
        answer.ShouldContain("\r\nConnection: close\r\n");
        answer.ShouldEndWith("\r\n\r\n/a x,y\n");
        Ask("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n").ShouldContain("\r\nAllow: GET, HEAD\r\n");
        Ask("GET /fails HTTP/1.1\r\nHost: localhost\r\n\r\n").ShouldEndWith("a plugin's fault\n");
    }

    [Fact]
    public void An_answer_to_head_has_the_length_and_no_body()
    {
        var answer = Ask("HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n");

        answer.ShouldContain("\r\nContent-Length: 4\r\n");
        answer.ShouldEndWith("\r\n\r\n");
    }

    [Fact]
    public void A_huge_head_is_refused()
    {
        var head = $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', Limits.HeadBytes)}\r\n\r\n";

        StatusOf(Ask(head)).ShouldBe(431);
        StatusOf(Ask($"GET /{new string('x', Limits.HeadBytes)}")).ShouldBe(431);
    }

    [Fact]
    public void A_large_body_is_ignored_and_the_answer_arrives()
    {
        StatusOf(Ask($"PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n{new string('x', 200_000)}")).ShouldBe(405);
    }

    [Fact]
    public void Of_pipelined_requests_the_first_is_answered()
    {
        var answer = Ask("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b HTTP/1.1\r\nHost: localhost\r\n\r\n");

        answer.ShouldEndWith("/a \n");
        _answered.ShouldBe(1);
    }

    [Fact]
    public void A_client_that_closes_its_half_is_answered()
    {
        var client = Connect();
        Send(client, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.Shutdown(SocketShutdown.Send);
        ReadAll(client).ShouldEndWith("/a \n");

        var half = Connect();
        Send(half, "GET /a HTT");
        half.Shutdown(SocketShutdown.Send);
        StatusOf(ReadAll(half)).ShouldBe(400);

        var silent = Connect();
        silent.Shutdown(SocketShutdown.Send);
        ReadAll(silent).ShouldBeEmpty();
    }

    [Fact]
    public void A_client_that_sends_slowly_blocks_nobody_and_is_cut_off()
    {
        var slow = Connect();
        Send(slow, "G");
        Quick().ShouldBe(200);
        Send(slow, "E");

        Eventually.True(
            () => After(Limits.Request, () => slow.Poll(0, SelectMode.SelectRead)),
            "the time for a request is over"
        );

        StatusOf(ReadAll(slow)).ShouldBe(408);
    }

    [Fact]
    public void A_client_that_never_reads_blocks_nobody_and_is_cut_off()
    {
        var deaf = Connect();
        Send(deaf, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Quick().ShouldBe(200);

        // Its connection is reset once the time for the answer is over: the rest is not waiting in the kernel.
        Eventually.True(
            () => After(Limits.Answer, () => deaf.Poll(0, SelectMode.SelectError)),
            "the time for the answer is over"
        );
        Should.Throw<SocketException>(() => ReadAll(deaf)).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    }

    [Fact]
    public void Of_too_many_silent_connections_the_oldest_makes_room()
    {
        var silent = Enumerable.Range(0, Limits.Connections).Select(_ => Connect()).ToList();
        Quick().ShouldBe(200);

        Connect();
        StatusOf(ReadAll(silent[0])).ShouldBe(503);
        Quick().ShouldBe(200);
    }

    /// <summary>Whoever had to make room waited for its client to close, which had the next one make room.</summary>
    [Fact]
    public void One_too_many_silent_connections_cost_one_its_place()
    {
        var silent = Enumerable.Range(0, Limits.Connections).Select(_ => Connect()).ToList();
        Quick().ShouldBe(200);
        StatusOf(ReadAll(silent[0])).ShouldBe(503);

        Enumerable.Range(0, 20).ShouldAllBe(_ => Quick() == 200);

        silent.Skip(1).ShouldAllBe(client => !client.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public void Too_many_requests_that_are_being_answered_are_refused_at_once_and_make_room_again()
    {
        for (var connection = 0; connection < Limits.Connections; connection++)
        {
            Send(Connect(), "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }

        Eventually.True(() => _answered == Limits.Connections, "all are being answered");
        Quick().ShouldBe(503);

        Eventually.True(() => After(Limits.Answer, () => Quick() == 200), "there is room again");
    }

    [Fact]
    public void A_request_that_takes_too_long_to_answer_gets_the_reason_and_no_reset()
    {
        var client = Connect();
        Send(client, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Eventually.True(() => _answered == 1, "it is being answered");

        Eventually.True(
            () => After(Limits.Answer, () => client.Poll(0, SelectMode.SelectRead)),
            "the time for an answer is over"
        );

        var answer = ReadAll(client);
        StatusOf(answer).ShouldBe(503);
        answer.ShouldEndWith("no answer within 10 s\n");
    }

    [Fact]
    public void Answers_that_nobody_reads_make_room_for_others_at_once()
    {
        var deaf = Enumerable.Range(0, Limits.Connections).Select(_ => Connect()).ToList();
        deaf.ForEach(client => Send(client, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Eventually.True(() => _answered == Limits.Connections, "all are being answered");

        // No time passes meanwhile: nobody was cut off for being late.
        Eventually.True(
            () => Quick() == 200 && deaf.Any(client => client.Poll(0, SelectMode.SelectError)),
            "the one that has waited longest makes room"
        );
    }

    [Fact]
    public void Four_hundred_half_open_requests_do_not_keep_others_out()
    {
        var usual = new HttpLimits();
        var address = FreeAddress();
        using var responder = new HttpResponder(
            address,
            usual,
            TimeProvider.System,
            (_, _) => Task.FromResult(HttpAnswer.Text(HttpStatusCode.OK, "ok\n"))
        );
        for (var connection = 0; connection < 400; connection++)
        {
            try
            {
                Send(Connect(address), "GET / HTTP/1.1\r\nHost: loc");
            }
            catch (SocketException)
            {
                // It had to make room already.
            }
        }

        var client = Connect(address);
        Send(client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        StatusOf(ReadAll(client)).ShouldBe(200);
        Eventually.True(() => HeldBy(address) <= usual.Open, "the others were closed");
    }

    [Fact]
    public void Clients_that_reset_their_connections_do_not_slow_others_down()
    {
        for (var connection = 0; connection < 50; connection++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                LingerState = new LingerOption(true, 0),
            };
            client.Connect(_address);
        }

        Eventually.True(() => Quick() == 200, "the others are answered");
    }

    [Fact]
    public async Task It_stops_while_clients_are_connected()
    {
        Connect();
        Send(Connect(), "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Quick().ShouldBe(200);

        await Task.Run(_responder.Dispose).WaitAsync(Eventually.Limit);

        Should.Throw<SocketException>(() => Connect());
    }

    private static async Task<HttpAnswer> SlowAsync(CancellationToken cancel)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        return HttpAnswer.Text(HttpStatusCode.OK, "");
    }

    /// <summary>Accepted connections that a responder holds open: those of others in this process do not count.</summary>
    private static int HeldBy(IPEndPoint address)
    {
        var local = string.Create(CultureInfo.InvariantCulture, $":{address.Port:X4}");
        return File.ReadLines("/proc/self/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields =>
                fields[1].EndsWith(local, StringComparison.Ordinal) && fields[3] != "0A" && fields[9] != "0"
            );
    }

    private static int StatusOf(string answer) =>
        answer.Split(' ') is ["HTTP/1.1", var status, ..] ? int.Parse(status, null) : 0;

    private static void Send(Socket client, string text) => client.Send(Encoding.Latin1.GetBytes(text));

    private static string ReadAll(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[65536];
        for (int received; (received = client.Receive(buffer)) > 0; )
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, received));
        }

        return text.ToString();
    }

    /// <summary>The status of a request that must not wait for others.</summary>
    private int Quick() => StatusOf(Ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));

    /// <summary>Lets a time pass, and looks.</summary>
    private bool After(TimeSpan time, Func<bool> condition)
    {
        _time.Advance(time);
        return condition();
    }

    private string Ask(string request)
    {
        var client = Connect();
        Send(client, request);
        var answer = ReadAll(client);
        client.Dispose();
        return answer;
    }

    private Socket Connect(IPEndPoint? address = null)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Eventually.Limit.TotalMilliseconds,
        };
        _clients.Add(client);
        client.Connect(address ?? _address);
        return client;
    }

    private static IPEndPoint FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }
}
