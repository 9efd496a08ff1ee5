using System.Collections.Immutable;
using System.Net;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>One YAML document of kind TuningPolicy, parsed and within bounds.</summary>
public sealed record Policy
{
    /// <summary>Name, unique in the set.</summary>
    public required string Name { get; init; }

    /// <summary>Labels of the policy itself.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Which hosts it is for.</summary>
    public HostSelector Hosts { get; init; } = HostSelector.Every;

    /// <summary>
    /// Where it is: paths of cgroups below the cgroup v2 mount, sorted; <c>/</c> is the whole host. Of a unit: where systemd puts it unless told
    /// otherwise. Of containers: nowhere, until they are looked for on a host.
    /// </summary>
    public ImmutableArray<string> Scopes { get; init; } = ["/"];

    /// <summary>The systemd unit whose cgroup is the scope, wherever it is; null when the policy names none.</summary>
    public string? Unit { get; init; }

    /// <summary>The containers whose cgroups are the scopes; null when the policy names none.</summary>
    public ContainerSelector? Container { get; init; }

    /// <summary>What of it cannot be seen on this host now; null when all can.</summary>
    public UnseenPart? Unseen { get; init; }

    /// <summary>Where it is, as it was written: a path, or which containers.</summary>
    public string ScopeText => Container is { } containers ? $"containers {containers}" : Scopes[0];

    /// <summary>Whether it is for all of the host.</summary>
    public bool IsHostWide => Scopes is ["/"];

    /// <summary>Interfaces for programs that run at interfaces; a name may end in <c>*</c>.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Which connections of the scope; empty means all.</summary>
    public ImmutableArray<ConnectionSelector> Connections { get; init; } = [];

    /// <summary>Higher wins.</summary>
    public int Priority { get; init; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether everything is decided and counted, and nothing set.</summary>
    public bool Observes { get; init; }

    /// <summary>The share of the matching connections it is for, in hundredths of a percent, 1 to 9999; null: all.</summary>
    public int? Share { get; init; }

    /// <summary>Finds the entry of <see cref="Interfaces"/> that selects an interface, as it was written; null when none does.</summary>
    public string? InterfaceEntry(string name) => Interfaces.FirstOrDefault(entry => NamePattern.Matches(entry, name));

    /// <summary>Whether it gives what it says, and to every connection that it matches.</summary>
    public bool IsUnconditional => !Observes && Share is null;

    /// <summary>Whether it is measured what its connections were like.</summary>
    public bool Measures { get; init; }

    /// <summary>Containers that match it and are not among its scopes, because the users who own their cgroups have too many.</summary>
    public int LeftAlone { get; init; }

    /// <summary>Where audits open a connection of their own to, from inside the scope; null: nowhere. The policy matches it.</summary>
    public IPEndPoint? Probe { get; init; }

    /// <summary>Features and their parameters, sorted by name. The values of a feature that is not installed are null.</summary>
    public ImmutableSortedDictionary<string, ParameterValues?> Tuning { get; init; } =
        ImmutableSortedDictionary<string, ParameterValues?>.Empty;

    /// <summary>Where it was read: <c>file:line</c>.</summary>
    public string Source { get; init; } = "";
}

/// <summary>Which hosts a policy is for: all conditions must hold.</summary>
/// <param name="Labels">Labels the host must have with these values.</param>
/// <param name="Expressions">Expressions that must hold.</param>
/// <param name="Kernel">Kernel range, or null.</param>
public sealed record HostSelector(
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<LabelExpression> Expressions,
    KernelRange? Kernel
)
{
    /// <summary>Selects every host.</summary>
    public static HostSelector Every { get; } = new(ImmutableSortedDictionary<string, string>.Empty, [], null);
}

/// <summary>How a label is compared.</summary>
public enum LabelOperator
{
    /// <summary>The label is one of the values.</summary>
    In,

    /// <summary>The label is missing or none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    DoesNotExist,
}

/// <summary>A condition on a host label.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">Values for In and NotIn.</param>
public sealed record LabelExpression(string Key, LabelOperator Operator, ImmutableArray<string> Values);

/// <summary>A range of kernel versions: comparisons that must all hold.</summary>
/// <param name="Text">As written: <c>&gt;=5.10 &lt;7.0</c>.</param>
/// <param name="Bounds">The comparisons.</param>
public sealed record KernelRange(string Text, ImmutableArray<KernelBound> Bounds);

/// <summary>One comparison with a kernel version.</summary>
/// <param name="Comparison"><c>&gt;=</c>, <c>&gt;</c>, <c>&lt;=</c>, <c>&lt;</c> or <c>=</c>.</param>
/// <param name="Version">The version.</param>
public sealed record KernelBound(string Comparison, KernelVersion Version)
{
    /// <summary>How many parts of the version are written, 1 to 3; only these are compared, so <c>=6.1</c> and <c>&lt;=6.1</c> hold for 6.1.9.</summary>
    public int Parts { get; init; } = 3;
}

/// <summary>What cannot be seen of a policy on this host now, which is no reason to take away what it has.</summary>
/// <param name="Why">What cannot be seen, and why: a clause without a subject.</param>
/// <param name="Scopes">Cgroups in and below which that is so; empty: in all.</param>
public sealed record UnseenPart(string Why, ImmutableArray<string> Scopes);

/// <summary>Which containers a policy is for, by what the paths of their cgroups say: all labels must match.</summary>
/// <param name="Labels">Names of <see cref="ContainerLabels"/>, with their values; one that ends in <c>*</c> is how the value begins. Empty: every container.</param>
public sealed record ContainerSelector(ImmutableSortedDictionary<string, string> Labels)
{
    /// <summary>Whether a container with these labels is one of them.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> container) =>
        Labels.All(label => container.TryGetValue(label.Key, out var value) && NamePattern.Matches(label.Value, value));

    /// <summary>As a policy writes it.</summary>
    public override string ToString() =>
        Labels.IsEmpty
            ? "{}"
            : $"{{ {string.Join(", ", Labels.Select(label => $"{label.Key}: {YamlText.Quote(label.Value)}"))} }}";
}

/// <summary>What the path of a container's cgroup may say of it.</summary>
public static class ContainerLabels
{
    /// <summary>What runs it: one of <see cref="Runtimes"/>; not known of a pod's container where the kubelet's driver is cgroupfs.</summary>
    public const string Runtime = "runtime";

    /// <summary>Its id: 64 hexadecimal digits. LXC and systemd-nspawn have none.</summary>
    public const string Id = "id";

    /// <summary>The UID of its Kubernetes pod, or the id of its Podman pod.</summary>
    public const string Pod = "pod";

    /// <summary>Quality of service of its Kubernetes pod: one of <see cref="QosClasses"/>.</summary>
    public const string Qos = "qos";

    /// <summary>Its name. Only LXC and systemd-nspawn have it in the path.</summary>
    public const string Name = "name";

    /// <summary>The runtimes whose containers have an id.</summary>
    public static ImmutableArray<string> RuntimesWithIds { get; } = ["docker", "podman", "containerd", "crio"];

    /// <summary>The runtimes whose containers have a name.</summary>
    public static ImmutableArray<string> RuntimesWithNames { get; } = ["lxc", "nspawn"];

    /// <summary>All runtimes.</summary>
    public static ImmutableArray<string> Runtimes { get; } = [.. RuntimesWithIds, .. RuntimesWithNames];

    /// <summary>Classes of pods.</summary>
    public static ImmutableArray<string> QosClasses { get; } = ["guaranteed", "burstable", "besteffort"];
}

/// <summary>A set of connections.</summary>
/// <param name="Peers">Remote addresses; never empty (every address when the policy names none).</param>
/// <param name="Ports">The server's ports; empty means every port.</param>
/// <param name="Directions">Who connects; never empty.</param>
public sealed record ConnectionSelector(
    ImmutableArray<IpPrefix> Peers,
    ImmutableArray<PortInterval> Ports,
    ImmutableArray<Direction> Directions
)
{
    /// <summary>Whose socket it is: numbers, and names that are no user's of this host; empty means everybody's.</summary>
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>The interfaces by which its route may lead; a name may end in <c>*</c>. Empty means all.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Whether it asks where a socket is from, which may change while a connection is open.</summary>
    public bool NamesOrigin => !Users.IsEmpty || !Interfaces.IsEmpty;
}

/// <summary>Ports from the first to the last, both included.</summary>
public readonly record struct PortInterval(ushort First, ushort Last);

/// <summary>An immutable set of policies.</summary>
/// <param name="Revision">16 hexadecimal digits of a hash over the policies' meaning: the order and names of files do not count.</param>
/// <param name="Policies">Sorted by name.</param>
public sealed record PolicySet(string Revision, ImmutableArray<Policy> Policies)
{
    /// <summary>The paths of all scopes, each once, sorted.</summary>
    public IEnumerable<string> Scopes =>
        Policies.SelectMany(policy => policy.Scopes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>When the next of the policies ends after a moment; null when none does.</summary>
    public DateTimeOffset? NextEnd(DateTimeOffset after) =>
        Policies.Where(policy => policy.Until > after).Min(policy => policy.Until);
}
