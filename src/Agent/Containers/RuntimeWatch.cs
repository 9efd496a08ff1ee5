using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Native;
using NetEdit.Containers;
using NetEdit.Model;

namespace NetEdit.Agent.Containers;

/// <summary>
/// Keeps a process that asks a runtime about its containers: started when the runtime's socket exists, and again, with growing
/// pauses, when it has ended.
/// </summary>
internal sealed class RuntimeWatch : IDisposable
{
    /* The first list of many containers takes an answer for each. */
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SilenceTimeout = 3 * ContainerLimits.ListInterval;

    private readonly RuntimeAddress _address;
    private readonly Func<RuntimeAddress, Process> _start;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly ContainerBook _book;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Process? _process;
    private volatile string? _problem;
    private FileIdentity? _refused;
    private ulong _asked; // the inode of the socket that was asked last
    private volatile TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    /// <summary>Creates the watch; nothing is started yet.</summary>
    /// <param name="address">The runtime.</param>
    /// <param name="changed">Called from any thread when something is known that was not, or no longer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="start">Starts the process; null for the usual one.</param>
    public RuntimeWatch(
        RuntimeAddress address,
        Action changed,
        TimeProvider time,
        Func<RuntimeAddress, Process>? start = null
    )
    {
        (_address, _changed, _time, _start) = (
            address,
            changed,
            time,
            start ?? (runtime => OwnProgram.StartWithoutNewPrivileges(ProgramFor(runtime)))
        );
        _book = new ContainerBook(address.Runtime);
    }

    /// <summary>The runtime.</summary>
    public RuntimeAddress Address => _address;

    /// <summary>The containers by id.</summary>
    public ImmutableDictionary<string, ReportedContainer> Containers => _book.Containers;

    /// <summary>Why the runtime's containers have no names, and what to do; null while they have, or the runtime is not there.</summary>
    public string? Problem =>
        _problem
        ?? (
            _book.IsFull
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_address.Runtime} has more than {ContainerLimits.Containers} containers; the others have "
                        + $"no names"
                )
                : null
        );

    /// <summary>Whether the runtime is watched; else it is not there, or does not offer what is asked.</summary>
    public bool IsRunning => !_running.IsCompleted;

    /// <summary>Whether the runtime has no socket here.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>Whether the runtime answers.</summary>
    public bool Answers => _problem is null && _book.IsListed && IsRunning;

    /// <summary>Whether it is known which containers have names: the runtime answers, or does not offer what is asked.</summary>
    public bool HasTold => Answers || (!IsRunning && _book.IsNotOffered);

    /// <summary>Ends when it is known whether the runtime answers.</summary>
    public Task Settled => _settled.Task;

    /// <summary>
    /// Starts to watch if the runtime is there and not watched yet. A runtime that has started again, with another socket, is asked
    /// without a pause. One thread at a time may call it.
    /// </summary>
    public void Ensure()
    {
        var socket = SystemCalls.IdentityOf(_address.Socket);
        IsAbsent = socket is null;
        if (!_running.IsCompleted)
        {
            if (socket is { } other && other.Inode != Volatile.Read(ref _asked))
            {
                _again.TrySetResult();
            }

            return;
        }

        if (socket is null || socket == _refused)
        {
            _settled.TrySetResult();
            return;
        }

        Volatile.Write(ref _asked, socket.Value.Inode);
        _running = Task.Run(() => RunAsync(socket.Value), CancellationToken.None);
    }

    /// <summary>Has the containers listed again at once.</summary>
    public void Look()
    {
        try
        {
            if (_process is { } process)
            {
                process.StandardInput.WriteLine();
                process.StandardInput.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It has just ended.
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAny(_running); // it ends what it waits for
        _stop.Dispose();
    }

    private async Task RunAsync(FileIdentity socket)
    {
        var pauses = new RestartPauses();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var started = _time.GetTimestamp();
                var why = await WatchAsync();
                if (_book.IsNotOffered)
                {
                    (_refused, _problem) = (socket, null);
                    return;
                }

                _problem =
                    $"{_address.Runtime} cannot be asked about its containers on {_address.Socket}: {why}; new ones "
                    + $"have no name, image or labels until it answers. Type on the host: {_address.Remedy}";
                _changed();
                _settled.TrySetResult();
                await PauseAsync(pauses.After(_time.GetElapsedTime(started)));
                if (SystemCalls.IdentityOf(_address.Socket) is not { } next)
                {
                    _problem = null; // it is no longer there
                    _changed();
                    return;
                }

                pauses = next.Inode == socket.Inode ? pauses : new RestartPauses(); // it has started again
                socket = next;
                Volatile.Write(ref _asked, next.Inode);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            _settled.TrySetResult();
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        _again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(Task.Delay(pause, _time, over.Token), _again.Task);
        await over.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Listens to a process until it ends.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> WatchAsync()
    {
        _book.Begin();
        Process? process = null;
        try
        {
            process = _start(_address);
            _process = process;
            process.StandardError.Close();
            var lines = new BoundedLines(process.StandardOutput.BaseStream, ContainerLimits.MessageBytes);
            var listing = _time.GetTimestamp();
            while (await NextAsync(lines, listing) is { } line)
            {
                var isChange = _book.Take(line);
                if (_book.Problem is { } problem)
                {
                    return problem;
                }

                if (_book.IsListed && _problem is not null)
                {
                    (_problem, isChange) = (null, true);
                }

                if (isChange)
                {
                    _changed();
                }

                if (_book.IsListed)
                {
                    _settled.TrySetResult();
                }
            }

            return "the process that asks it has ended";
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException)
        {
            return exception.Message;
        }
        finally
        {
            // It ends with its input. This agent may have no right to kill it (docs/architecture.md).
            _process = null;
            Close(process);
        }
    }

    private async Task<string?> NextAsync(BoundedLines lines, long listing)
    {
        var timeout = _book.IsListed ? SilenceTimeout : ListTimeout - _time.GetElapsedTime(listing);
        using var patience = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            return await lines.ReadAsync(either.Token);
        }
        catch (OperationCanceledException late) when (!_stop.IsCancellationRequested)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"it told nothing for {timeout.TotalSeconds:0} s"),
                late
            );
        }
    }

    private static void Close(Process? process)
    {
        try
        {
            process?.StandardOutput.Close();
            process?.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }

        process?.Dispose();
    }

    /// <summary>The process that asks a runtime.</summary>
    internal static ProcessStartInfo ProgramFor(RuntimeAddress address)
    {
        const string heapLimit = "DOTNET_GCHeapHardLimit";
        var info = OwnProgram.With(WatchContainersVerb.Word, address.Runtime, address.Socket);
        info.RedirectStandardError = true;
        info.Environment[heapLimit] = "8000000"; // 128 MiB, in hexadecimal digits
        return info;
    }
}
