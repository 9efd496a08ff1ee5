using System.Threading.Channels;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace NetEdit.Containers;

/// <summary>
/// Asks Docker, or Podman by its API that is compatible with Docker's. An event tells of a container when it is created, before its
/// first process exists; the list is read at the start, when the agent asks, and every 30 s.
/// </summary>
internal sealed class EngineContainers(string socket, ContainerReporter reporter) : IRuntimeContainers
{
    private const string PodPrefix = "io.kubernetes.pod.";
    private const string PodmanPause = "localhost/podman-pause:";

    /// <inheritdoc/>
    public async Task WatchAsync(ChannelReader<bool> looks, CancellationToken stop)
    {
        using var configuration = new DockerClientConfiguration(
            new Uri(RuntimeSocket.Address),
            new SocketCredentials(socket),
            Timeout.InfiniteTimeSpan
        );
        using var client = configuration.CreateClient();
        var work = Channel.CreateBounded<Message?>(
            new BoundedChannelOptions(ContainerLimits.WaitingEvents) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        var events = client.System.MonitorEventsAsync(
            new ContainerEventsParameters
            {
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["type"] = new Dictionary<string, bool> { ["container"] = true },
                    ["event"] = new Dictionary<string, bool>
                    {
                        ["create"] = true,
                        ["rename"] = true,
                        ["destroy"] = true,
                        ["remove"] = true,
                    },
                },
            },
            new EventSink(work.Writer),
            stop
        );
        _ = CompleteAfterAsync(events, work.Writer);
        _ = ForwardAsync(looks, work.Writer, stop);
        await ListAsync(client, stop);
        await foreach (var message in work.Reader.ReadAllAsync(stop))
        {
            await (message is null ? ListAsync(client, stop) : TakeAsync(client, message, stop));
        }
    }

    private static async Task CompleteAfterAsync(Task events, ChannelWriter<Message?> work)
    {
        try
        {
            await events;
            work.TryComplete(new IOException("it ended the stream of events"));
        }
#pragma warning disable CA1031 // Whoever reads the channel gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            work.TryComplete(exception);
        }
    }

    private static async Task ForwardAsync(
        ChannelReader<bool> looks,
        ChannelWriter<Message?> work,
        CancellationToken stop
    )
    {
        await foreach (var _ in looks.ReadAllAsync(stop))
        {
            work.TryWrite(null);
        }
    }

    private async Task TakeAsync(DockerClient client, Message message, CancellationToken stop)
    {
        if (message.Action is "destroy" or "remove")
        {
            reporter.TellGone(message.Actor.ID);
        }
        else
        {
            await InspectAsync(client, message.Actor.ID, stop);
        }
    }

    private async Task ListAsync(DockerClient client, CancellationToken stop)
    {
        var containers = await Answer(
            client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, stop)
        );
        foreach (var container in containers.Where(container => !reporter.Knows(container.ID)))
        {
            await InspectAsync(client, container.ID, stop);
        }

        reporter.TellListed([.. containers.Select(container => container.ID)]);
    }

    /* The list names an image by its id when its tag has moved, and events mix labels with other values. */
    private async Task InspectAsync(DockerClient client, string id, CancellationToken stop)
    {
        try
        {
            var container = await Answer(client.Containers.InspectContainerAsync(id, stop));
            var labels = new Dictionary<string, string>(container.Config.Labels ?? new Dictionary<string, string>());
            reporter.Tell(
                new ContainerMessage
                {
                    Container = id,
                    Name = labels.GetValueOrDefault("io.kubernetes.container.name", container.Name.TrimStart('/')),
                    Image = container.Config.Image,
                    Namespace = labels.GetValueOrDefault(PodPrefix + "namespace"),
                    Pod = labels.GetValueOrDefault(PodPrefix + "name"),
                    PodUid = labels.GetValueOrDefault(PodPrefix + "uid"),
                    IsSandbox =
                        labels.GetValueOrDefault("io.kubernetes.docker.type") == "podsandbox"
                        || container.Config.Image.StartsWith(PodmanPause, StringComparison.Ordinal),
                    Labels = labels,
                }
            );
        }
        catch (DockerContainerNotFoundException)
        {
            reporter.TellGone(id);
        }
    }

    private static async Task<T> Answer<T>(Task<T> answer) => await answer.WaitAsync(RuntimeSocket.AnswerTimeout);

    private sealed class EventSink(ChannelWriter<Message?> events) : IProgress<Message>
    {
        public void Report(Message value) => events.TryWrite(value);
    }

    /// <summary>Takes the place of the package's own transport, which has no bound of time for connecting.</summary>
    private sealed class SocketCredentials(string socket) : Credentials
    {
        public override HttpMessageHandler GetHandler(HttpMessageHandler innerHandler) => RuntimeSocket.Handler(socket);

        public override bool IsTlsCredentials() => false;
    }
}
