using System.Collections.Immutable;

namespace NetEdit.Agent.Daemon;

/// <summary>What an agent can do without and does not have: shown by status, the log and a metric, and tried again.</summary>
internal sealed class AgentProblems(AgentLog log)
{
    private ImmutableSortedDictionary<string, string> _problems = ImmutableSortedDictionary.Create<string, string>(
        StringComparer.Ordinal
    );

    /// <summary>The problems by the part that has them, one of <see cref="AgentPart"/>.</summary>
    public ImmutableSortedDictionary<string, string> All => _problems;

    /// <summary>Notes how a part fares.</summary>
    /// <param name="part">One of <see cref="AgentPart"/>.</param>
    /// <param name="problem">What is wrong with it and what that means; null when nothing is.</param>
    public void Note(string part, string? problem)
    {
        var subject = $"part {part}";
        if (problem is not null)
        {
            ImmutableInterlocked.Update(ref _problems, (all, value) => all.SetItem(part, value), problem);
            log.WriteOnce(subject, problem, LogLevel.Error, problem, ("part", part));
        }
        else if (ImmutableInterlocked.Update(ref _problems, all => all.Remove(part)))
        {
            log.Forget(subject);
            log.Write(LogLevel.Info, "works again", ("part", part));
        }
    }
}

/// <summary>Parts of an agent beside tuning; label values of <c>netedit_agent_problem</c>.</summary>
internal static class AgentPart
{
    public const string Lock = "lock";
    public const string Control = "control-socket";
    public const string Http = "http";
    public const string Policies = "policies";
    public const string PolicyWatch = "policy-watch";
    public const string CgroupWatch = "cgroup-watch";
    public const string ContainerNames = "container-names";
    public const string Log = "log";
    public const string Namespaces = "network-namespaces";
    public const string Events = "events";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> All =
    [
        Lock,
        Control,
        Http,
        Policies,
        PolicyWatch,
        CgroupWatch,
        ContainerNames,
        Log,
        Namespaces,
        Events,
    ];
}
