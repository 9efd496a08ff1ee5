using System.Collections.Frozen;
using System.CommandLine.Parsing;
using NetEdit.Agent.Connections;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli;

/// <summary>What the verbs that show connections do alike.</summary>
internal static class ConnectionEnds
{
    /// <summary>Checks that an argument is an end of a connection, or omitted.</summary>
    public static void Validate(ArgumentResult result)
    {
        if (result.GetValueOrDefault<string?>() is { } end && ConnectionQuery.Parse(end) is null)
        {
            result.AddError(
                $"'{end}' is not a valid end of a connection; write 10.0.0.2:443, [::1]:443, an address, or a port."
            );
        }
    }

    /// <summary>Adds the processes that have the connections. The caller, not the agent, looks at other processes.</summary>
    public static ConnectionsReport WithProcesses(ConnectionsReport report, SocketOwners owners)
    {
        var processes = owners.Find(
            report.Connections.Select(connection => connection.Inode).Where(inode => inode != 0).ToFrozenSet()
        );
        return report with
        {
            Connections =
            [
                .. report.Connections.Select(connection =>
                    connection with
                    {
                        Processes = [.. processes[connection.Inode]],
                    }
                ),
            ],
        };
    }

    /// <summary>Warns when more connections match than a report lists.</summary>
    public static void WarnOfMore(CliConsole console, ConnectionsReport report)
    {
        if (report.Matching > report.Connections.Length)
        {
            console.Warn(
                $"{report.Matching} connections match, but only {report.Connections.Length} are listed; "
                    + $"give an end or a process to see others"
            );
        }
    }
}
