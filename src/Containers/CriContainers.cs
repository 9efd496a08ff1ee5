using System.Threading.Channels;
using Cri.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace NetEdit.Containers;

/// <summary>
/// Asks containerd or CRI-O by the interface that the kubelet uses (CRI). It is asked at the start, when the agent sees a cgroup of a
/// container that it does not know, and every 30 s. So no stream of events is needed, which containerd has only since 1.7, and CRI-O
/// only if it is configured.
/// </summary>
internal sealed class CriContainers(string socket, ContainerReporter reporter) : IRuntimeContainers
{
    /// <inheritdoc/>
    public async Task WatchAsync(ChannelReader<bool> looks, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(
            RuntimeSocket.Address,
            new GrpcChannelOptions { HttpHandler = RuntimeSocket.Handler(socket), DisposeHttpClient = true }
        );
        var client = new RuntimeService.RuntimeServiceClient(channel);
        await ListAsync(client, stop);
        await foreach (var _ in looks.ReadAllAsync(stop))
        {
            await ListAsync(client, stop);
        }
    }

    private async Task ListAsync(RuntimeService.RuntimeServiceClient client, CancellationToken stop)
    {
        // The pods after the containers, so that the pod of each container is among them.
        var containers = (await client.ListContainersAsync(new ListContainersRequest(), Options(stop))).Containers;
        var pods = (await client.ListPodSandboxAsync(new ListPodSandboxRequest(), Options(stop))).Items;
        var sandboxes = pods.DistinctBy(pod => pod.Id).ToDictionary(pod => pod.Id, StringComparer.Ordinal);
        foreach (var pod in pods.Where(pod => !reporter.Knows(pod.Id)))
        {
            reporter.Tell(
                new ContainerMessage
                {
                    Container = pod.Id,
                    IsSandbox = true,
                    Namespace = pod.Metadata?.Namespace,
                    Pod = pod.Metadata?.Name,
                    PodUid = pod.Metadata?.Uid,
                    Labels = new Dictionary<string, string>(pod.Labels),
                }
            );
        }

        foreach (var container in containers.Where(container => !reporter.Knows(container.Id)))
        {
            await TellAsync(client, container, sandboxes.GetValueOrDefault(container.PodSandboxId), stop);
        }

        reporter.TellListed([.. containers.Select(container => container.Id), .. sandboxes.Keys]);
    }

    /* The list names an image by its id; the status names it as its registry does. */
    private async Task TellAsync(
        RuntimeService.RuntimeServiceClient client,
        Container container,
        PodSandbox? pod,
        CancellationToken stop
    )
    {
        ContainerStatus? status;
        try
        {
            var request = new ContainerStatusRequest { ContainerId = container.Id };
            status = (await client.ContainerStatusAsync(request, Options(stop))).Status;
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
        {
            return;
        }

        // What a pod's author names are the labels of the pod; those of the container are the kubelet's.
        var labels = new Dictionary<string, string>(pod?.Labels ?? []);
        foreach (var (key, value) in container.Labels)
        {
            labels[key] = value;
        }

        var reference = status?.ImageRef ?? "";
        reporter.Tell(
            new ContainerMessage
            {
                Container = container.Id,
                Name = container.Metadata?.Name,
                Image =
                    status?.Image is not { } image ? null
                    : image.UserSpecifiedImage.Length > 0 ? image.UserSpecifiedImage
                    : image.Image,
                Digest = reference.IndexOf('@', StringComparison.Ordinal) is var at and >= 0
                    ? reference[(at + 1)..]
                    : null,
                Namespace = pod?.Metadata?.Namespace,
                Pod = pod?.Metadata?.Name,
                PodUid = pod?.Metadata?.Uid,
                Labels = labels,
            }
        );
    }

    private static CallOptions Options(CancellationToken stop) =>
        new(
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime + RuntimeSocket.AnswerTimeout,
            cancellationToken: stop
        );
}
