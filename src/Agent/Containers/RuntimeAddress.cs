using System.Collections.Immutable;

namespace NetEdit.Agent.Containers;

/// <summary>Where a container runtime answers.</summary>
/// <param name="Runtime">The runtime, as policies name it.</param>
/// <param name="Socket">Its Unix socket.</param>
/// <param name="Remedy">What makes it answer there.</param>
internal sealed record RuntimeAddress(string Runtime, string Socket, string Remedy)
{
    /// <summary>Where runtimes answer that run as root, as their packages install them.</summary>
    public static ImmutableArray<RuntimeAddress> Usual { get; } =
    [
        new("docker", "/run/docker.sock", "systemctl start docker"),
        new("podman", "/run/podman/podman.sock", "systemctl enable --now podman.socket"),
        new("containerd", "/run/containerd/containerd.sock", "systemctl start containerd"),
        new("containerd", "/run/k3s/containerd/containerd.sock", "systemctl start k3s"),
        new("crio", "/run/crio/crio.sock", "systemctl start crio"),
    ];
}
