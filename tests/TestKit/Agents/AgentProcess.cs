using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetEdit.TestKit;

/// <summary>A running <c>netedit agent</c>; killed when disposed, if it still runs.</summary>
public sealed class AgentProcess : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Eventually.Limit };
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly string _socket;
    private readonly string[] _arguments;
    private bool _disposed;

    private AgentProcess(Process process, string[] arguments, string socket, int port)
    {
        _process = process;
        _arguments = arguments;
        _socket = socket;
        Port = port;
        process.ErrorDataReceived += (_, data) => Keep(data.Data);
        process.OutputDataReceived += (_, data) => Keep(data.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Program that gives an agent the rights it has as a service, and execs it; nothing for all rights.</summary>
    public static string[] AsService { get; set; } = [];

    public int Port { get; }

    /// <summary>Its pid; that of the program itself, since wrappers exec.</summary>
    public int Pid => _process.Id;

    /// <summary>Its open descriptors of BPF objects, by their kinds: <c>anon_inode:bpf-map</c>.</summary>
    public IReadOnlyList<string> BpfDescriptors =>
        [
            .. Directory
                .GetFiles($"/proc/{Pid}/fd")
                .Select(Native.ReadLink)
                .OfType<string>()
                .Where(kind => kind.Contains("bpf", StringComparison.Ordinal)),
        ];

    /// <summary>Everything it wrote.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>Its log.</summary>
    public IReadOnlyList<LogEntry> Log =>
        [.. _lines.Where(line => line.StartsWith('{')).Select(line => new LogEntry(line, JsonNode.Parse(line)!))];

    /// <summary>Changes it made in the kernel.</summary>
    public IReadOnlyList<string> Actions => [.. Log.Where(entry => entry.IsAction).Select(entry => entry.Message)];

    /// <summary>Starts an agent and returns at once.</summary>
    /// <param name="arguments">Arguments besides the socket, the address and the form of the log.</param>
    /// <param name="socket">Its control socket.</param>
    /// <param name="wrapper">Program that execs it, or nothing.</param>
    public static AgentProcess Start(IEnumerable<string> arguments, string socket, params string[] wrapper) =>
        StartOn(Ports.Next(), arguments, socket, wrapper);

    /// <summary>Starts an agent that serves HTTP on a port, and returns at once.</summary>
    public static AgentProcess StartOn(int port, IEnumerable<string> arguments, string socket, params string[] wrapper)
    {
        string[] given = [.. arguments];
        string[] line =
        [
            .. wrapper,
            .. AsService,
            "dotnet",
            Netedit.Program,
            "agent",
            "--socket",
            socket,
            "--listen",
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            "--log-format",
            "json",
            .. given,
        ];
        return new AgentProcess(Netedit.Start(line[0], line[1..]), given, socket, port);
    }

    /// <summary>Waits until a condition holds; fails at once when the agent ends.</summary>
    public void WaitFor(Func<bool> condition, string what) =>
        Eventually.True(
            () =>
                condition()
                || (
                    _process.HasExited
                        ? throw new InvalidOperationException(
                            $"the agent ended (exit {_process.ExitCode}) before: {what}\n{Text}"
                        )
                        : false
                ),
            what,
            () => Text
        );

    /// <summary>Waits until its first pass is done.</summary>
    public void WaitForFirstPass() =>
        WaitFor(() => Log.Any(entry => entry.Json["trigger"] is not null), "the first pass is done");

    /// <summary>Waits until it ends by itself.</summary>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(Eventually.Limit))
        {
            throw new TimeoutException($"the agent did not end\n{Text}");
        }

        _process.WaitForExit(); // also the ends of its streams
        return _process.ExitCode;
    }

    public void Signal(int signal) => Native.Signal(Pid, signal);

    /// <summary>Tells it to stop, and waits.</summary>
    public int Stop()
    {
        Signal(Native.SigTerm);
        return WaitForExit();
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    /// <summary>Asks for a pass over the control socket; the answer is the status after it.</summary>
    public JsonNode Reconcile() => Ask("reconcile", "status");

    /// <summary>The status it gives over the control socket.</summary>
    public JsonNode Status() => Ask("status", "status");

    /// <summary>Pauses everything, and waits until the agent knows.</summary>
    public void Pause() => Switch("pause");

    /// <summary>Resumes everything, and waits until the agent knows.</summary>
    public void Resume() => Switch("resume");

    /// <summary>What a page of its HTTP server says.</summary>
    public (HttpStatusCode Status, string Body, string ContentType) Get(string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}{path}")
        );
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var response = _http.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return (response.StatusCode, reader.ReadToEnd(), response.Content.Headers.ContentType!.ToString());
    }

    /// <summary>The value of a metric's series that has these labels; null when there is none.</summary>
    public double? Metric(string name, params string[] labels)
    {
        var line = Get("/metrics")
            .Body.Split('\n')
            .SingleOrDefault(line =>
                (
                    line.StartsWith(name + "{", StringComparison.Ordinal)
                    || line.StartsWith(name + " ", StringComparison.Ordinal)
                ) && labels.All(label => line.Contains(label, StringComparison.Ordinal))
            );
        return line is null ? null : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Switch(string verb)
    {
        string[] own =
        [
            .. _arguments
                .Zip(_arguments.Skip(1))
                .Where(pair => pair.First is "--ledger" or "--state")
                .SelectMany(pair => new[] { pair.First, pair.Second }),
        ];
        var outcome = Netedit.Run([verb, "--socket", _socket, .. own]);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException(outcome.ToString());
        }

        Reconcile();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }

    /// <summary>Sends a line to its control socket.</summary>
    /// <returns>Reads the answer, when one comes.</returns>
    public Func<JsonNode> Send(object request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Eventually.Limit.TotalMilliseconds,
        };
        socket.Connect(new UnixDomainSocketEndPoint(_socket));
        socket.Send(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request) + "\n"));
        return () =>
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream);
            return JsonNode.Parse(reader.ReadLine()!)!;
        };
    }

    private JsonNode Ask(string command, string answerIn)
    {
        var answer = Send(new { command })();
        return answer[answerIn] ?? throw new InvalidOperationException((string?)answer["error"]);
    }
}
