using System.Net.Sockets;
using System.Threading.Channels;
using Grpc.Core;

namespace NetEdit.Containers;

/// <summary>Asks a runtime about its containers until nobody wants to know any more.</summary>
public static class RuntimeQuestions
{
    /// <summary>Tells of the containers of a runtime; it ends when the input ends, or when the runtime cannot be asked.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="socket">Path of its Unix socket.</param>
    /// <param name="input">A line asks for a list at once.</param>
    /// <param name="output">Takes a <see cref="ContainerMessage"/> a line.</param>
    public static async Task AskAsync(string runtime, string socket, TextReader input, TextWriter output)
    {
        var reporter = new ContainerReporter(output);
        IRuntimeContainers containers = runtime is "docker" or "podman"
            ? new EngineContainers(socket, reporter)
            : new CriContainers(socket, reporter);
        var looks = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        using var stop = new CancellationTokenSource();
        await using var interval = new Timer(
            _ => looks.Writer.TryWrite(true),
            null,
            ContainerLimits.ListInterval,
            ContainerLimits.ListInterval
        );
        var reading = Task.Run(
            () =>
            {
                while (input.ReadLine() is not null)
                {
                    looks.Writer.TryWrite(true);
                }
            },
            CancellationToken.None
        );
        var watching = containers.WatchAsync(looks.Reader, stop.Token);
        if (await Task.WhenAny(reading, watching) == reading)
        {
            await stop.CancelAsync();
            return;
        }

        try
        {
            await watching;
        }
#pragma warning disable CA1031 // Whatever it is, the agent says it and tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var (why, isNotOffered) = Describe(exception);
            reporter.TellProblem(why, isNotOffered);
        }
    }

    private static (string Why, bool IsNotOffered) Describe(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return ("the group of the socket may not write to it", false);
                case SocketException socket:
                    return (socket.Message, false);
                case TimeoutException or RpcException { StatusCode: StatusCode.DeadlineExceeded }:
                    return ($"it did not answer within {RuntimeSocket.AnswerTimeout.TotalSeconds:0} s", false);
                case RpcException { StatusCode: StatusCode.Unimplemented }:
                    return ("it does not offer the CRI", true);
            }
        }

        return ($"{exception.GetType().Name}: {exception.Message}", false);
    }
}
