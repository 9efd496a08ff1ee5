using System.Collections.Immutable;

namespace NetEdit.Model;

/// <summary>The keys of <c>spec.scope.container</c>.</summary>
public static class ContainerLabels
{
    /// <summary>
    /// The runtime of the container, one of <see cref="Runtimes"/>. The path of a container of a pod does not show it
    /// if the kubelet's driver is cgroupfs, except with CRI-O.
    /// </summary>
    public const string Runtime = "runtime";

    /// <summary>
    /// The id of the container, 64 hexadecimal digits. Containers of LXC, systemd-nspawn and <c>ctr run</c> have none.
    /// </summary>
    public const string Id = "id";

    /// <summary>
    /// The pod of the container: the name or the UID of a Kubernetes pod, or the id of a Podman pod.
    /// </summary>
    public const string Pod = "pod";

    /// <summary>
    /// The quality-of-service class of the container's Kubernetes pod, one of <see cref="QosClasses"/>.
    /// </summary>
    public const string Qos = "qos";

    /// <summary>The name of the container. For a container of a pod, the name that it has in the pod.</summary>
    public const string Name = "name";

    /// <summary>The image from which the container was created (<see cref="ImageName"/>).</summary>
    public const string Image = "image";

    /// <summary>The namespace of the container's Kubernetes pod.</summary>
    public const string Namespace = "namespace";

    /// <summary>Labels of the container, and of its Kubernetes pod, by their keys.</summary>
    public const string Labels = "labels";

    /// <summary>Conditions on all of these.</summary>
    public const string Expressions = "expressions";

    /// <summary>The beginning of an expression's key that names a label.</summary>
    public const string LabelPrefix = Labels + ".";

    /// <summary>The keys with a single value.</summary>
    public static ImmutableArray<string> Attributes { get; } = [Runtime, Id, Pod, Qos, Name, Image, Namespace];

    /// <summary>The keys of which the paths of cgroups may show values.</summary>
    public static ImmutableArray<string> PathAttributes { get; } = [Runtime, Id, Pod, Qos, Name];

    /// <summary>The runtimes whose containers have an id.</summary>
    public static ImmutableArray<string> RuntimesWithIds { get; } = ["docker", "podman", "containerd", "crio"];

    /// <summary>The runtimes whose containers have a name in their path, and nothing else.</summary>
    public static ImmutableArray<string> RuntimesWithNames { get; } = ["lxc", "nspawn"];

    /// <summary>All runtimes.</summary>
    public static ImmutableArray<string> Runtimes { get; } = [.. RuntimesWithIds, .. RuntimesWithNames];

    /// <summary>
    /// Returns whether the value of <see cref="Pod"/> is a UID or an id, or the start of one, which the path of the cgroup
    /// shows; else it is a name.
    /// </summary>
    public static bool IsPodId(string value)
    {
        const int LeastStart = 8;
        var start = value.TrimEnd('*');
        return start.All(c => char.IsAsciiHexDigitLower(c) || c == '-')
            && (start.Length < value.Length ? start.Length >= LeastStart : start.Length is 32 or 36 or 64);
    }

    /// <summary>The quality-of-service classes of Kubernetes pods.</summary>
    public static ImmutableArray<string> QosClasses { get; } = ["guaranteed", "burstable", "besteffort"];
}
