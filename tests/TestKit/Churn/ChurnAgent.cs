using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>A running agent; killed when disposed.</summary>
public sealed partial class ChurnAgent : IDisposable
{
    private const int Terminate = 15;
    private const int KeptLines = 40;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _socket;
    private readonly ConcurrentQueue<string> _lines = new();

    public ChurnAgent(string program, string socket, IEnumerable<string> arguments)
    {
        _socket = socket;
        _process =
            Process.Start(
                new ProcessStartInfo("dotnet", [program, "agent", "--socket", socket, "--no-http", .. arguments])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            ) ?? throw new LabException("dotnet did not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it has ended without being told to.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>The last lines it wrote.</summary>
    public string Text => string.Join('\n', _lines);

    /// <summary>Resident memory and descriptors; null when it has just ended.</summary>
    public (long Bytes, int Descriptors)? ReadCost()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status")
                .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            var kibibytes = long.Parse(
                line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal),
                CultureInfo.InvariantCulture
            );
            return (kibibytes << 10, Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Asks for passes until one has nothing to do.</summary>
    public void WaitUntilUnchanged()
    {
        var watch = Stopwatch.StartNew();
        string? last = null;
        while (last != "unchanged")
        {
            if (HasEnded || watch.Elapsed > Limit)
            {
                throw new LabException(
                    (
                        HasEnded
                            ? "the agent ended"
                            : $"the agent did not come to rest within {Limit.TotalSeconds} s, the last pass: {last}"
                    ) + $":\n{Text}"
                );
            }

            try
            {
                last = (string?)Ask("reconcile")["lastReconcile"]?["result"];
            }
            catch (Exception starting) when (starting is SocketException or IOException or LabException)
            {
                last = starting.Message;
            }

            Thread.Sleep(last == "unchanged" ? 0 : 50);
        }
    }

    /// <summary>Ends it: as a service manager does, or as a crash would.</summary>
    public void End(bool crash)
    {
        if (crash)
        {
            _process.Kill();
        }
        else if (!_process.HasExited)
        {
            _ = Signal(_process.Id, Terminate);
        }

        if (!_process.WaitForExit(Limit))
        {
            throw new LabException($"the agent did not end within {Limit.TotalSeconds} s:\n{Text}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private JsonNode Ask(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Limit.TotalMilliseconds,
        };
        socket.Connect(new UnixDomainSocketEndPoint(_socket));
        using var stream = new NetworkStream(socket);
        stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { command }) + "\n"));
        using var reader = new StreamReader(stream);
        var answer = JsonNode.Parse(reader.ReadLine() ?? throw new IOException("the agent hung up"))!;
        return answer["status"] ?? throw new LabException((string?)answer["error"] ?? "no answer");
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
