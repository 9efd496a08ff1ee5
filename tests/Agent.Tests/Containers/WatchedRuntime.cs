using System.Diagnostics;
using NetEdit.Agent.Containers;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Containers;

/// <summary>The agent's watch of a real runtime, by the process that the agent starts.</summary>
internal sealed class WatchedRuntime : IDisposable
{
    private readonly RuntimeWatch _watch;
    private volatile int _pid;
    private int _starts;

    public WatchedRuntime(RuntimeLab lab)
    {
        _watch = new RuntimeWatch(
            new RuntimeAddress(lab.Runtime, lab.Socket, "start it"),
            () => { },
            TimeProvider.System,
            Start
        );
        _watch.Ensure();
    }

    /// <summary>What it reports, by id.</summary>
    public IReadOnlyDictionary<string, ReportedContainer> Containers => _watch.Containers;

    public RuntimeWatch Watch => _watch;

    /// <summary>The process that asks the runtime.</summary>
    public int Pid => _pid;

    /// <summary>How often one was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Waits until it answers, as the agent does, which looks for runtimes whenever it has something to do.</summary>
    public void WaitUntilItAnswers()
    {
        var problems = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            Eventually.True(
                () =>
                {
                    _watch.Ensure();
                    problems.Add($"{_watch.Problem}");
                    return _watch.Answers;
                },
                "it answers"
            );
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}: {string.Join('\n', problems)}, {Starts} starts", late);
        }
    }

    /// <summary>Waits until a container is reported.</summary>
    public ReportedContainer WaitFor(string id)
    {
        Eventually.True(() => _watch.Containers.ContainsKey(id), $"{id} is reported ({_watch.Problem})");
        return _watch.Containers[id];
    }

    public void Dispose() => _watch.Dispose();

    private Process Start(RuntimeAddress address)
    {
        Interlocked.Increment(ref _starts);
        var info = RuntimeWatch.ProgramFor(address);
        info.FileName = Path.Combine(AppContext.BaseDirectory, "netedit");
        var process = OwnProgram.StartWithoutNewPrivileges(info);
        _pid = process.Id;
        return process;
    }
}
