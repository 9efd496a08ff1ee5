using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary>
/// <c>netedit probe</c>, which an audit starts: reads the directory of the cgroup it is in, then lines of a peer and of a cgroup's directory, up to an empty one;
/// connects, answers each with a line, and keeps the connections until its input ends. Nothing is sent on them.
/// </summary>
internal sealed class ProbeVerb : Verb
{
    public const string Word = "probe";

    /// <summary>How an answer begins when there is a connection; its own end follows.</summary>
    public const string Connected = "connected";

    /// <summary>How long all peers together have to answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const string NotConnected = "not";

    public ProbeVerb(CliConsole console)
        : base(console, Word, "Make the connections of an audit") => Hidden = true;

    protected override int Run(ParseResult arguments)
    {
        using var input = new StreamReader(System.Console.OpenStandardInput());
        var home = input.ReadLine() ?? "";
        var requests = new List<(IPEndPoint Peer, string Cgroup)>();
        while (input.ReadLine() is { Length: > 0 } line && line.Split(' ', 2) is [var peer, var cgroup])
        {
            requests.Add((IPEndPoint.Parse(peer), cgroup));
        }

        using var deadline = new CancellationTokenSource();
        var sockets = MakeSockets(requests, home);
        try
        {
            deadline.CancelAfter(Patience);
            foreach (var answer in Task.WhenAll(requests.Zip(sockets, (request, made) => ConnectAsync(request.Peer, made.Socket, made.Problem, deadline.Token))).GetAwaiter().GetResult())
            {
                Console.Out.WriteLine(answer);
            }

            Console.Out.Flush();
            input.ReadToEnd();
        }
        finally
        {
            sockets.ForEach(made => made.Socket?.Dispose());
        }

        return ExitCode.Ok;
    }

    /// <summary>A socket belongs to the cgroup that its maker is in.</summary>
    private static List<(Socket? Socket, string? Problem)> MakeSockets(List<(IPEndPoint Peer, string Cgroup)> requests, string home)
    {
        var sockets = new List<(Socket?, string?)>();
        foreach (var (peer, cgroup) in requests)
        {
            try
            {
                Enter(cgroup.Length > 0 ? cgroup : home);
                sockets.Add((new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp), null));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
            {
                sockets.Add((null, $"no socket could be made in cgroup {cgroup}: {exception.Message}"));
            }
        }

        try
        {
            Enter(home);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ends in the last one.
        }

        return sockets;
    }

    private static async Task<string> ConnectAsync(IPEndPoint peer, Socket? socket, string? problem, CancellationToken deadline)
    {
        try
        {
            if (socket is not null)
            {
                await socket.ConnectAsync(peer, deadline);
                return $"{Connected} {socket.LocalEndPoint}";
            }
        }
        catch (SocketException exception)
        {
            problem = exception.Message;
        }
        catch (OperationCanceledException)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the peer did not answer within {Patience.TotalSeconds} s");
        }

        return $"{NotConnected} {problem}";
    }

    private static void Enter(string cgroup)
    {
        if (cgroup.Length > 0)
        {
            File.WriteAllText(cgroup + "/cgroup.procs", "0");
        }
    }
}
