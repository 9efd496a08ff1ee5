using System.Collections.Immutable;
using System.Net;
using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>A YAML document of kind TuningPolicy, parsed and within all limits.</summary>
public sealed record Policy
{
    /// <summary>Name of the policy, unique in its set.</summary>
    public required string Name { get; init; }

    /// <summary>Labels of the policy itself.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Selects the hosts that the policy is for.</summary>
    public HostSelector Hosts { get; init; } = HostSelector.Every;

    /// <summary>
    /// Paths of the policy's cgroups, below the cgroup v2 mount; <c>/</c> is the whole host. They are sorted, but
    /// containers of users follow those of root. For a unit, this is the path that systemd chooses by default, until
    /// the unit is found elsewhere on a host. For containers, it is empty until they are looked for on a host.
    /// </summary>
    public ImmutableArray<string> Scopes { get; init; } = ["/"];

    /// <summary>
    /// The systemd unit whose cgroup is the scope, wherever that cgroup is; null if the policy names no unit.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>Selects the containers whose cgroups are the scopes; null if the policy names no containers.</summary>
    public ContainerSelector? Container { get; init; }

    /// <summary>The part of the policy that cannot be seen on this host now; null if everything can be seen.</summary>
    public UnseenPart? Unseen { get; init; }

    /// <summary>The scope as text: the path of a cgroup, or the selected containers.</summary>
    public string ScopeText => Container is { } containers ? $"containers {containers}" : Scopes[0];

    /// <summary>Whether the policy is for the whole host.</summary>
    public bool IsHostWide => Scopes is ["/"];

    /// <summary>Names of the interfaces for programs that run at interfaces. A name may end in <c>*</c>.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Selects the connections of the scope; empty means all.</summary>
    public ImmutableArray<ConnectionSelector> Connections { get; init; } = [];

    /// <summary>Priority of the policy. The policy with the higher priority wins.</summary>
    public int Priority { get; init; }

    /// <summary>Time at which the policy ends; null means never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the policy only observes: everything is decided and counted, but nothing is set.</summary>
    public bool Observes { get; init; }

    /// <summary>
    /// The share of the matching connections that the policy is for, in hundredths of a percent, 1 to 9999; null means
    /// all of them.
    /// </summary>
    public int? Share { get; init; }

    /// <summary>
    /// Returns the entry of <see cref="Interfaces"/> that selects an interface, as the policy writes it; null if none
    /// does.
    /// </summary>
    public string? InterfaceEntry(string name) => Interfaces.FirstOrDefault(entry => NamePattern.Matches(entry, name));

    /// <summary>Whether the policy sets what it says, and on every connection that it matches.</summary>
    public bool IsUnconditional => !Observes && Share is null;

    /// <summary>Whether NetEdit measures the properties of the policy's connections.</summary>
    public bool Measures { get; init; }

    /// <summary>
    /// Number of containers that match the policy but are not among its scopes, because the users who own their cgroups
    /// have too many.
    /// </summary>
    public int LeftAlone { get; init; }

    /// <summary>
    /// The endpoint to which audits open a connection of their own, from inside the scope; null means no such
    /// connection. The policy matches this connection.
    /// </summary>
    public IPEndPoint? Probe { get; init; }

    /// <summary>
    /// Features and their parameters, sorted by name. For a feature that is not installed, the value is null.
    /// </summary>
    public ImmutableSortedDictionary<string, ParameterValues?> Tuning { get; init; } =
        ImmutableSortedDictionary<string, ParameterValues?>.Empty;

    /// <summary>Where each feature of <see cref="Tuning"/> was read, as <c>file:line:column</c>.</summary>
    public ImmutableSortedDictionary<string, string> TuningSources { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the policy was read, as <c>file:line</c>.</summary>
    public string Source { get; init; } = "";
}

/// <summary>Selects the hosts that a policy is for. All conditions must hold.</summary>
/// <param name="Labels">Labels that the host must have, with their values.</param>
/// <param name="Expressions">Label expressions that must hold.</param>
/// <param name="Kernel">Range of kernel versions; null means every kernel.</param>
public sealed record HostSelector(
    ImmutableSortedDictionary<string, string> Labels,
    ImmutableArray<LabelExpression> Expressions,
    KernelRange? Kernel
)
{
    /// <summary>A selector that selects every host.</summary>
    public static HostSelector Every { get; } = new(ImmutableSortedDictionary<string, string>.Empty, [], null);
}

/// <summary>A range of kernel versions. All of its comparisons must hold.</summary>
/// <param name="Text">The range as the policy writes it: <c>&gt;=5.10 &lt;7.0</c>.</param>
/// <param name="Bounds">The comparisons.</param>
public sealed record KernelRange(string Text, ImmutableArray<KernelBound> Bounds);

/// <summary>One comparison with a kernel version.</summary>
/// <param name="Comparison"><c>&gt;=</c>, <c>&gt;</c>, <c>&lt;=</c>, <c>&lt;</c> or <c>=</c>.</param>
/// <param name="Version">The version.</param>
public sealed record KernelBound(string Comparison, KernelVersion Version)
{
    /// <summary>
    /// Number of parts of the version that are written, 1 to 3. Only these parts are compared, so <c>=6.1</c> and
    /// <c>&lt;=6.1</c> hold for 6.1.9.
    /// </summary>
    public int Parts { get; init; } = 3;
}

/// <summary>
/// The part of a policy that cannot be seen on this host now. This is not a reason to remove what the policy has set.
/// </summary>
/// <param name="Why">What cannot be seen, and why, as a clause without a subject.</param>
/// <param name="Scopes">The cgroups in and below which it cannot be seen; empty means everywhere.</param>
public sealed record UnseenPart(string Why, ImmutableArray<string> Scopes);

/// <summary>Selects a set of connections. All conditions must hold.</summary>
/// <param name="Peers">
/// Prefixes of the remote addresses; never empty. If the policy names none, the prefix of every address.
/// </param>
/// <param name="Ports">Ranges of the server's port; empty means every port.</param>
/// <param name="Directions">Directions, which say who opens the connections; never empty.</param>
public sealed record ConnectionSelector(
    ImmutableArray<IpPrefix> Peers,
    ImmutableArray<PortInterval> Ports,
    ImmutableArray<Direction> Directions
)
{
    /// <summary>
    /// The users whose sockets are selected: user numbers, and names of users that do not exist on this host. Empty
    /// means every user.
    /// </summary>
    public ImmutableArray<string> Users { get; init; } = [];

    /// <summary>
    /// The interfaces through which the connection's route may lead. A name may end in <c>*</c>. Empty means all.
    /// </summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Whether the selector names users or interfaces, which may change while a connection is open.</summary>
    public bool NamesOrigin => !Users.IsEmpty || !Interfaces.IsEmpty;
}

/// <summary>A range of ports. The first and the last port are both included.</summary>
public readonly record struct PortInterval(ushort First, ushort Last);

/// <summary>An immutable set of policies.</summary>
/// <param name="Revision">
/// Hash of what the policies mean, 16 hexadecimal digits. The order and the names of files do not count.
/// </param>
/// <param name="Policies">The policies, sorted by name.</param>
public sealed record PolicySet(string Revision, ImmutableArray<Policy> Policies)
{
    /// <summary>A set without policies.</summary>
    public static PolicySet Empty { get; } = new("", []);

    /// <summary>The paths of all scopes, each once, sorted.</summary>
    public IEnumerable<string> Scopes =>
        Policies.SelectMany(policy => policy.Scopes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>
    /// Returns the earliest end of a policy that is after a given moment; null if no policy ends then.
    /// </summary>
    public DateTimeOffset? NextEnd(DateTimeOffset after) =>
        Policies.Where(policy => policy.Until > after).Min(policy => policy.Until);
}
