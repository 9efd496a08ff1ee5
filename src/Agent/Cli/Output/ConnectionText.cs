using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Features;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Writes connections for a person: all of a few, a line for each of many.</summary>
internal static class ConnectionText
{
    private const int MostInFull = 4;

    /// <summary>Writes them.</summary>
    public static void Write(TextWriter output, ConnectionsReport report, bool color)
    {
        string[] notes =
        [
            .. report.Revision is null ? ["no policies are known here; name them with --policies DIR"] : (string[])[],
            .. report.Pauses.IsEmpty
                ? (string[])[]
                : [$"PAUSED until netedit resume: {string.Join(", ", report.Pauses)}"],
        ];
        foreach (var note in notes)
        {
            output.WritePainted(color ? Paint.Warning : null, note + "\n");
        }

        output.Write(notes.Length > 0 ? "\n" : "");

        if (report.Connections.Length > MostInFull)
        {
            WriteLines(output, report.Connections, color);
            return;
        }

        var first = true;
        foreach (var connection in report.Connections)
        {
            output.Write(first ? "" : "\n");
            first = false;
            WriteInFull(output, connection, color);
        }
    }

    /// <summary>What was done, in words.</summary>
    internal static string Word(ConnectionTuning tuning) =>
        tuning switch
        {
            ConnectionTuning.AtEstablishment => "tuned",
            ConnectionTuning.ByWalk => "tuned later",
            ConnectionTuning.Opening => "opening",
            ConnectionTuning.NotApplied => "NOT applied",
            ConnectionTuning.NotMatched => "no policy",
            ConnectionTuning.NotLookedAt => "NOT tuned",
            _ => "unknown",
        };

    private static void WriteLines(TextWriter output, ImmutableArray<ConnectionInfo> connections, bool color)
    {
        var table = new Table(Headings(wide: true));
        foreach (var row in connections.Select(connection => Row(connection, wide: true)))
        {
            table.Add(row.Paint, row.Cells);
        }

        table.Write(output, color);
    }

    /// <summary>The headings of a table of connections.</summary>
    /// <param name="wide">Whether it has the state, the process and the cgroup of each.</param>
    internal static TableColumn[] Headings(bool wide) =>
        [
            "LOCAL",
            "",
            "PEER",
            .. wide ? ["STATE"] : (TableColumn[])[],
            "TUNING",
            TableColumn.Detail("FEATURES"),
            .. wide ? [TableColumn.Detail("PROCESS"), TableColumn.Detail("CGROUP")] : (TableColumn[])[],
        ];

    /// <summary>The line of a connection.</summary>
    internal static ListRow Row(ConnectionInfo connection, bool wide)
    {
        var features = string.Join(
            ',',
            connection
                .Features.Where(feature =>
                    feature.State is ConnectionFeatureState.Applied or ConnectionFeatureState.Leftover
                )
                .Select(feature => feature.Feature)
                .Concat(
                    connection
                        .Features.Where(feature => feature.Error is not null)
                        .Select(feature => $"{feature.Feature}!{feature.Error}")
                )
        );
        string[] ends = [connection.Local, Arrow(connection), connection.Peer];
        return new ListRow(
            $"{connection.Local} {connection.Peer}",
            PaintOf(connection),
            wide
                ?
                [
                    .. ends,
                    State(connection.State),
                    Word(connection.Tuning),
                    features,
                    connection.Processes is [var process, ..] ? Process(process) : "",
                    connection.Cgroup ?? "(gone)",
                ]
                : [.. ends, Word(connection.Tuning), features]
        );
    }

    private static void WriteInFull(TextWriter output, ConnectionInfo connection, bool color)
    {
        var head = $"{connection.Local} {Arrow(connection)} {connection.Peer}";
        output.WritePainted(color ? Paint.Strong : null, head);
        output.WriteLine(
            $"  {State(connection.State)}{(connection.Direction is null ? "" : $", {connection.Direction}")}"
        );
        var facts = new Table("", "");
        facts.Add(PaintOf(connection), "tuning", $"{Word(connection.Tuning)}: {connection.Why}{Chain(connection)}");
        facts.Add(
            "socket",
            string.Create(
                CultureInfo.InvariantCulture,
                $"cgroup {connection.Cgroup ?? "gone"}, network namespace {connection.NetworkNamespace}"
                    + $"{(connection.Inode == 0 ? ", closed by its process" : $", inode {connection.Inode}")}, "
                    + $"user {connection.User}"
                    + $"{(connection.Interface.Length == 0 ? "" : $", by {connection.Interface}")}"
            )
        );
        foreach (var process in connection.Processes)
        {
            facts.Add(
                "process",
                Process(process)
                    + (
                        process.Cgroup is null
                        || string.Equals(process.Cgroup, connection.Cgroup, StringComparison.Ordinal)
                            ? ""
                            : $", now in cgroup {process.Cgroup}; the socket keeps its own"
                    )
            );
        }

        foreach (var program in connection.Foreign)
        {
            facts.Add(
                Paint.Warning,
                "foreign",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"program {program.ProgramId}, {program.Name} {program.Place}"
                )
            );
        }

        facts.Write(output, color, "  ");
        WriteFeatures(output, connection.Features, color);
        if (!connection.Mismatches.IsEmpty)
        {
            output.WriteLine();
            var mismatches = new Table("NO MATCH", TableColumn.Detail("WHY"));
            foreach (var mismatch in connection.Mismatches)
            {
                mismatches.Add(mismatch.Policy, mismatch.Why);
            }

            mismatches.Write(output, color, "  ");
        }

        output.WriteLine();
        SocketValuesText.Write(output, connection.Now, color);
    }

    private static void WriteFeatures(TextWriter output, ImmutableArray<ConnectionFeatureInfo> features, bool color)
    {
        if (features.IsEmpty)
        {
            return;
        }

        output.WriteLine();
        var table = new Table("FEATURE", "STATE", "POLICY", TableColumn.Detail("VALUES"), TableColumn.Detail("WHY"));
        foreach (var feature in features)
        {
            var (word, paint) = WordOf(feature.State);
            table.Add(
                paint,
                feature.Feature,
                word,
                feature.Policy ?? "",
                feature.Values,
                string.Join(": ", new[] { feature.Error, feature.Why }.Where(text => !string.IsNullOrEmpty(text)))
            );
            foreach (var lost in feature.Lost)
            {
                table.Add(
                    Paint.Faint,
                    "",
                    lost.Winner is null ? "not given" : "lost",
                    lost.Policy,
                    lost.Values,
                    lost.Winner is null ? lost.Rule : $"to {lost.Winner} by {lost.Rule}"
                );
            }
        }

        table.Write(output, color, "  ");
    }

    private static string Chain(ConnectionInfo connection) =>
        connection.Chain is null || connection.Tuning == ConnectionTuning.NotLookedAt
            ? ""
            : $"; by the chain of {(connection.Chain == "/" ? "the whole host" : connection.Chain)}";

    private static (string Word, Paint? Paint) WordOf(ConnectionFeatureState state) =>
        state switch
        {
            ConnectionFeatureState.Applied => ("applied", Paint.Good),
            ConnectionFeatureState.Failed => ("FAILED", Paint.Failure),
            ConnectionFeatureState.Paused => ("PAUSED", Paint.Warning),
            ConnectionFeatureState.NotApplied => ("NOT applied", Paint.Warning),
            ConnectionFeatureState.NotGiven => ("not given", null),
            ConnectionFeatureState.Unknown => ("unknown", Paint.Warning),
            _ => ("left over", Paint.Warning),
        };

    private static Paint? PaintOf(ConnectionInfo connection) =>
        connection switch
        {
            _ when connection.Features.Any(feature => feature.Error is not null) => Paint.Failure,
            { Tuning: ConnectionTuning.AtEstablishment or ConnectionTuning.ByWalk } => Paint.Good,
            { Tuning: ConnectionTuning.NotApplied or ConnectionTuning.NotLookedAt } => Paint.Warning,
            _ => null,
        };

    private static string Arrow(ConnectionInfo connection) =>
        connection.Direction switch
        {
            "outbound" => "->",
            "inbound" => "<-",
            _ => "--",
        };

    private static string Process(ProcessInfo process) =>
        string.Create(CultureInfo.InvariantCulture, $"{process.Command} (pid {process.Pid})");

    private static string State(TcpState state) =>
        state switch
        {
            TcpState.SynSent => "syn-sent",
            TcpState.SynReceived => "syn-received",
            TcpState.FinWait1 => "fin-wait-1",
            TcpState.FinWait2 => "fin-wait-2",
            TcpState.CloseWait => "close-wait",
            TcpState.LastAck => "last-ack",
            _ => state.ToString().ToLowerInvariant(),
        };

    private static string Text<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture) ?? "none";

    private static string Text<T>(T value)
        where T : struct, IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
