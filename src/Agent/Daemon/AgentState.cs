using System.Collections.Immutable;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Daemon;

/// <summary>
/// What an agent knows: of the last pass, of the one under way, and of itself. Any thread may ask, and is answered at once, whatever
/// the agent does.
/// </summary>
internal sealed class AgentState(AgentOptions options, AgentParts parts, AgentLog log, TimeProvider time)
{
    /// <summary>Why the agent is not ready before its first pass has ended.</summary>
    public const string NotReadyYet = "the first reconcile is not done";

    // An action of a plan takes milliseconds, a walk over many connections longer; then the counters are those of the scrape before.
    private static readonly TimeSpan UsagePatience = TimeSpan.FromMilliseconds(100);

    /// <summary>How old the number of open sockets may be that <see cref="ReadCounters"/> gives.</summary>
    private static readonly TimeSpan SocketsAge = TimeSpan.FromSeconds(10);

    private readonly AgentInfo _info = new(
        Environment.ProcessId,
        ProductInfo.Version,
        time.GetUtcNow(),
        Path.GetFullPath(options.Policies)
    );
    private volatile ReconcileReport? _report;
    private volatile PassInfo? _pass;
    private volatile CapabilityReport? _capabilities;
    private volatile KernelUsage? _usage;
    private long _usageReadAt;

    /// <summary>The agent.</summary>
    public AgentInfo Info => _info;

    /// <summary>Parts of the agent that do not run.</summary>
    public AgentProblems Problems { get; } = new(log);

    /// <summary>Whether the kernel measures BPF programs for this agent.</summary>
    public bool RunTimeStatistics { get; set; }

    /// <summary>The last pass with the last audit; null before the first.</summary>
    public ReconcileReport? Report => _report is { } report ? report with { Audit = parts.Audits.Last } : null;

    /// <summary>Notes that a pass begins.</summary>
    /// <returns>To be told each action.</returns>
    public IProgress<string> Begin(string trigger)
    {
        var pass = new PassInfo(time.GetUtcNow(), trigger, 0, null);
        _pass = pass;
        return new PassProgress(action => _pass = pass = pass with { Actions = pass.Actions + 1, Action = action });
    }

    /// <summary>Notes how a pass ended; null when it was interrupted.</summary>
    public void End(ReconcileReport? report)
    {
        _pass = null;
        if (report is not null)
        {
            _report = report;
            _capabilities = parts.Adapter.Capabilities;
        }
    }

    /// <summary>The kernel's counters, as they are or as they last were; null when they could not be read yet.</summary>
    public KernelUsage? ReadUsage()
    {
        try
        {
            if (parts.Adapter.TryReadUsage(UsagePatience) is { } usage)
            {
                _usage = usage;
                Volatile.Write(ref _usageReadAt, time.GetTimestamp());
            }

            return _usage;
        }
        catch (BpfException exception)
        {
            log.WriteOnce(
                "usage",
                exception.Message,
                LogLevel.Warning,
                "the kernel's counters cannot be read",
                ("reason", exception.Message)
            );
            return null;
        }
    }

    /// <summary>
    /// The kernel's counters of connections alone, which cost little; null when they cannot be read. Open sockets, which cost more, are of
    /// the last <see cref="ReadUsage"/>, made at most every <see cref="SocketsAge"/>.
    /// </summary>
    public KernelUsage? ReadCounters()
    {
        var full = _usage;
        if (full is null || time.GetElapsedTime(Volatile.Read(ref _usageReadAt)) >= SocketsAge)
        {
            return ReadUsage();
        }

        try
        {
            return parts.Adapter.TryReadUsage(UsagePatience, ObservedState.Empty) is { } usage
                ? usage with
                {
                    LiveSockets = full.LiveSockets,
                }
                : full;
        }
        catch (BpfException)
        {
            return null;
        }
    }

    /// <summary>What a scrape reports.</summary>
    public MetricsSnapshot Snapshot()
    {
        var report = Report;
        return new MetricsSnapshot(
            report is null ? null : report with { Pauses = Pauses(report) },
            ReadUsage(),
            _capabilities,
            RunTimeStatistics
        )
        {
            Problems = AllProblems(),
            Process = ProcessUsage.Read(),
            Interval = options.Interval,
        };
    }

    /// <summary>What <c>status</c> shows.</summary>
    public StatusReport Status()
    {
        var problems = AllProblems();
        var report = Report;
        var status = StatusReports.FromAgent(
            options.Ledger,
            _info,
            report,
            report?.Observed ?? parts.Passes.LastObserved,
            parts.Catalog.Problems
        );
        var pauses = Pauses(report);
        return status with
        {
            Pass = _pass,
            Containers = NamedContainer.Of(status.Policies, parts.Policies.Named),
            Pauses = [.. pauses],
            Kernel = status.Kernel with { Paused = pauses.Contains(PauseTarget.Everything), Pauses = [.. pauses] },
            Problems = [.. problems.Select(problem => $"{problem.Key}: {problem.Value}")],
        };
    }

    /// <summary>Why the agent is not ready; null when it is.</summary>
    public string? NotReady() =>
        _report switch
        {
            null => NotReadyYet,
            { Revision.Length: 0 } report => report.PolicyErrors.IsEmpty
                ? report.Error ?? "no policies yet"
                : $"there are no valid policies: {ErrorText.Summary(report.PolicyErrors)}, the first: "
                    + $"{report.PolicyErrors[0]}",
            _ => null,
        };

    /// <summary>What readiness says besides.</summary>
    public string Detail()
    {
        if (_report is not { } report)
        {
            return "";
        }

        var text = $"revision {report.Revision}\n";
        if (report.KeptSince is { } kept)
        {
            text += $"the policies come from disk, saved {Render.Time(kept)}\n";
        }

        if (!report.PolicyErrors.IsEmpty)
        {
            text +=
                $"the newest policies are invalid, the last valid ones stay in force: "
                + $"{ErrorText.Summary(report.PolicyErrors)}, the first: {report.PolicyErrors[0]}\n";
        }

        if (report.Error is not null)
        {
            text += $"the last pass failed: {report.Error}\n";
        }

        return text + string.Concat(AllProblems().Select(problem => $"{problem.Key}: {problem.Value}\n"));
    }

    /// <summary>What the kernel has paused at this moment, which a pass under way may not know yet.</summary>
    private ImmutableSortedSet<string> Pauses(ReconcileReport? report)
    {
        try
        {
            return parts.Adapter.ReadPauses() ?? report?.Pauses ?? [];
        }
        catch (BpfException)
        {
            return report?.Pauses ?? [];
        }
    }

    private ImmutableSortedDictionary<string, string> AllProblems() =>
        log.Trouble is { } trouble ? Problems.All.SetItem(AgentPart.Log, trouble) : Problems.All;

    private sealed class PassProgress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
