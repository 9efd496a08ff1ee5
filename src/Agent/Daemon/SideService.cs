using System.Net.Sockets;

namespace NetEdit.Agent.Daemon;

/// <summary>A part that an agent can do without: started when that is possible, and tried again before each pass.</summary>
/// <param name="part">One of <see cref="AgentPart"/>.</param>
/// <param name="problems">Where to say that it does not run.</param>
/// <param name="meaning">What is missing without it.</param>
/// <param name="start">Starts it.</param>
internal sealed class SideService<T>(string part, AgentProblems problems, string meaning, Func<T> start) : IDisposable
    where T : class, IDisposable
{
    /// <summary>The part; null while it does not run.</summary>
    public T? Running { get; private set; }

    /// <summary>Starts it, where that fails for a reason that may pass, some time later.</summary>
    /// <exception cref="CliException">It may not be started here.</exception>
    public void Start()
    {
        try
        {
            Running = start();
            problems.Note(part, null);
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException)
        {
            problems.Note(part, $"{exception.Message}; {meaning}");
        }
    }

    /// <summary>Starts it if it does not run.</summary>
    public void Ensure()
    {
        try
        {
            if (Running is null)
            {
                Start();
            }
        }
        catch (CliException exception)
        {
            problems.Note(part, $"{exception.Message}; {meaning}");
        }
    }

    public void Dispose() => Running?.Dispose();
}
