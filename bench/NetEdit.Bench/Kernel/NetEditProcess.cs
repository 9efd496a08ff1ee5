using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace NetEdit.Bench.Kernel;

/// <summary>The program as packages carry it.</summary>
internal sealed class NetEditProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _verb;
    private readonly ConcurrentQueue<string> _messages = new();
    private bool _ended;

    private NetEditProcess(string root, string verb, params IEnumerable<string> arguments)
    {
        _verb = verb;
        var start = new ProcessStartInfo(Path.Combine(root, "artifacts", "product", "netedit"), [verb, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        Output = _process.StandardOutput.ReadToEndAsync();
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                _messages.Enqueue(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to standard error.</summary>
    internal IReadOnlyCollection<string> Messages => _messages;

    private Task<string> Output { get; }

    /// <summary>CPU time of all threads, ended ones included, as the scheduler counts it.</summary>
    internal long CpuNanoseconds => Syscalls.CpuNanoseconds(_process.Id);

    /// <summary>A line of the process's status in bytes: <c>VmRSS</c>, <c>RssAnon</c>, <c>RssFile</c>.</summary>
    internal long MemoryBytes(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture)
            * 1024;
    }

    /// <summary>Starts a verb that goes on.</summary>
    internal static NetEditProcess Start(string root, string verb, params IEnumerable<string> arguments) =>
        new(root, verb, arguments);

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>The time from starting the process to its end.</returns>
    internal static TimeSpan Run(string root, string verb, params IEnumerable<string> arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = new NetEditProcess(root, verb, arguments);
        process.Wait();
        var elapsed = watch.Elapsed;
        return process._process.ExitCode == 0
            ? elapsed
            : throw process.Failure($"ended with {process._process.ExitCode}");
    }

    /// <summary>Starts an agent and ends it again.</summary>
    /// <returns>The time from starting the process to the end of its first pass, as its log tells.</returns>
    internal static TimeSpan RunToFirstPass(string root, params IEnumerable<string> arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = new NetEditProcess(root, "agent", arguments);
        process.WaitUntil(
            () => process._messages.Any(line => line.Contains("policies in force", StringComparison.Ordinal)),
            "make its first pass",
            1
        );
        return watch.Elapsed;
    }

    /// <summary>Waits until something is so.</summary>
    internal void WaitUntil(Func<bool> condition, string what, int pauseMilliseconds = 10)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (_process.HasExited || watch.Elapsed > Limit)
            {
                throw Failure($"did not {what}");
            }

            Thread.Sleep(pauseMilliseconds);
        }
    }

    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (!_process.HasExited)
        {
            _ = Syscalls.kill(_process.Id, Syscalls.Terminate);
            Wait();
        }

        _process.Dispose();
    }

    /// <summary>Waits until it ends by itself.</summary>
    internal void Wait()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill();
            throw new TimeoutException($"netedit {_verb} did not end within {Limit.TotalSeconds} s");
        }
    }

    private InvalidOperationException Failure(string what)
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        return new InvalidOperationException(
            $"netedit {_verb} {what}: {string.Join('\n', _messages)} {Output.GetAwaiter().GetResult().Trim()}"
        );
    }
}
