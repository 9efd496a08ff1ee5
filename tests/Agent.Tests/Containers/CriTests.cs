using System.Net.Sockets;
using Cri.Write;
using Grpc.Net.Client;

namespace NetEdit.Agent.Tests.Containers;

/// <summary>A real containerd, with pods made as the kubelet makes them.</summary>
[Trait(TestDepth.Trait, TestDepth.Deep)]
public sealed class CriTests
{
    private const int Together = 30;
    private const string Uid = "a5c1f8d5-1919-434d-add7-4afaafdaef89";

    [Fact]
    public async Task A_container_of_a_pod_is_known_by_the_names_of_both()
    {
        using var lab = Start();
        using var channel = Channel(lab);
        var kubelet = new RuntimeService.RuntimeServiceClient(channel);
        var (pod, config) = await RunPodAsync(kubelet, "web-7d4b9-xk2lp");
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        var sandbox = watched.WaitFor(pod);
        (sandbox.IsSandbox, sandbox.Pod).ShouldBe((true, "web-7d4b9-xk2lp"));

        var id = await RunContainerAsync(kubelet, pod, config, "nginx");
        watched.Watch.Look();
        var container = watched.WaitFor(id);
        (container.Runtime, container.Name, container.Namespace, container.Pod, container.PodUid).ShouldBe(
            ("containerd", "nginx", "shop", "web-7d4b9-xk2lp", Uid)
        );
        container.IsSandbox.ShouldBeFalse();
        (container.Labels["app"], container.Labels["io.kubernetes.container.name"]).ShouldBe(("web", "nginx"));
        var image = container.Image.ShouldNotBeNull();
        image.Matches("lab/busybox:1").ShouldBeTrue(image.ToString());

        await kubelet.StopPodSandboxAsync(new PodSandboxRequest { PodSandboxId = pod });
        await kubelet.RemovePodSandboxAsync(new PodSandboxRequest { PodSandboxId = pod });
        watched.Watch.Look();
        Eventually.True(() => watched.Containers.Count == 0, "both are gone");
        watched.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task Thirty_that_start_at_once_are_all_known()
    {
        using var lab = Start();
        using var channel = Channel(lab);
        var kubelet = new RuntimeService.RuntimeServiceClient(channel);
        var (pod, config) = await RunPodAsync(kubelet, "web-7d4b9-xk2lp");
        using var watched = new WatchedRuntime(lab);
        watched.WaitUntilItAnswers();

        var ids = await Task.WhenAll(
            Enumerable.Range(0, Together).Select(number => RunContainerAsync(kubelet, pod, config, $"c{number}"))
        );

        watched.Watch.Look();
        Eventually.True(() => ids.All(watched.Containers.ContainsKey), "all are reported");
        watched
            .Containers.Values.Where(container => !container.IsSandbox)
            .Select(container => container.Name)
            .ShouldBe(Enumerable.Range(0, Together).Select(number => $"c{number}"), ignoreOrder: true);
    }

    /// <summary>Docker's containerd is one. It is no problem, and costs no process.</summary>
    [Fact]
    public void A_containerd_without_the_interface_is_asked_once()
    {
        using var lab = Start(offersCri: false);
        using var watched = new WatchedRuntime(lab);

        Eventually.True(() => !watched.Watch.IsRunning, "the process has ended");
        watched.Watch.Ensure();
        (watched.Watch.IsRunning, watched.Watch.Problem, watched.Starts).ShouldBe((false, null, 1));
    }

    private static RuntimeLab Start(bool offersCri = true)
    {
        Assert.SkipUnless(
            RuntimeLab.IsInstalled("containerd", "ctr", "runc"),
            "needs containerd, runc and busybox-static: eng/setup.sh test"
        );
        return RuntimeLab.Containerd(offersCri);
    }

    private static GrpcChannel Channel(RuntimeLab lab) =>
        GrpcChannel.ForAddress(
            "http://containerd",
            new GrpcChannelOptions
            {
                DisposeHttpClient = true,
                HttpHandler = new SocketsHttpHandler
                {
                    ConnectCallback = async (_, cancel) =>
                    {
                        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                        await socket.ConnectAsync(new UnixDomainSocketEndPoint(lab.Socket), cancel);
                        return new NetworkStream(socket, ownsSocket: true);
                    },
                },
            }
        );

    private static async Task<(string Id, PodSandboxConfig Config)> RunPodAsync(
        RuntimeService.RuntimeServiceClient kubelet,
        string name
    )
    {
        var config = new PodSandboxConfig
        {
            Metadata = new PodSandboxMetadata
            {
                Name = name,
                Namespace = "shop",
                Uid = Uid,
            },
            Labels = { ["app"] = "web", ["io.kubernetes.pod.name"] = name },
            Linux = new LinuxPodSandboxConfig
            {
                CgroupParent = $"/kubepods/besteffort/pod{Uid}",
                SecurityContext = new LinuxSandboxSecurityContext { NamespaceOptions = HostNetwork },
            },
        };
        var answer = await kubelet.RunPodSandboxAsync(new RunPodSandboxRequest { Config = config });
        return (answer.PodSandboxId, config);
    }

    private static async Task<string> RunContainerAsync(
        RuntimeService.RuntimeServiceClient kubelet,
        string pod,
        PodSandboxConfig config,
        string name
    )
    {
        var answer = await kubelet.CreateContainerAsync(
            new CreateContainerRequest
            {
                PodSandboxId = pod,
                SandboxConfig = config,
                Config = new ContainerConfig
                {
                    Metadata = new ContainerMetadata { Name = name },
                    Image = new ImageSpec { Image = "docker.io/" + BusyboxImage.Name },
                    Labels = { ["io.kubernetes.container.name"] = name },
                    Linux = new LinuxContainerConfig
                    {
                        SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = HostNetwork },
                    },
                },
            }
        );
        await kubelet.StartContainerAsync(new StartContainerRequest { ContainerId = answer.ContainerId });
        return answer.ContainerId;
    }

    private static NamespaceOption HostNetwork => new() { Network = NamespaceMode.Node };
}
