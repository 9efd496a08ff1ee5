namespace NetEdit.Agent.Containers;

/// <summary>How long to wait before a process is started again. Pure.</summary>
internal sealed class RestartPauses
{
    /// <summary>The first pause.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. A process that has run for longer begins with the shortest one again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private TimeSpan _next = Shortest;

    /// <summary>Gives the pause after a process has ended.</summary>
    /// <param name="lasted">How long it ran.</param>
    public TimeSpan After(TimeSpan lasted)
    {
        var pause = lasted > Longest ? Shortest : _next;
        _next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }
}
