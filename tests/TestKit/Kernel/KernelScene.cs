using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Adapter;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.TestKit;

/// <summary>Two hosts, a cgroup for their sockets, an adapter with a ledger of its own; disposing proves that nothing is left.</summary>
public sealed class KernelScene : IDisposable
{
    private readonly ResidueGuard _guard = new();

    public KernelScene(LabNetworkOptions? options = null)
    {
        Ledger = "ne-test-" + Guid.NewGuid().ToString("N")[..8];
        Network = LabNetwork.Create(options);
        Cgroup = LabCgroup.Create();
        Adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
    }

    public string Ledger { get; }

    public LabNetwork Network { get; }

    public LabCgroup Cgroup { get; }

    public BpfAdapter Adapter { get; private set; }

    /// <summary>Inode of the client's network namespace.</summary>
    public ulong ClientNamespace => LibC.Look("/run/netns/" + Network.Client.Name)?.Inode ?? 0;

    /// <summary>What a new process would see: the adapter anew, with nothing but the kernel to go by.</summary>
    public void Restart()
    {
        Adapter.Dispose();
        Adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
    }

    /// <summary>What another version of the agent would see: its chain has other code, and its shared maps another layout.</summary>
    public void RestartAsAnotherVersion()
    {
        Adapter.Dispose();
        Adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger }, AnotherVersion);
    }

    /// <summary>The BPF objects of another version.</summary>
    internal static AdapterObjects AnotherVersion { get; } =
        AdapterObjects.Embedded with
        {
            SockopsChain = BpfObject.Embedded(typeof(KernelScene).Assembly, "sockops_next"),
        };

    /// <summary>Opens a connection whose ends are in the cgroup, unless said otherwise.</summary>
    public TcpPair Connect(TcpPairOptions? options = null) =>
        TcpPair.Open(Network, options ?? new TcpPairOptions { ClientCgroup = Cgroup, ServerCgroup = Cgroup });

    public void Execute(params PlanAction[] actions)
    {
        var result = Adapter.Execute(new Plan("test", [.. actions]));
        if (!result.Success)
        {
            throw new InvalidOperationException(result.Error);
        }
    }

    /// <summary>Attaches a chain of features, each with its parameters, for every connection of the cgroup.</summary>
    public DesiredChain Tune(params (ITuningFeature Feature, ParameterValues Values)[] tuning) => Tune(Cgroup, tuning);

    public DesiredChain Tune(LabCgroup cgroup, params (ITuningFeature Feature, ParameterValues Values)[] tuning)
    {
        var chain = Chain(cgroup, [.. tuning.Select(item => item.Feature)]);
        var profile = Profile(chain, tuning);
        var actions = new List<PlanAction>();
        if (!Adapter.Observe().SharedMaps)
        {
            actions.Add(new CreateSharedMaps(TableRoom.Least, [], "test"));
        }

        foreach (var feature in tuning.Select(item => item.Feature))
        {
            actions.AddRange(
                feature
                    .Variants[0]
                    .CongestionControls.Select(control => new RegisterAlgorithm(
                        new DesiredAlgorithm(feature.Name, "bpf", control),
                        null,
                        "test"
                    ))
            );
        }

        actions.Add(new WriteProfile(profile, false, "test"));
        if (Listeners(chain, tuning) is { } listeners)
        {
            actions.Add(new WriteProfile(listeners, false, "test"));
        }

        actions.Add(new SwitchRules(Everything(chain, profile).WithChainsOf(Adapter.Observe().Rules), "test"));
        actions.Add(new AttachChain(chain, "test"));
        Execute([.. actions]);
        return chain;
    }

    public DesiredChain Chain(LabCgroup cgroup, IReadOnlyList<ITuningFeature> features)
    {
        ImmutableArray<ChainStage> stages =
        [
            .. features.Select(feature => new ChainStage(
                feature.Name,
                feature.Variants[0].Name,
                feature.Variants[0].Stage!
            )),
        ];
        return new DesiredChain(
            cgroup.Path,
            Adapter.FindCgroups([cgroup.Path])[cgroup.Path],
            Identity.ChainKey(cgroup.Path, stages),
            stages
        );
    }

    public static DesiredProfile Profile(
        DesiredChain chain,
        params (ITuningFeature Feature, ParameterValues Values)[] tuning
    )
    {
        var entries = tuning
            .Select(
                (item, slot) =>
                {
                    var block = new byte[FeatureLimits.ParameterBytes];
                    item.Feature.Encode(item.Values, block);
                    return new ProfileEntry(slot, item.Feature.Name, "test", [.. block])
                    {
                        ListenerSettings = [.. item.Feature.ListenerSettings(item.Values)],
                    };
                }
            )
            .ToImmutableArray();
        return new DesiredProfile(chain.Key, entries);
    }

    /// <summary>What the listeners of a chain get that gives the features to every connection; null when that is nothing.</summary>
    public static DesiredProfile? Listeners(
        DesiredChain chain,
        params (ITuningFeature Feature, ParameterValues Values)[] tuning
    )
    {
        ImmutableArray<ProfileEntry> given =
        [
            .. Profile(chain, tuning).Entries.Where(entry => !entry.ListenerSettings.IsEmpty),
        ];
        return given.IsEmpty ? null : new DesiredProfile(chain.Key, new ProfileListeners(0, given));
    }

    /// <summary>Rules that give one profile to every connection of a chain.</summary>
    public static RuleTable Everything(DesiredChain chain, DesiredProfile profile) =>
        new(
            [],
            [
                new PrefixRule(chain.Key, Direction.Outbound, 0, IpPrefix.Any, profile.Id),
                new PrefixRule(chain.Key, Direction.Inbound, 0, IpPrefix.Any, profile.Id),
            ]
        );

    /// <summary>Brings open connections in line with the chain of a scope.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="values">Stands for the values of its profiles.</param>
    public LiveWalkResult TuneSockets(DesiredChain chain, string values = "values") =>
        Walk(new TuneSockets(chain, new WalkedState("rules", values), "test"));

    /// <summary>Takes back what the chain of a scope set on open connections.</summary>
    public LiveWalkResult ReleaseSockets(string scope, DesiredChain? successor = null) =>
        Walk(new ReleaseSockets(scope, successor, "test"));

    /// <summary>The programs of a feature, as a policy of the scene's cgroup and of an interface asks for them.</summary>
    /// <param name="feature">A feature with standalone programs.</param>
    /// <param name="values">Its values.</param>
    /// <param name="interfaceName">The interface, in this process's network namespace.</param>
    public ImmutableArray<DesiredAttachment> Attachments(
        ITuningFeature feature,
        ParameterValues values,
        string interfaceName = "lo"
    )
    {
        var block = new byte[FeatureLimits.ParameterBytes];
        feature.Encode(values, block);
        var cgroup = (Cgroup.Path, Adapter.FindCgroups([Cgroup.Path])[Cgroup.Path]);
        return
        [
            .. from program in feature.Variants[0].Attached
            let target = program.Hook.Target switch
            {
                HookTarget.Cgroup => cgroup,
                HookTarget.Interface => (
                    interfaceName,
                    ulong.Parse(
                        File.ReadAllText($"/sys/class/net/{interfaceName}/ifindex"),
                        CultureInfo.InvariantCulture
                    )
                ),
                HookTarget.NetworkNamespace => (
                    "",
                    ulong.Parse(
                        Path.GetFileName(
                            File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.FullName
                        )[5..^1],
                        CultureInfo.InvariantCulture
                    )
                ),
                _ => ("", 1UL),
            }
            select new DesiredAttachment(
                feature.Name,
                feature.Variants[0].Name,
                program,
                target.Item1,
                target.Item2,
                "test",
                [.. block]
            ),
        ];
    }

    /// <summary>What attached programs do, as sockets see it.</summary>
    public HookEffects Effects() =>
        new(
            Cgroup,
            feature =>
                Adapter
                    .ReadUsage()
                    .Attachments.Where(usage => usage.Key.Feature == feature)
                    .Aggregate(0UL, (sum, usage) => sum + usage.Counters.GetValueOrDefault("met")),
            () =>
                Directory.Exists(Adapter.LedgerPath)
                    ? Directory.GetFiles(Adapter.LedgerPath, "link-*", SearchOption.AllDirectories).FirstOrDefault()
                    : null
        );

    /// <summary>Takes everything of ours out of the kernel.</summary>
    public void Uninstall()
    {
        var observed = Adapter.Observe();
        List<PlanAction> actions =
        [
            .. observed.Chains.Select(chain => new DetachChain(chain.Scope, "test")),
            .. observed.Attachments.Select(attachment => new DetachProgram(attachment.Key, "test")),
            .. observed.Live.Select(live => new ReleaseSockets(live.Scope, null, "test")),
            .. observed.Algorithms.Select(algorithm => new UnregisterAlgorithm(
                algorithm.Algorithm,
                Drain: false,
                "test"
            )),
            .. observed.Orphans.Select(orphan => new RemoveOrphan(orphan.Path, "test")),
        ];
        if (observed.SharedMaps)
        {
            actions.Add(new RemoveSharedMaps("test"));
        }

        Execute([.. actions]);
    }

    private LiveWalkResult Walk(PlanAction action)
    {
        var result = Adapter.Execute(new Plan("test", [action]));
        return result.Success ? result.Walks.Single() : throw new InvalidOperationException(result.Error);
    }

    public void Dispose()
    {
        Uninstall();
        Adapter.Dispose();
        Cgroup.Dispose();
        Network.Dispose();
        _guard.Dispose();
    }
}
