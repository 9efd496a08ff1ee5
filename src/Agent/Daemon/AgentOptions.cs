using System.Net;

namespace NetEdit.Agent.Daemon;

/// <summary>How an agent runs.</summary>
/// <param name="Ledger">Name of its ledger.</param>
/// <param name="Policies">Its policy directory.</param>
/// <param name="Socket">Its control socket.</param>
/// <param name="Listen">Address of its HTTP server, or null for none.</param>
/// <param name="Interval">Time between looks for drift.</param>
/// <param name="AuditInterval">Time between audits; zero: none but those that are asked for.</param>
/// <param name="LogFormat">Form of its log.</param>
/// <param name="RunTimeStatistics">Whether it has the kernel measure BPF programs.</param>
internal sealed record AgentOptions(
    string Ledger,
    string Policies,
    string Socket,
    IPEndPoint? Listen,
    TimeSpan Interval,
    TimeSpan AuditInterval,
    LogFormat LogFormat,
    bool RunTimeStatistics
);
