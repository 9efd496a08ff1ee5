using NetEdit.Agent.Host;

namespace NetEdit.Agent.Tests.Host;

public sealed class ContainerPathTests
{
    private const string Id = "3f2c8a1b9d04e5f67788990011223344556677889900aabbccddeeff00112233";
    private const string Other = "b9e3a62d9ae9edc3f97e9167bdfdb6dd73960422cf343cc6188501b05d3f88c5";
    private const string Uid = "a5c1f8d5-1919-434d-add7-4afaafdaef89";
    private const string Under = "a5c1f8d5_1919_434d_add7_4afaafdaef89";
    private const string Static = "0d51c5ee4bc9d6c56b0b4eb6ab8a4a5c";

    // The kubelet with the systemd driver.
    [Theory]
    [InlineData(
        $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"id={Id} pod={Uid} qos=burstable runtime=containerd"
    )]
    [InlineData(
        $"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{Under}.slice/crio-{Id}.scope",
        $"id={Id} pod={Uid} qos=besteffort runtime=crio"
    )]
    [InlineData(
        $"/kubepods.slice/kubepods-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"id={Id} pod={Uid} qos=guaranteed runtime=containerd"
    )]
    [InlineData(
        $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Static}.slice/docker-{Id}.scope",
        $"id={Id} pod={Static} qos=burstable runtime=docker"
    )]
    [InlineData(
        $"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
            + $"kubelet-kubepods-besteffort-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"id={Id} pod={Uid} qos=besteffort runtime=containerd"
    )]
    [InlineData(
        $"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{Under}.slice/cri-containerd-{Id}.scope",
        $"id={Id} pod={Uid} qos=guaranteed runtime=containerd"
    )]
    // The kubelet with the cgroupfs driver.
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", $"id={Id} pod={Uid} qos=burstable")]
    [InlineData($"/kubepods/besteffort/pod{Static}/crio-{Id}", $"id={Id} pod={Static} qos=besteffort runtime=crio")]
    [InlineData($"/kubepods/pod{Uid}/{Id}", $"id={Id} pod={Uid} qos=guaranteed")]
    [InlineData($"/kubelet/kubepods/pod{Uid}/{Id}", $"id={Id} pod={Uid} qos=guaranteed")]
    // Docker, containerd by itself, and their drivers.
    [InlineData($"/system.slice/docker-{Id}.scope", $"id={Id} runtime=docker")]
    [InlineData($"/docker/{Id}", $"id={Id} runtime=docker")]
    [InlineData($"/batch.slice/docker-{Id}.scope", $"id={Id} runtime=docker")]
    [InlineData(
        $"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{Id}.scope",
        $"id={Id} runtime=docker"
    )]
    [InlineData($"/batch/{Id}", $"id={Id}")]
    [InlineData($"/default/{Id}", $"id={Id}")]
    [InlineData($"/system.slice/nerdctl-{Id}.scope", $"id={Id} runtime=containerd")]
    // Podman: of root and of users, in pods, split inside a unit (Quadlet), and by cgroupfs.
    [InlineData($"/machine.slice/libpod-{Id}.scope", $"id={Id} runtime=podman")]
    [InlineData(
        $"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Id}.scope",
        $"id={Id} runtime=podman"
    )]
    [InlineData(
        $"/machine.slice/machine-libpod_pod_{Other}.slice/libpod-{Id}.scope",
        $"id={Id} pod={Other} runtime=podman"
    )]
    [InlineData(
        $"/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_{Other}.slice/libpod-{Id}.scope",
        $"id={Id} pod={Other} runtime=podman"
    )]
    [InlineData($"/system.slice/app.service/libpod-payload-{Id}", $"id={Id} runtime=podman")]
    [InlineData($"/libpod_parent/libpod-{Id}", $"id={Id} runtime=podman")]
    [InlineData($"/libpod_parent/{Other}/libpod-{Id}", $"id={Id} pod={Other} runtime=podman")]
    // LXC, LXD and Incus, older LXC, Proxmox.
    [InlineData("/lxc.payload.web-1", "name=web-1 runtime=lxc")]
    [InlineData("/lxc.payload.project_web", "name=project_web runtime=lxc")]
    [InlineData("/lxc.payload/web", "name=web runtime=lxc")]
    [InlineData("/lxc/100", "name=100 runtime=lxc")]
    // systemd-nspawn.
    [InlineData(@"/machine.slice/machine-web\x2d1.scope", "name=web-1 runtime=nspawn")]
    [InlineData("/machine.slice/systemd-nspawn@web-1.service", "name=web-1 runtime=nspawn")]
    // A container inside another is one too: Docker in Docker, a pod of a cluster in a container, LXC in LXC.
    [InlineData($"/docker/{Id}/docker/{Other}", $"id={Other} runtime=docker")]
    [InlineData(
        $"/system.slice/docker-{Id}.scope/kubelet.slice/kubelet-kubepods.slice/"
            + $"kubelet-kubepods-pod{Under}.slice/cri-containerd-{Other}.scope",
        $"id={Other} pod={Uid} qos=guaranteed runtime=containerd"
    )]
    [InlineData($"/lxc/100/ns/system.slice/docker-{Id}.scope", $"id={Id} runtime=docker")]
    [InlineData("/lxc.payload.a/lxc.payload.b", "name=b runtime=lxc")]
    public void The_path_of_a_container_says_its_labels(string path, string labels) =>
        string.Join(' ', ContainerPath.Labels(path).ShouldNotBeNull().Select(label => $"{label.Key}={label.Value}"))
            .ShouldBe(labels);

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/system.slice")]
    [InlineData("/system.slice/docker.service")]
    [InlineData("/system.slice/containerd.service")]
    [InlineData("/init.scope")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope")]
    [InlineData("/docker")]
    [InlineData("/docker/buildkit")]
    [InlineData("/kubepods.slice")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice")]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Under}.slice")]
    [InlineData($"/kubepods/burstable/pod{Uid}")]
    // Monitors, and the empty group that CRI-O keeps of a pod.
    [InlineData($"/kubepods.slice/kubepods-pod{Under}.slice/crio-conmon-{Id}.scope")]
    [InlineData($"/kubepods.slice/kubepods-pod{Under}.slice/crio-{Id}")]
    [InlineData($"/kubepods/burstable/pod{Uid}/crio-conmon-{Id}")]
    [InlineData($"/system.slice/crio-conmon-{Id}.scope")]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope")]
    [InlineData("/libpod_parent/conmon")]
    [InlineData($"/libpod_parent/{Other}")]
    [InlineData($"/machine.slice/machine-libpod_pod_{Other}.slice")]
    [InlineData("/system.slice/app.service/runtime")]
    [InlineData("/lxc.monitor.web")]
    [InlineData("/lxc.monitor/web")]
    [InlineData("/lxc/lxc.monitor.web")]
    [InlineData("/lxc.pivot")]
    [InlineData("/lxc.payload.")]
    // Parts of containers.
    [InlineData($"/machine.slice/libpod-{Id}.scope/container")]
    [InlineData($"/system.slice/docker-{Id}.scope/init")]
    [InlineData($"/docker/{Id}/system.slice/nginx.service")]
    [InlineData("/lxc/100/ns")]
    [InlineData("/lxc.payload.web/system.slice/ssh.service")]
    [InlineData("/machine.slice/systemd-nspawn@web.service/payload")]
    // Virtual machines, and names that are near.
    [InlineData(@"/machine.slice/machine-qemu\x2d1\x2ddebian.scope")]
    [InlineData($"/system.slice/docker-{Id}.mount")]
    [InlineData($"/system.slice/docker-{Id}")]
    [InlineData("/system.slice/docker-3f2c8a1b9d04.scope")]
    [InlineData($"/system.slice/mydocker-{Id}.scope")]
    [InlineData($"/docker/{Id}0")]
    public void Others_are_no_containers(string path) => ContainerPath.Labels(path).ShouldBeNull();

    /// <summary>Each step on the way to a container is watched, so that it is seen as soon as it is made, however late its parents come.</summary>
    [Theory]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Under}.slice")]
    [InlineData($"/kubelet/kubepods/besteffort/pod{Uid}")]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/app.slice/app.service")]
    [InlineData($"/libpod_parent/{Other}")]
    [InlineData("/docker")]
    [InlineData("/lxc")]
    [InlineData("/lxc.payload.web/system.slice")]
    [InlineData($"/machine.slice/libpod-{Id}.scope/container/docker")]
    [InlineData("/machine.slice/systemd-nspawn@web.service/payload/lxc")]
    [InlineData("/lxc/100/ns/docker")]
    public void The_way_to_a_container_may_hold_some(string path)
    {
        for (var step = path; step.Length > 0; step = step[..step.LastIndexOf('/')])
        {
            (ContainerPath.Labels(step) is not null || ContainerPath.MayHoldContainers(step)).ShouldBeTrue(step);
        }
    }

    [Theory]
    [InlineData("/system.slice/run-r1.scope")]
    [InlineData("/init.scope")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope")]
    [InlineData("/sys/fs/cgroup/cgroup.procs")]
    [InlineData("/system.slice/memory.max")]
    public void What_comes_and_goes_otherwise_is_not_looked_into(string path) =>
        ContainerPath.MayHoldContainers(path).ShouldBeFalse();
}
