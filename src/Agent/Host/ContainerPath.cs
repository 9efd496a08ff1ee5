using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.Agent.Host;

/// <summary>
/// What the path of a cgroup says of the container it is of. Only its last parts count: a container inside another is one too, and what else
/// is inside a container is a part of it. Monitors of containers (conmon, lxc.monitor) and virtual machines are none. Pure.
/// </summary>
internal static partial class ContainerPath
{
    // Groups between a container and those inside it: of crun, systemd-nspawn and Proxmox.
    private static readonly HashSet<string> Holders = new(StringComparer.Ordinal)
    {
        "docker",
        "libpod_parent",
        "lxc",
        "lxc.payload",
        "kubelet",
        "kubepods",
        "burstable",
        "besteffort",
        "container",
        "payload",
        "ns",
    };

    /// <summary>The labels of a container (<see cref="ContainerLabels"/>); null when the path is of none.</summary>
    public static ImmutableSortedDictionary<string, string>? Labels(string path)
    {
        var (name, parent, above, top) = Parts(path);
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Named().Match(name) is { Success: true } named)
        {
            // CRI-O keeps an empty group of the pod itself beside its containers' scopes, with the same name and no suffix.
            var scope = named.Groups["scope"].Success;
            var prefix = named.Groups["prefix"].Value;
            var isOne = prefix switch
            {
                "libpod-payload" => !scope,
                "libpod" => true,
                "crio" => scope || !IsSlice(parent),
                _ => scope,
            };
            if (!isOne)
            {
                return null;
            }

            labels[ContainerLabels.Runtime] = prefix switch
            {
                "docker" => "docker",
                "crio" => "crio",
                "libpod" or "libpod-payload" => "podman",
                _ => "containerd",
            };
            labels[ContainerLabels.Id] = named.Groups["id"].Value;
        }
        else if (Id().IsMatch(name) && parent != "libpod_parent")
        {
            labels[ContainerLabels.Id] = name;
            if (parent == "docker")
            {
                labels[ContainerLabels.Runtime] = "docker";
            }
        }
        else if (LxcName(name, parent) is { } lxc)
        {
            labels[ContainerLabels.Runtime] = "lxc";
            labels[ContainerLabels.Name] = lxc;
        }
        else if (Machine().Match(name) is { Success: true } machine)
        {
            labels[ContainerLabels.Runtime] = "nspawn";
            labels[ContainerLabels.Name] = Unescape(machine.Groups["name"].Value);
        }
        else
        {
            return null;
        }

        if (PodSlice().Match(parent) is { Success: true } slice)
        {
            labels[ContainerLabels.Pod] = slice.Groups["uid"].Value.Replace('_', '-');
            labels[ContainerLabels.Qos] = slice.Groups["qos"] is { Success: true, Value: var qos } ? qos : "guaranteed";
        }
        else if (
            PodGroup().Match(parent) is { Success: true } group
            && (above == "kubepods" || (above is "burstable" or "besteffort" && top == "kubepods"))
        )
        {
            labels[ContainerLabels.Pod] = group.Groups["uid"].Value;
            labels[ContainerLabels.Qos] = above == "kubepods" ? "guaranteed" : above;
        }
        else if (PodmanPod().Match(parent) is { Success: true } pod)
        {
            labels[ContainerLabels.Pod] = pod.Groups["id"].Value;
        }
        else if (above == "libpod_parent" && Id().IsMatch(parent))
        {
            labels[ContainerLabels.Pod] = parent;
        }

        return labels.ToImmutable();
    }

    /// <summary>The labels of a container that <c>ctr run</c> has made; its id is what people call it.</summary>
    /// <param name="path">Its cgroup, <c>/NAMESPACE/ID</c>.</param>
    public static ImmutableSortedDictionary<string, string> TaskLabels(string path) =>
        ImmutableSortedDictionary
            .Create<string, string>(StringComparer.Ordinal)
            .Add(ContainerLabels.Runtime, "containerd")
            .Add(ContainerLabels.Name, Parts(path).Name);

    /// <summary>Whether containers may come to be right inside a cgroup that is none itself.</summary>
    public static bool MayHoldContainers(string path)
    {
        var (name, _, _, _) = Parts(path);
        return IsSlice(name)
            || name.EndsWith(".service", StringComparison.Ordinal)
            || Holders.Contains(name)
            || PodGroup().IsMatch(name)
            || Id().IsMatch(name);
    }

    private static (string Name, string Parent, string Above, string Top) Parts(string path)
    {
        var parts = path.Split('/');
        return (parts[^1], At(2), At(3), At(4));

        string At(int fromEnd) => fromEnd <= parts.Length ? parts[^fromEnd] : "";
    }

    private static bool IsSlice(string name) => name.EndsWith(".slice", StringComparison.Ordinal);

    private static string? LxcName(string name, string parent)
    {
        const string payload = "lxc.payload.";
        return name.StartsWith(payload, StringComparison.Ordinal) && name.Length > payload.Length
                ? name[payload.Length..]
            : parent is "lxc" or "lxc.payload" && !name.StartsWith("lxc.", StringComparison.Ordinal) && name.Length > 0
                ? name
            : null;
    }

    // Of systemd.unit(5): \x2d is a hyphen.
    private static string Unescape(string name) =>
        Escape()
            .Replace(
                name,
                escape =>
                    (
                        (char)
                            byte.Parse(
                                escape.Groups["code"].ValueSpan,
                                NumberStyles.AllowHexSpecifier,
                                CultureInfo.InvariantCulture
                            )
                    ).ToString()
            );

    [GeneratedRegex(
        @"^(?<prefix>docker|cri-containerd|nerdctl|crio|libpod|libpod-payload)-(?<id>[0-9a-f]{64})(?<scope>\.scope)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Named();

    [GeneratedRegex(
        @"^[0-9a-f]{64}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Id();

    // libvirt registers its virtual machines as qemu-NUMBER-NAME.
    [GeneratedRegex(
        @"^(machine-(?!qemu\\x2d[0-9])(?<name>.+)\.scope|systemd-nspawn@(?<name>.+)\.service)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Machine();

    [GeneratedRegex(
        @"^([^/]+-)?kubepods(-(?<qos>burstable|besteffort))?-pod(?<uid>[0-9a-f_]{32,36})\.slice\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PodSlice();

    [GeneratedRegex(
        @"^pod(?<uid>[0-9a-f-]{32,36})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PodGroup();

    [GeneratedRegex(
        @"^[^/]+-libpod_pod_(?<id>[0-9a-f]{64})\.slice\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PodmanPod();

    [GeneratedRegex(
        @"\\x(?<code>[0-9a-f]{2})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Escape();
}
