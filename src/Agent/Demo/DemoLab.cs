using System.Collections.Immutable;
using System.Security.Cryptography;
using NetEdit.Adapter;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Demo;

/// <summary>Two hosts, a cgroup that stands for this host's root, and a ledger that nothing else uses.</summary>
internal sealed class DemoLab : IDisposable
{
    private const string MetricsMemory = "net.ipv4.tcp_no_metrics_save";

    private readonly LabCgroup _root = LabCgroup.Create();
    private readonly Dictionary<string, LabCgroup> _scopes = new(StringComparer.Ordinal);
    private readonly List<LabCgroup> _parents = [];
    private readonly BpfAdapter _adapter;

    /// <summary>Makes the hosts and the cgroup.</summary>
    /// <param name="adapter">An adapter of <see cref="OpenAdapter"/>; stays the caller's.</param>
    public DemoLab(BpfAdapter adapter)
    {
        Network = LabNetwork.Create();
        _adapter = adapter;

        // A new connection would begin with what the kernel learned from the ones before it, such as reordering, which
        // makes its send buffer larger.
        Network.Client.SetSysctl(MetricsMemory, "1");
        Network.Server.SetSysctl(MetricsMemory, "1");
    }

    public LabNetwork Network { get; }

    /// <summary>
    /// Opens an adapter with a ledger of the demo's own, and mounts the BPF file system where the host has none.
    /// </summary>
    /// <exception cref="BpfException">The host cannot run BPF programs.</exception>
    public static BpfAdapter OpenAdapter() =>
        BpfAdapter.Open(
            new AdapterOptions
            {
                Ledger = "netedit-demo-" + RandomNumberGenerator.GetHexString(8, lowercase: true),
                CapabilityCache = RuntimePaths.CapabilityCache,
            }
        );

    /// <summary>Path of a policy's cgroup, or of one that stands for its containers.</summary>
    public static string PathOf(Policy policy) => policy.Container is null ? policy.Scopes[0] : "/" + policy.Name;

    /// <summary>The cgroup that stands for a policy's, made when it is first asked for.</summary>
    public LabCgroup Scope(string path)
    {
        if (path == "/")
        {
            return _root;
        }

        if (!_scopes.TryGetValue(path, out var scope))
        {
            var parent = _root;
            foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var known = _parents.Find(made => made.Path == parent.Path + "/" + segment);
                if (known is null)
                {
                    _parents.Add(known = parent.CreateChild(segment));
                }

                parent = known;
            }

            _scopes[path] = scope = parent;
        }

        return scope;
    }

    /// <summary>Brings the policies into force inside the lab.</summary>
    /// <returns>What was decided for each policy.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public ImmutableArray<PolicyDecision> Apply(
        PolicySet policies,
        Host.HostFactsReader host,
        IFeatureCatalog catalog,
        IProgress<string>? progress
    )
    {
        // Sysctls are the client's, which stands for this host; what else is for the whole host is for the cgroup that stands for its root.
        var moved = policies with
        {
            Policies =
            [
                .. policies.Policies.Select(policy =>
                    policy.IsHostWide && SetsOnlySysctls(policy, catalog)
                        ? policy
                        : policy with
                        {
                            Scopes = [Scope(PathOf(policy)).Path],
                        }
                ),
            ],
        };
        var (facts, _) = host.Read();
        facts = facts with
        {
            Cgroups = _adapter.FindCgroups(moved.Scopes),
            NetworkNamespace = Network.Client.Run(Host.HostFactsReader.NetworkNamespace),
            Sysctls = host.Sysctls(policies.Policies.SelectMany(policy => Sysctls(policy, catalog))),
        };
        var rejections = new List<Rejection>();
        while (true)
        {
            var decision = Decider.Decide(moved, facts, _adapter.Capabilities, catalog, rejections);
            var result = _adapter.Execute(
                Planner.Plan(decision.Desired, _adapter.Observe(), _adapter.ChainObjectDigest),
                progress
            );
            if (result.Success)
            {
                return decision.Policies;
            }

            if (result.Rejections.IsEmpty)
            {
                throw new BpfException(result.Error!);
            }

            rejections.AddRange(result.Rejections);
        }
    }

    /// <summary>What the client's host has of the sysctls that a policy names.</summary>
    public ImmutableSortedDictionary<string, string> ReadSysctls(
        Policy policy,
        Host.HostFactsReader host,
        IFeatureCatalog catalog
    ) =>
        host.Sysctls(Sysctls(policy, catalog))
            .ToImmutableSortedDictionary(
                name => name,
                name => SysctlSetting.Normalise(Network.Client.GetSysctl(name)),
                StringComparer.Ordinal
            );

    private static bool SetsOnlySysctls(Policy policy, IFeatureCatalog catalog) =>
        policy.Tuning.Keys.All(name => catalog.Find(name)?.Variants.All(variant => variant.Programs.IsEmpty) == true);

    private static IEnumerable<string> Sysctls(Policy policy, IFeatureCatalog catalog) =>
        from tuning in policy.Tuning
        where tuning.Value is not null
        from setting in catalog.Find(tuning.Key)?.Settings(tuning.Value) ?? []
        select setting.Name;

    /// <summary>What the demo has in the kernel now, of whatever kind.</summary>
    public KernelSnapshot Own() =>
        OwnObjects.Take(_adapter.LedgerPath, _root, [Network.Client.Name, Network.Server.Name]);

    /// <summary>Takes everything out of the kernel again.</summary>
    public void Dispose()
    {
        _adapter.Execute(Planner.Uninstall(_adapter.Observe(), _adapter.ChainObjectDigest));
        for (var i = _parents.Count - 1; i >= 0; i--)
        {
            _parents[i].Dispose();
        }

        _root.Dispose();
        Network.Dispose();
    }
}
