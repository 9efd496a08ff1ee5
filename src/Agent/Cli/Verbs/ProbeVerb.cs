using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NetEdit.Adapter;
using NetEdit.Agent.Auditing;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary>
/// <c>netedit probe</c>, which an audit starts: reads a <see cref="ProbeRequest"/>, connects, answers with an array of <see cref="ProbeAnswer"/>, and keeps the connections
/// until its input ends. Nothing is sent on them.
/// </summary>
internal sealed class ProbeVerb : Verb
{
    public const string Word = "probe";

    /// <summary>How long all peers together have to answer.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(3);

    public ProbeVerb(CliConsole console)
        : base(console, Word, "Make the connections of an audit") => Hidden = true;

    protected override int Run(ParseResult arguments)
    {
        using var input = new StreamReader(System.Console.OpenStandardInput());
        if (Read(input.ReadLine()) is not { } request)
        {
            throw new CliException(ExitCode.Usage, "this verb is for audits: netedit audit starts it");
        }

        using var deadline = new CancellationTokenSource();
        var sockets = MakeSockets(request);
        try
        {
            deadline.CancelAfter(ReplyTimeout);
            var answers = Task.WhenAll(
                    request.Connections.Zip(
                        sockets,
                        (connection, made) =>
                            ConnectAsync(IPEndPoint.Parse(connection.Peer), made.Socket, made.Problem, deadline.Token)
                    )
                )
                .GetAwaiter()
                .GetResult();
            Console.Out.WriteLine(JsonSerializer.Serialize(answers, ProbeJson.Default.ProbeAnswerArray));
            Console.Out.Flush();
            input.ReadToEnd();
        }
        finally
        {
            sockets.ForEach(made => made.Socket?.Dispose());
        }

        return ExitCode.Ok;
    }

    private static ProbeRequest? Read(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize(line, ProbeJson.Default.ProbeRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A socket belongs to the cgroup that its maker is in.</summary>
    private static List<(Socket? Socket, string? Problem)> MakeSockets(ProbeRequest request)
    {
        var sockets = new List<(Socket?, string?)>();
        foreach (var connection in request.Connections)
        {
            try
            {
                Join(request.CgroupMount, connection.Cgroup ?? request.Home);
                sockets.Add(
                    (
                        new Socket(
                            IPEndPoint.Parse(connection.Peer).AddressFamily,
                            SocketType.Stream,
                            ProtocolType.Tcp
                        ),
                        null
                    )
                );
            }
            catch (Exception exception) when (exception is BpfException or SocketException)
            {
                sockets.Add(
                    (
                        null,
                        $"no socket could be made in cgroup {connection.Cgroup ?? request.Home}: {exception.Message}"
                    )
                );
            }
        }

        try
        {
            Join(request.CgroupMount, request.Home);
        }
        catch (BpfException)
        {
            // It ends in the last one.
        }

        return sockets;
    }

    private static async Task<ProbeAnswer> ConnectAsync(
        IPEndPoint peer,
        Socket? socket,
        string? problem,
        CancellationToken deadline
    )
    {
        try
        {
            if (socket is not null)
            {
                await socket.ConnectAsync(peer, deadline);
                return new ProbeAnswer($"{socket.LocalEndPoint}", null);
            }
        }
        catch (SocketException exception)
        {
            problem = exception.Message;
        }
        catch (OperationCanceledException)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"the peer did not answer within {ReplyTimeout.TotalSeconds} s"
            );
        }

        return new ProbeAnswer(null, problem);
    }

    private static void Join(string mount, string? cgroup)
    {
        if (cgroup is not null)
        {
            CgroupMembership.Join(
                mount,
                CgroupPath.Find(cgroup) ?? throw new BpfException($"its path {CgroupPath.Problem(cgroup)}")
            );
        }
    }
}
